/** `/v1/search`: one search over everything a person has. */
import { createRoute, z } from "@hono/zod-openapi";
import { DocId } from "../shared/contracts/ids.ts";
import { DocType, ProviderName } from "../shared/contracts/names.ts";
import type { Index, SearchQuery } from "../shared/index/port.ts";
import { allow, type App } from "./access.ts";
import { problems } from "./problem.ts";

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

const Parameters = z.strictObject({
  q: z.string().max(QUERY_CHARACTERS_MAX).default("").openapi({
    description: 'Words to find; "a phrase" in quotes; -word to leave out. Empty lists by time.',
  }),
  type: listOf(DocType).openapi({ type: "array", items: { type: "string", enum: [...DocType.options] } }),
  provider: listOf(ProviderName).openapi({ type: "array", items: { type: "string", enum: [...ProviderName.options] } }),
  from: z.string().max(320).default("").openapi({ description: "An author's address, or a part of the name." }),
  after: When.default("").openapi({ type: "string", description: "From this moment on, ISO 8601." }),
  before: When.default("").openapi({ type: "string", description: "Before this moment, ISO 8601." }),
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
  last_updated: z.string(),
  sync_timestamp: z.string(),
  fragments: z.array(z.object({ fragment_id: z.string(), text: z.string() })),
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

function queryOf(user_id: string, { type, provider, ...rest }: z.output<typeof Parameters>): SearchQuery {
  return { user_id, types: type, providers: provider, ...rest };
}

/** What an answer may be changed in: the port's lists are read-only. */
async function resultOf(index: Index, query: SearchQuery): Promise<z.input<typeof Result>> {
  const { hits, facets, next_cursor } = await index.search(query);
  return {
    hits: hits.map((hit) => ({ ...hit, fragments: [...hit.fragments] })),
    facets: Object.fromEntries(Object.entries(facets).map(([name, counts]) => [name, [...counts]])),
    next_cursor,
  };
}

/** Puts search into the app. */
export function addSearchRoutes(app: App, index: Index): void {
  app.openapi(getRoute, async (c) => {
    return c.json(await resultOf(index, queryOf(c.get("caller").user_id, c.req.valid("query"))), 200);
  });
  app.openapi(postRoute, async (c) => {
    return c.json(await resultOf(index, queryOf(c.get("caller").user_id, c.req.valid("json"))), 200);
  });
}
