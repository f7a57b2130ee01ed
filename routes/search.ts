/** `/v1/search`: one search over everything a person has. */
import { createRoute, z } from "@hono/zod-openapi";
import { DocId } from "../shared/contracts/ids.ts";
import { DocType, ProviderName } from "../shared/contracts/names.ts";
import type { Deps } from "../shared/contracts/deps.ts";
import { type Condition, type Index, MARKS, type SearchQuery } from "../shared/index/port.ts";
import { QueryError } from "../shared/index/query_error.ts";
import { readQuery } from "../shared/index/query_language.ts";
import { allow, type App } from "./access.ts";
import { HttpProblem, problems } from "./problem.ts";

const QUERY_CHARACTERS_MAX = 1_000;
const LIMIT_MAX = 100;
/** A cursor by relevance names every hit that was shown. */
const CURSOR_CHARACTERS_MAX = 8_192;

/** `type=email,todo` and `type=email&type=todo` mean the same. */
function listOf<T extends z.ZodType<string>>(member: T) {
  return z.preprocess(
    (value) => {
      if (value === undefined || value === "") return [];
      const given = Array.isArray(value) ? value : [value];
      return given.flatMap((part) => typeof part === "string" ? part.split(",").map((each) => each.trim()) : [part]);
    },
    z.array(member).max(16),
  );
}

/** Any ISO 8601 date or time; a date alone is its beginning in UTC. */
const When = z.union([z.literal(""), z.iso.date(), z.iso.datetime({ offset: true })], {
  error: "must be a date or time such as 2026-01-31 or 2026-01-31T12:00:00Z",
}).transform((text) => text === "" ? "" : new Date(text).toISOString());

/** `explain=true` in a URL, `true` in a body. */
const Flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const Parameters = z.strictObject({
  q: z.string().max(QUERY_CHARACTERS_MAX).default("").openapi({
    description:
      'Words to find; "a phrase" in quotes; -word to leave out; from: to: subject: in: type: provider: has: is: before: after: on: to filter by. Empty lists by time.',
  }),
  type: listOf(DocType).openapi({ type: "array", items: { type: "string", enum: [...DocType.options] } }),
  provider: listOf(ProviderName).openapi({ type: "array", items: { type: "string", enum: [...ProviderName.options] } }),
  from: z.string().max(320).default("").openapi({ description: "An author's address, or a part of the name." }),
  after: When.default("").openapi({ type: "string", description: "From this moment on, ISO 8601." }),
  before: When.default("").openapi({ type: "string", description: "Before this moment, ISO 8601." }),
  to: z.string().max(320).default("").openapi({ description: "A recipient's address, or a part of the name." }),
  subject: z.string().max(320).default("").openapi({ description: "Words of the title, side by side." }),
  in: z.string().max(320).default("").openapi({ description: "A folder, calendar or list, by its name or role." }),
  mark: listOf(z.enum(MARKS)).openapi({ type: "array", items: { type: "string", enum: [...MARKS] } }),
  time_zone: z.string().max(64).refine(isTimeZone, "must be a time zone such as Europe/Berlin").default("UTC").openapi({
    description: "Whose days `before:`, `after:` and `on:` mean.",
  }),
  explain: Flag.default(false).openapi({ type: "boolean", description: "Tells what each score is made of." }),
  sort: z.enum(["relevance", "newest", "oldest"]).default("relevance"),
  cursor: z.string().max(CURSOR_CHARACTERS_MAX).default("").openapi({
    description: "`next_cursor` of the page before.",
  }),
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(20),
});

const Hit = z.object({
  doc_id: DocId,
  doc_type: DocType,
  provider: ProviderName,
  title: z.string(),
  snippet: z.string().openapi({ description: "HTML-escaped, matches in `<mark>`." }),
  score: z.number(),
  url: z.string(),
  happened_at: z.string(),
  last_updated: z.string(),
  sync_timestamp: z.string(),
  fresh_seconds: z.int().openapi({ description: "How long ago the document was read from its provider." }),
  fragments: z.array(z.object({
    fragment_id: z.string(),
    text: z.string().openapi({ description: "HTML-escaped, matches in `<mark>`." }),
  })),
  explanation: z.record(z.string(), z.number()).optional(),
});

