/** What failed, for operators: list, read, hand back, give up. */
import { createRoute, z } from "@hono/zod-openapi";
import { type Bulk, type DeadLetters, historyOf, type Wanted } from "../consumers/dead_letters/mod.ts";
import { Moment } from "../shared/contracts/event.ts";
import { DeadLetter } from "../shared/contracts/messages.ts";
import { allow, type App } from "./access.ts";
import type { Audited } from "./audited.ts";
import { afterOf, cursorAfter, PageQuery } from "./paging.ts";
import { HttpProblem, missing, problems } from "./problem.ts";

const tags = ["Operators"];
const Because = z.string().max(400).openapi({ description: "Why, in words; kept in the audit log." });
const Id = z.string().max(128);
const IdParams = z.object({ id: Id.openapi({ param: { name: "id", in: "path" }, example: "0f3a…" }) });

/** A dead letter without the message itself, which may be large. */
const Summary = DeadLetter.omit({ data_base64: true, attributes: true }).openapi("DeadLetterSummary");
const Whole = DeadLetter.extend({
  history: z.array(z.object({ failed_at: Moment, code: z.string() })).openapi({
    description: "When it failed before, and with what, oldest first: each time it was handed back and failed again.",
  }),
}).openapi("DeadLetter");

const filters = {
  subscription: z.string().max(128).default("").openapi({ example: "vespa-loader-emails" }),
  user: z.string().max(64).default("").openapi({ description: "Whose messages.", example: "ada" }),
  kind: z.union([DeadLetter.shape.kind.clone(), z.literal("")]).default(""),
  reason: z.string().max(256).default("").openapi({
    description: "How the reason begins, such as its code.",
    example: "document_invalid",
  }),
};

const listRoute = createRoute({
  method: "get",
  path: "/v1/admin/dead-letters",
  tags,
  summary: "List what could not be handled, newest first",
  middleware: allow("admin"),
  request: {
    query: PageQuery.extend(filters),
  },
  responses: {
    200: {
      description: "One page.",
      content: {
        "application/json": { schema: z.object({ items: z.array(Summary), next_cursor: z.string() }) },
      },
    },
    ...problems(400, 403),
  },
});

const readRoute = createRoute({
  method: "get",
  path: "/v1/admin/dead-letters/{id}",
  tags,
  summary: "Read one, with its message",
  middleware: allow("admin"),
  request: { params: IdParams },
  responses: {
    200: { description: "The dead letter.", content: { "application/json": { schema: Whole } } },
    ...problems(403, 404),
  },
});

const replayRoute = createRoute({
  method: "post",
  path: "/v1/admin/dead-letters/{id}/replay",
  tags,
  summary: "Hand one back to the subscription that failed, and to it alone",
  description: "One that is older than 30 days is read anew at its provider instead of being published as it was.",
  middleware: allow("admin"),
  request: { params: IdParams },
  responses: {
    202: {
      description: "It is on its way and no longer listed.",
      content: { "application/json": { schema: z.object({ replayed: z.enum(["published", "refetch"]) }) } },
    },
    ...problems(403, 404, 409),
  },
});

const discardRoute = createRoute({
  method: "post",
  path: "/v1/admin/dead-letters/{id}/discard",
  tags,
  summary: "Give one up for good",
  middleware: allow("admin"),
  request: {
    params: IdParams,
    body: {
      required: false,
      content: { "application/json": { schema: z.strictObject({ because: Because.default("") }) } },
    },
  },
  responses: { 204: { description: "It is gone." }, ...problems(400, 403, 404) },
});

const Summed = z.object({
  count: z.int(),
  truncated: z.boolean().openapi({ description: "There are more: only so many were looked at." }),
  groups: z.array(z.object({
    subscription: z.string(),
    kind: DeadLetter.shape.kind.clone(),
    code: z.string(),
    count: z.int(),
    oldest: Moment,
    newest: Moment,
  })),
}).openapi("DeadLetterCounts");

const summaryRoute = createRoute({
  method: "get",
  path: "/v1/admin/dead-letter-summary",
  tags,
  summary: "Count them by subscription, kind and reason",
  middleware: allow("admin"),
  request: { query: z.strictObject(filters) },
  responses: {
    200: { description: "The counts.", content: { "application/json": { schema: Summed } } },
    ...problems(400, 403),
  },
});

const wanted = {
  ids: z.array(Id).max(500).default([]).openapi({ description: "These; empty: all that match the filters." }),
  ...filters,
  limit: z.int().min(1).max(1_000).default(1_000),
  cursor: z.string().max(1_024).default(""),
};
const Done = z.object({
  done: z.int(),
  refetched: z.int().openapi({ description: "Of these, read anew at their provider because they were old." }),
  failed: z.array(z.object({ id: z.string(), reason: z.string() })).openapi({ description: "They stay listed." }),
  next_cursor: z.string().openapi({ description: "Ask again with it; empty: all had their turn." }),
}).openapi("DeadLettersDone");

