/** `/v1/sync/batches`: much of a person's data read again, or compared; followed, paused, resumed, tried again. */
import { createRoute, z } from "@hono/zod-openapi";
import { type Batches, BatchSummary, BatchView } from "../consumers/office/mod.ts";
import { BatchKind } from "../shared/contracts/batches.ts";
import type { Deps } from "../shared/contracts/deps.ts";
import { Moment } from "../shared/contracts/event.ts";
import { OwnId, ResourceName } from "../shared/contracts/ids.ts";
import { allow, type App } from "./access.ts";
import type { Audited } from "./audited.ts";
import { BatchWatch } from "./batch_watch.ts";
import { afterOf, pageOf, PageQuery } from "./paging.ts";
import { HttpProblem, missing, problems } from "./problem.ts";
import { named } from "./schema.ts";

/** What these routes rest on. */
export interface BatchPorts {
  readonly batches: Batches;
  readonly deps: Pick<Deps, "clock" | "log">;
  readonly audited: Audited;
}

const tags = ["Batches"];
const user = allow("user");
const IdParams = z.object({ batch_id: OwnId });
const Summary = named(BatchSummary, "BatchSummary");
const Whole = named(BatchView, "Batch");
const Range = z.union([Moment, z.literal("")]).default("");

const Wish = z.strictObject({
  kind: BatchKind.exclude(["first_sync"]).default("refresh").openapi({
    description: "`refresh` reads documents again and publishes them; `verify` compares, and publishes what differs.",
  }),
  connections: z.array(OwnId).max(200).default([]).openapi({ description: "By id; empty: all that are active." }),
  resources: z.array(ResourceName).max(10).default([]).openapi({ description: "Empty: all that are given." }),
  from: Range.openapi({ description: "Of a refresh: documents of this time or later only." }),
  to: Range.openapi({ description: "Of a refresh: documents before this time only." }),
}).refine(({ kind, from, to }) => kind === "refresh" || (from === "" && to === ""), {
  path: ["from"],
  error: "a verification compares everything: leave from and to out",
}).openapi("BatchRequest");

const json = <S extends z.ZodType>(description: string, schema: S) => ({
  description,
  content: { "application/json": { schema } },
});

const beginRoute = createRoute({
  method: "post",
  path: "/v1/sync/batches",
  tags,
  summary: "Begin a batch",
  description: "Sent twice with one `Idempotency-Key` it is one batch. Changes that come meanwhile go first.",
  middleware: user,
  request: {
    headers: z.object({ "idempotency-key": z.string().min(1).max(256).optional() }),
    body: { required: true, content: { "application/json": { schema: Wish } } },
  },
  responses: { 201: json("The batch.", Whole), ...problems(400, 404, 409) },
});

const listRoute = createRoute({
  method: "get",
  path: "/v1/sync/batches",
  tags,
  summary: "List batches, the newest first",
  middleware: user,
  request: { query: PageQuery },
  responses: {
    200: json("One page.", z.object({ items: z.array(Summary), next_cursor: z.string() })),
    ...problems(400),
  },
});

const readRoute = createRoute({
  method: "get",
  path: "/v1/sync/batches/{batch_id}",
  tags,
  summary: "Read a batch: its progress, and its report when it has ended",
  middleware: user,
  request: { params: IdParams },
  responses: { 200: json("The batch.", Whole), ...problems(400, 404) },
});

const streamRoute = createRoute({
  method: "get",
  path: "/v1/sync/batches/{batch_id}/stream",
  tags,
  summary: "Watch a batch",
  description: "Server-sent events named `progress`, each with the whole batch, and a last one named `end`. Each " +
    "carries an id; with `Last-Event-ID` the stream begins with what has changed since, and answers 204 when the end " +
    "was seen already.",
  middleware: user,
  request: { params: IdParams, headers: z.object({ "last-event-id": z.string().max(64).optional() }) },
  responses: {
    200: { description: "The stream.", content: { "text/event-stream": { schema: Whole } } },
    204: { description: "The batch has ended, and the caller knows." },
    ...problems(400, 404, 429),
  },
});

/** What a batch can be told, each at an address of its own. */
const COMMANDS = {
  pause: "Pause a batch",
  resume: "Resume a batch, even a week later",
  cancel: "Cancel a batch",
  retry: "Try again what failed, as a batch of its own, which is the answer",
} as const;

function tellRoute<C extends keyof typeof COMMANDS>(command: C) {
  return createRoute({
    method: "post",
    path: `/v1/sync/batches/{batch_id}/${command}`,
    tags,
    summary: COMMANDS[command],
    description: "Takes effect within a few seconds.",
    middleware: user,
    request: { params: IdParams },
    responses: { 200: json("The batch as it is now.", Whole), ...problems(400, 404, 409) },
  });
}

/** Streams of one instance. */
const STREAMS_MAX = 2_000;

/** Puts the routes for batches into the app. */
export function addBatchRoutes(app: App, { batches, deps, audited }: BatchPorts): void {
  const watch = new BatchWatch(batches, deps);

  async function view(user_id: string, batch_id: string): Promise<BatchView> {
    const found = await batches.view(user_id, batch_id);
    if (found === null) throw missing("batch");
    return found;
  }

  app.openapi(beginRoute, async (c) => {
    const { user_id } = c.get("caller");
    const key = c.req.valid("header")["idempotency-key"] ?? "";
    const wish = c.req.valid("json");
    const { batch_id } = await batches.begin({
      ...wish,
      user_id,
      cause: "request",
      key: key === "" ? "" : `request:${key}`,
    });
    await audited(c, { action: "synced", object: batch_id, note: wish.kind });
    return c.json(await view(user_id, batch_id), 201);
  });

  app.openapi(listRoute, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const stored = await batches.list(c.get("caller").user_id, afterOf(cursor), limit + 1);
    const { items, next_cursor } = pageOf(stored, limit, ({ batch_id }) => batch_id);
    return c.json({ items: items.map((batch) => BatchSummary.parse(batch)), next_cursor }, 200);
  });

  app.openapi(readRoute, async (c) => {
    return c.json(await view(c.get("caller").user_id, c.req.valid("param").batch_id), 200);
  });

  for (const command of ["pause", "resume", "cancel"] as const) {
    app.openapi(tellRoute(command), async (c) => {
      const { user_id } = c.get("caller");
      const told = await batches.tell(user_id, c.req.valid("param").batch_id, command);
      if (told === null) throw missing("batch");
      return c.json(await view(user_id, told.batch_id), 200);
    });
  }

  app.openapi(tellRoute("retry"), async (c) => {
    const { user_id } = c.get("caller");
    const { batch_id } = await batches.retry(user_id, c.req.valid("param").batch_id);
    await audited(c, { action: "synced", object: batch_id, note: "retry" });
    return c.json(await view(user_id, batch_id), 200);
  });

  app.openapi(streamRoute, async (c) => {
    const { user_id } = c.get("caller");
    const { batch_id } = c.req.valid("param");
    const seen = c.req.valid("header")["last-event-id"] ?? "";
    await view(user_id, batch_id);
    if (watch.streams >= STREAMS_MAX) throw tooMany();
    const body = await watch.open(user_id, batch_id, seen);
    if (body === null) return c.body(null, 204);
    // Typed as the description of one event; on the wire it is a stream of them.
    return c.body(body, 200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
  });
}

function tooMany(): HttpProblem {
  return new HttpProblem({
    type: "too_many_streams",
    status: 429,
    title: "Too many streams",
    detail: `At most ${STREAMS_MAX} streams are open at once here. Ask for the batch now and then instead.`,
    retry_after_ms: 10_000,
  });
}