const Result = z.object({
  hits: z.array(Hit),
  facets: z.record(z.string(), z.array(z.object({ value: z.string(), count: z.int() }))),
  next_cursor: z.string(),
}).openapi("SearchResult");

const answers = {
  200: { description: "What was found.", content: { "application/json": { schema: Result } } },
  ...problems(400),
};
const common = { path: "/v1/search" as const, tags: ["Search"], middleware: allow("user"), responses: answers };

const getRoute = createRoute({
  ...common,
  method: "get",
  summary: "Search",
  request: { query: Parameters },
});

const postRoute = createRoute({
  ...common,
  method: "post",
  summary: "Search, with the same parameters in the body",
  request: { body: { required: true, content: { "application/json": { schema: Parameters } } } },
});

/** The query of the parameters: what they say holds beside what is typed. @throws HttpProblem 400 `query_invalid` */
function queryOf(user_id: string, parameters: z.output<typeof Parameters>, now_ms: number): SearchQuery {
  const { q, type, provider, after, before, time_zone, mark, sort, cursor, limit, explain } = parameters;
  const typed = readTyped(q, { now_ms, zone: time_zone });
  const conditions = [...typed.conditions];
  for (const field of ["from", "to", "subject", "in"] as const) {
    if (parameters[field] !== "") conditions.push({ field, value: parameters[field], negated: false });
  }
  conditions.push(...mark.map((value): Condition => ({ field: "mark", value, negated: false })));
  const types = both(typed.types, type), providers = both(typed.providers, provider);
  return {
    ...typed,
    user_id,
    words: types === null || providers === null ? { ...typed.words, unfindable: true } : typed.words,
    types: types ?? [],
    providers: providers ?? [],
    conditions,
    after: typed.after > after ? typed.after : after,
    before: before === "" || (typed.before !== "" && typed.before < before) ? typed.before : before,
    sort,
    cursor,
    limit,
    explain,
  };
}

/** What two lists both let pass; an empty one lets everything pass. Null when nothing is left. */
function both<T>(one: readonly T[], other: readonly T[]): T[] | null {
  if (one.length === 0 || other.length === 0) return [...one, ...other];
  const left = one.filter((member) => other.includes(member));
  return left.length === 0 ? null : left;
}

function readTyped(q: string, time: { readonly now_ms: number; readonly zone: string }) {
  try {
    return readQuery(q, time);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new HttpProblem({
      type: error.code,
      status: 400,
      title: "The query can't be understood",
      detail: error.message,
      field: "q",
      position: error.at,
      length: error.length,
    });
  }
}

/** What an answer may be changed in: the port's lists are read-only. */
async function resultOf(index: Index, query: SearchQuery, now_ms: number): Promise<z.input<typeof Result>> {
  const { hits, facets, next_cursor } = await index.search(query);
  return {
    hits: hits.map(({ explanation, ...hit }) => ({
      ...hit,
      fresh_seconds: Math.max(0, Math.round((now_ms - Date.parse(hit.sync_timestamp)) / 1_000)),
      fragments: [...hit.fragments],
      ...(explanation === undefined ? {} : { explanation }),
    })),
    facets: Object.fromEntries(Object.entries(facets).map(([name, counts]) => [name, [...counts]])),
    next_cursor,
  };
}

/** Puts search into the app. */
export function addSearchRoutes(app: App, index: Index, { clock }: Pick<Deps, "clock">): void {
  const answer = (user_id: string, parameters: z.output<typeof Parameters>) => {
    const now_ms = clock.now();
    return resultOf(index, queryOf(user_id, parameters, now_ms), now_ms);
  };
  app.openapi(getRoute, async (c) => c.json(await answer(c.get("caller").user_id, c.req.valid("query")), 200));
  app.openapi(postRoute, async (c) => c.json(await answer(c.get("caller").user_id, c.req.valid("json")), 200));
}