const replayManyRoute = createRoute({
  method: "post",
  path: "/v1/admin/dead-letters/replay",
  tags,
  summary: "Hand many back, at a bounded rate",
  description:
    "Each goes back to the subscription that failed, alone; one that fails again is listed again. An answer " +
    "comes after 20 seconds at the latest: ask again with its `next_cursor`. See first how many there are.",
  middleware: allow("admin"),
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.strictObject({ ...wanted, per_second: z.number().min(0.1).max(1_000).default(10) }),
        },
      },
    },
  },
  responses: {
    200: { description: "What was done.", content: { "application/json": { schema: Done } } },
    ...problems(400, 403),
  },
});

const discardManyRoute = createRoute({
  method: "post",
  path: "/v1/admin/dead-letters/discard",
  tags,
  summary: "Give many up for good",
  middleware: allow("admin"),
  request: {
    body: {
      required: true,
      content: { "application/json": { schema: z.strictObject({ ...wanted, because: Because.min(1) }) } },
    },
  },
  responses: {
    200: { description: "What was done.", content: { "application/json": { schema: Done } } },
    ...problems(400, 403),
  },
});

type Asked = Omit<Wanted, "user_id"> & { readonly user: string };

function wantedOf({ user, cursor, ...asked }: Asked): Wanted {
  return { ...asked, user_id: user, cursor: afterOf(cursor) };
}

/** Registers the operators' view of dead letters. */
export function addDeadLetterRoutes(app: App, letters: DeadLetters, audited: Audited): void {
  app.openapi(listRoute, async (c) => {
    const { cursor, user: user_id, ...query } = c.req.valid("query");
    const { items, next_cursor } = await letters.list({ ...query, user_id, cursor: afterOf(cursor) });
    const next = next_cursor === "" ? "" : cursorAfter(next_cursor);
    return c.json({ items: items.map((letter) => Summary.parse(letter)), next_cursor: next }, 200);
  });
  app.openapi(summaryRoute, async (c) => {
    const { user: user_id, ...filter } = c.req.valid("query");
    const { groups, ...counts } = await letters.summary({ ...filter, user_id });
    return c.json({ ...counts, groups: [...groups] }, 200);
  });
  app.openapi(readRoute, async (c) => {
    const letter = await letters.get(c.req.valid("param").id);
    if (letter === null) throw missing("dead letter");
    return c.json({ ...letter, history: [...historyOf(letter)] }, 200);
  });
  app.openapi(replayManyRoute, async (c) => {
    const { per_second, ...asked } = c.req.valid("json");
    const bulk = await letters.replayMany(wantedOf(asked), per_second, c.req.raw.signal);
    if (bulk.done > 0) {
      await audited(c, { action: "replayed", object: nameOf(asked), note: `${bulk.done} handed back` });
    }
    return c.json(shownBulk(bulk), 200);
  });
  app.openapi(discardManyRoute, async (c) => {
    const { because, ...asked } = c.req.valid("json");
    const bulk = await letters.discardMany(wantedOf(asked));
    const note = `${bulk.done} given up: ${because}`;
    if (bulk.done > 0) await audited(c, { action: "discarded", object: nameOf(asked), note });
    return c.json(shownBulk(bulk), 200);
  });
  app.openapi(replayRoute, async (c) => {
    const { id } = c.req.valid("param");
    const replayed = await letters.replay(id).catch(asConflict);
    if (replayed === null) throw missing("dead letter");
    await audited(c, { action: "replayed", object: id, note: replayed });
    return c.json({ replayed }, 202);
  });
  app.openapi(discardRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { because = "" } = c.req.valid("json");
    if (!await letters.discard(id)) throw missing("dead letter");
    await audited(c, { action: "discarded", object: id, note: because });
    return c.body(null, 204);
  });
}

/** What was asked for, for the audit log. */
function nameOf({ ids, subscription, user, kind, reason }: Asked): string {
  if (ids.length > 0) return ids.join(" ").slice(0, 256);
  return [subscription, user, kind, reason].filter((part) => part !== "").join(" ").slice(0, 256) || "all";
}

function shownBulk({ failed, next_cursor, ...counts }: Bulk) {
  return { ...counts, failed: [...failed], next_cursor: next_cursor === "" ? "" : cursorAfter(next_cursor) };
}

/** A message that never kept its contract can only be read and discarded. @throws always */
function asConflict(error: unknown): never {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "not_replayable") throw error;
  throw new HttpProblem({
    type: "not_replayable",
    status: 409,
    title: "This message can't be handed back",
    detail: `${error.message}. Read it, correct its publisher, and discard it.`,
  }, error);
}
