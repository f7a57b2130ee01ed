/** `/v1/admin/topology` and `/v1/admin/subscriptions`: what is on the bus, how it flows, and setting a subscription back. */
import { createRoute, z } from "@hono/zod-openapi";
import { recordSeek, SEEK_KNOWN_MS } from "../consumers/dispatch/mod.ts";
import type { Bus, EnsureFinding } from "../shared/bus/port.ts";
import type { Clock } from "../shared/contracts/deps.ts";
import { PermanentError } from "../shared/contracts/errors.ts";
import { Moment } from "../shared/contracts/event.ts";
import { RETRY_BACKOFF_SECONDS, type SubscriptionConfig, SUBSCRIPTIONS } from "../shared/contracts/subscriptions.ts";
import { TOPICS } from "../shared/contracts/topics.ts";
import type { State } from "../shared/state/port.ts";
import type { MemoryCounters } from "../shared/telemetry/mod.ts";
import { allow, type App } from "./access.ts";
import type { Audited } from "./audited.ts";
import { missing, problems } from "./problem.ts";
import { openRates } from "./rates.ts";

/** What these routes rest on. */
export interface SubscriptionPorts {
  /** The table, as this installation has tuned it. */
  readonly subscriptions: readonly SubscriptionConfig[];
  readonly bus: Pick<Bus, "stats" | "seek" | "countSince">;
  readonly state: Pick<State, "records" | "micros">;
  readonly deps: { readonly clock: Clock; readonly counters: MemoryCounters };
  readonly audited: Audited;
  /** What the bus was found to hold when it was last set up, and when that was; `""` before. */
  readonly topology: () => { readonly findings: readonly EnsureFinding[]; readonly ensured_at: string };
  /** Those of this instance, versioned ones too. */
  readonly serves: (subscription: string) => boolean;
}

const Found = {
  /** `unknown`: this instance does not set it up, or the bus has not answered yet. */
  state: z.enum(["present", "created", "updated", "differs", "denied", "removed", "missing", "unknown"]),
  details: z.array(z.string()).openapi({ description: "What differs, or the command to run." }),
};
const Topology = z.object({
  ensured_at: z.string().openapi({ description: "When the bus was last asked; empty: not yet." }),
  topics: z.array(z.object({ name: z.string(), retention_seconds: z.int(), has_schema: z.boolean(), ...Found })),
  subscriptions: z.array(z.object({
    name: z.string(),
    topic: z.string(),
    service: z.string(),
    batch_size: z.int(),
    ack_deadline_seconds: z.int(),
    retention_seconds: z.int(),
    max_delivery_attempts: z.int(),
    retry_seconds: z.object({ min: z.int(), max: z.int() }),
    served_here: z.boolean(),
    ...Found,
  })),
}).openapi("Topology");

const maybe = z.number().nullable();
const Subscription = z.object({
  name: z.string(),
  topic: z.string(),
  service: z.string(),
  backlog: maybe.openapi({
    description: "Messages that wait; null where the bus does not say (Pub/Sub: see Cloud Monitoring).",
  }),
  oldest_unacked_seconds: maybe,
  rate_per_second: z.number().openapi({ description: "Deliveries that this instance handled, over the last minutes." }),
  refusals_per_second: z.number(),
  handled: z.int().openapi({ description: "Since this instance started, as the others." }),
  refused: z.int(),
  failed: z.int(),
  dead_letters: z.int(),
}).openapi("SubscriptionFlow");

const tags = ["Operators"];
const admin = allow("admin");

const topologyRoute = createRoute({
  method: "get",
  path: "/v1/admin/topology",
  tags,
  summary: "Topics and subscriptions as they should be, and how the bus has them",
  middleware: admin,
  responses: {
    200: { description: "The topology.", content: { "application/json": { schema: Topology } } },
    ...problems(403),
  },
});

const listRoute = createRoute({
  method: "get",
  path: "/v1/admin/subscriptions",
  tags,
  summary: "Lag, rates and errors of every subscription",
  description: "Rates and counts are this instance's own; with several, /metrics of each is the whole.",
  middleware: admin,
  responses: {
    200: {
      description: "All of them.",
      content: {
        "application/json": { schema: z.object({ items: z.array(Subscription), next_cursor: z.literal("") }) },
      },
    },
    ...problems(403),
  },
});

const Sought = z.object({
  subscription: z.string(),
  from: Moment,
  messages: maybe.openapi({ description: "How many are delivered again; null where the bus can't tell (Pub/Sub)." }),
  sought: z.boolean(),
}).openapi("Sought");

