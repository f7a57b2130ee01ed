/** What failed, for operators: list, read, hand back, give up. */
import { createRoute, z } from "@hono/zod-openapi";
import type { DeadLetters } from "../consumers/dead_letters/mod.ts";
import { DeadLetter } from "../shared/contracts/messages.ts";
import { allow, type App } from "./access.ts";
import type { Audited } from "./audited.ts";
import { afterOf, cursorAfter, PageQuery } from "./paging.ts";
import { HttpProblem, missing, problems } from "./problem.ts";
import { named } from "./schema.ts";

const Id = z.string().max(128);
const IdParams = z.object({ id: Id.openapi({ param: { name: "id", in: "path" }, example: "0f3a…" }) });

/** A dead letter without the message itself, which may be large. */
const Summary = DeadLetter.omit({ data_base64: true, attributes: true }).openapi("DeadLetterSummary");
const Whole = named(DeadLetter, "DeadLetter");

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
  tags: ["operators"],
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
  tags: ["operators"],
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
  tags: ["operators"],
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
  tags: ["operators"],
  summary: "Give one up for good",
  middleware: allow("admin"),
  request: { params: IdParams },
  responses: { 204: { description: "It is gone." }, ...problems(403, 404) },
});

/** Registers the operators' view of dead letters. */
export function addDeadLetterRoutes(app: App, letters: DeadLetters, audited: Audited): void {
  app.openapi(listRoute, async (c) => {
    const { cursor, user: user_id, ...query } = c.req.valid("query");
    const { items, next_cursor } = await letters.list({ ...query, user_id, cursor: afterOf(cursor) });
    const next = next_cursor === "" ? "" : cursorAfter(next_cursor);
    return c.json({ items: items.map((letter) => Summary.parse(letter)), next_cursor: next }, 200);
  });
  app.openapi(readRoute, async (c) => {
    const letter = await letters.get(c.req.valid("param").id);
    if (letter === null) throw missing("dead letter");
    return c.json(letter, 200);
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
    if (!await letters.discard(id)) throw missing("dead letter");
    await audited(c, { action: "discarded", object: id });
    return c.body(null, 204);
  });
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
