/** `GET /v1/events`: a person's changes as they are handled, as server-sent events. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../shared/contracts/deps.ts";
import { type EventFeed, type FedEvent, FeedEvent } from "../shared/contracts/feed.ts";
import { allow, type App } from "./access.ts";
import { HttpProblem, problems } from "./problem.ts";
import { named } from "./schema.ts";

/** What the stream is fed from. */
export interface EventPorts {
  readonly feed: EventFeed;
  readonly deps: Pick<Deps, "clock">;
}

/** Proxies close a connection on which nothing happens, often after 30 or 60 seconds. */
const HEARTBEAT_MS = 15_000;
const STREAMS_PER_USER_MAX = 5;
const STREAMS_MAX = 500;
/** What a reader that does not read may leave waiting, in events; after that its stream ends. */
const WAITING_MAX = 1_000;

const route = createRoute({
  method: "get",
  path: "/v1/events",
  tags: ["Events"],
  summary: "Watch changes as they happen",
  description:
    "Server-sent events named `change`, each with one JSON object and an id. With `Last-Event-ID` the stream begins " +
    "with what came since, or with an event `gap` when that is not known any more: then look at what changed by a " +
    "search. With several instances, each shows what it handles itself.",
  middleware: allow("user"),
  request: { headers: z.object({ "last-event-id": z.string().max(128).optional() }) },
  responses: {
    200: { description: "The stream.", content: { "text/event-stream": { schema: named(FeedEvent, "FeedEvent") } } },
    ...problems(429),
  },
});

function tooMany(): HttpProblem {
  return new HttpProblem({
    type: "too_many_streams",
    status: 429,
    title: "Too many streams",
    detail: `At most ${STREAMS_PER_USER_MAX} streams of a person are open at once. Close one, then try again.`,
    retry_after_ms: 10_000,
  });
}

/** A stream of the person's events that ends when its reader goes away, or does not read. */
function open(ports: EventPorts, user_id: string, seen: string, onEnd: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const ended = new AbortController();
  let unsubscribe = () => {};
  const end = () => {
    if (ended.signal.aborted) return;
    ended.abort();
    unsubscribe();
    onEnd();
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string) => {
        if (ended.signal.aborted) return;
        controller.enqueue(encoder.encode(text));
        if ((controller.desiredSize ?? 0) > -WAITING_MAX) return;
        controller.close();
        end();
      };
      send(": watching\n\n");
      const tell = ({ id, event }: FedEvent) => send(`id: ${id}\nevent: change\ndata: ${JSON.stringify(event)}\n\n`);
      const missed = seen === "" ? [] : ports.feed.since(user_id, seen);
      if (missed === null) send("event: gap\ndata: {}\n\n");
      else missed.forEach(tell);
      unsubscribe = ports.feed.subscribe(user_id, tell);
      beat(ports, ended.signal, () => send(": still here\n\n"));
    },
    cancel: end,
  });
}

async function beat(ports: EventPorts, signal: AbortSignal, send: () => void): Promise<void> {
  while (!signal.aborted) {
    await ports.deps.clock.sleep(HEARTBEAT_MS, signal).catch(() => {});
    if (!signal.aborted) send();
  }
}

/** Puts the stream into the app. */
export function addEventRoutes(app: App, ports: EventPorts): void {
  const streams = new Map<string, number>();
  let all = 0;
  app.openapi(route, (c) => {
    const { user_id } = c.get("caller");
    const count = streams.get(user_id) ?? 0;
    if (count >= STREAMS_PER_USER_MAX || all >= STREAMS_MAX) throw tooMany();
    streams.set(user_id, count + 1);
    all++;
    const body = open(ports, user_id, c.req.valid("header")["last-event-id"] ?? "", () => {
      all--;
      const left = (streams.get(user_id) ?? 1) - 1;
      if (left === 0) streams.delete(user_id);
      else streams.set(user_id, left);
    });
    // Typed as the description of one event; on the wire it is a stream of them.
    return c.body(body, 200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
  });
}