const seekRoute = createRoute({
  method: "post",
  path: "/v1/admin/subscriptions/{name}/seek",
  tags,
  summary: "Deliver again to one subscription what was published from a time on",
  description:
    "Everything is handled once more, whatever was done with it before. With `preview` it is only counted. " +
    "It takes six seconds, in which every instance hears of it. On Pub/Sub, what was published before `from` and still " +
    "waits counts as handled from then on: choose `from` no later than the oldest message that waits.",
  middleware: admin,
  request: {
    params: z.object({ name: z.string().max(128).openapi({ example: "vespa-loader-emails" }) }),
    body: {
      required: true,
      content: {
        "application/json": { schema: z.strictObject({ from: Moment, preview: z.boolean().default(false) }) },
      },
    },
  },
  responses: {
    200: { description: "It is set back, or counted.", content: { "application/json": { schema: Sought } } },
    ...problems(400, 403, 404),
  },
});

const HANDLED = new Set(["handled", "duplicate", "refetch", "erased", "skipped"]);
const DEAD = new Set(["dead_letter"]);
const FAILED = new Set(["failed"]);

/** Puts topology and subscriptions into the app. */
export function addSubscriptionRoutes(app: App, ports: SubscriptionPorts): void {
  const { bus, state, deps, audited } = ports;
  const rates = openRates(deps, "deliveries_total");

  app.openapi(topologyRoute, (c) => {
    const { findings, ensured_at } = ports.topology();
    const found = (what: "topic" | "subscription", name: string) => {
      // On the bus a prefix may stand before names; a topic's schema has a name of its own after the topic's.
      const all = findings.filter((each) =>
        each.what === what
          ? each.name.endsWith(name)
          : what === "topic" && each.what === "schema" && each.name.includes(name)
      );
      const worst = all.find(({ state }) => state === "denied") ?? all.find(({ state }) => state === "differs") ??
        all[0];
      return { state: worst?.state ?? "unknown" as const, details: all.flatMap(({ details }) => [...details]) };
    };
    return c.json({
      ensured_at,
      topics: TOPICS.map((topic) => ({ ...topic, ...found("topic", topic.name) })),
      subscriptions: ports.subscriptions.map((config) => ({
        ...config,
        retry_seconds: RETRY_BACKOFF_SECONDS,
        served_here: ports.serves(config.name),
        ...found("subscription", config.name),
      })),
    }, 200);
  });

  app.openapi(listRoute, async (c) => {
    const stats = new Map((await bus.stats()).map((each) => [each.subscription, each]));
    const items = SUBSCRIPTIONS.map(({ name, topic, service }) => {
      const flow = stats.get(name);
      const is = (outcomes: ReadonlySet<string>) => (labels: Readonly<Record<string, string>>) =>
        labels["subscription"] === name && outcomes.has(labels["outcome"] ?? "");
      const isRefused = (labels: Readonly<Record<string, string>>) =>
        labels["subscription"] === name && !HANDLED.has(labels["outcome"] ?? "") && !DEAD.has(labels["outcome"] ?? "");
      return {
        name,
        topic,
        service,
        backlog: flow?.backlog ?? null,
        oldest_unacked_seconds: flow?.oldest_unacked_seconds ?? null,
        rate_per_second: rates.perSecond(is(HANDLED)),
        refusals_per_second: rates.perSecond(isRefused),
        handled: rates.total(is(HANDLED)),
        refused: rates.total(isRefused),
        failed: rates.total(is(FAILED)),
        dead_letters: rates.total(is(DEAD)),
      };
    });
    rates.sample();
    return c.json({ items, next_cursor: "" as const }, 200);
  });

  app.openapi(seekRoute, async (c) => {
    const { name } = c.req.valid("param");
    const { from, preview } = c.req.valid("json");
    const config: SubscriptionConfig | undefined = SUBSCRIPTIONS.find((each) => each.name === name);
    if (config === undefined) throw missing("subscription");
    const time = new Date(from);
    if (Number.isNaN(time.getTime())) {
      throw new PermanentError("from_invalid", "from is no moment of the calendar", { field: "from" });
    }
    const messages = await bus.countSince(name, time);
    if (!preview) {
      await recordSeek(state, name, time);
      await deps.clock.sleep(SEEK_KNOWN_MS, c.req.raw.signal);
      await bus.seek(name, time);
      await audited(c, { action: "sought", object: name, note: `from ${from}, ${messages ?? "unknown"} messages` });
    }
    return c.json({ subscription: name, from, messages, sought: !preview }, 200);
  });
}
