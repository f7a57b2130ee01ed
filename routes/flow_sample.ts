/** One look at the flow of the data: the counters of this process, put together as the picture of the flow has them. */
import { z } from "@hono/zod-openapi";
import type { CounterName, HistogramName, MetricValue } from "../shared/contracts/metrics.ts";
import { METRICS } from "../shared/contracts/metrics.ts";
import { ServiceName } from "../shared/contracts/names.ts";
import { SUBSCRIPTIONS } from "../shared/contracts/subscriptions.ts";
import { TOPICS } from "../shared/contracts/topics.ts";
import type { HistogramValue } from "../shared/telemetry/mod.ts";

const Total = z.int().nonnegative();

/** Durations so far: how many took at most each of the bounds, and at last all. */
const Durations = z.object({
  bounds_seconds: z.array(z.number()),
  cumulative: z.array(Total),
}).openapi("Durations");

/** What is counted goes up from the start of the process: a rate is the difference of two samples. */
export const FlowSample = z.object({
  at: z.string(),
  /** Notifications of the providers, by who sends them. */
  webhooks: z.array(z.object({ source: z.string(), accepted: Total, dropped: Total, refused: Total })),
  providers: z.array(z.object({ provider: z.string(), requests: Total, throttled: Total })),
  topics: z.array(z.object({ topic: z.string(), published: Total })),
  subscriptions: z.array(z.object({
    name: z.string(),
    topic: z.string(),
    service: ServiceName,
    acked: Total,
    nacked: Total,
    errors: Total,
    in_flight: Total,
    /** Null where the bus does not tell. */
    backlog: Total.nullable(),
    oldest_unacked_seconds: z.number().nonnegative().nullable(),
    took: Durations,
  })),
  idempotency: z.object({ fresh: Total, duplicate: Total, busy: Total, stale: Total }),
  dead_letters: z.object({ set_aside: Total, replayed: Total }),
  /** From a provider's time of a change to its document in the index. */
  searchable: Durations,
}).openapi("FlowSample");
export type FlowSample = z.infer<typeof FlowSample>;

/** What a sample is made of. */
export interface FlowReadings {
  readonly counters: readonly MetricValue[];
  readonly histograms: readonly HistogramValue[];
  readonly gauges: readonly MetricValue[];
}

type Wanted = Readonly<Record<string, string>>;

function matches(labels: Readonly<Record<string, string>>, wanted: Wanted): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

/** The sum of a family over the labels that are not said. */
function sum(values: readonly MetricValue[], name: CounterName, wanted: Wanted = {}): number {
  return values.filter((one) => one.name === name && matches(one.labels, wanted))
    .reduce((total, { value }) => total + value, 0);
}

/** Each value of a label in a family. */
function valuesOf(values: readonly MetricValue[], names: readonly CounterName[], label: string): string[] {
  const of = values.filter((one) => names.some((name) => name === one.name));
  return [...new Set(of.map(({ labels }) => labels[label] ?? ""))].filter((value) => value !== "").sort();
}

function durations(values: readonly HistogramValue[], name: HistogramName, wanted: Wanted = {}) {
  const bounds: readonly number[] = METRICS[name].buckets;
  const cumulative = new Array<number>(bounds.length + 1).fill(0);
  for (const one of values) {
    if (one.name !== name || !matches(one.labels, wanted)) continue;
    one.cumulative.forEach((count, index) => cumulative[index] = (cumulative[index] ?? 0) + count);
  }
  return { bounds_seconds: [...bounds], cumulative };
}

function gauge(values: readonly MetricValue[], name: MetricValue["name"], subscription: string): number | null {
  return values.find((one) => one.name === name && one.labels["subscription"] === subscription)?.value ?? null;
}

/** Puts a sample together. */
export function flowSample({ counters, histograms, gauges }: FlowReadings, now_ms: number): FlowSample {
  const total = (name: CounterName, wanted?: Wanted) => sum(counters, name, wanted);
  return {
    at: new Date(now_ms).toISOString(),
    webhooks: valuesOf(
      counters,
      ["webhooks_accepted_total", "webhooks_dropped_total", "webhooks_refused_total"],
      "source",
    )
      .map((source) => ({
        source,
        accepted: total("webhooks_accepted_total", { source }),
        dropped: total("webhooks_dropped_total", { source }),
        refused: total("webhooks_refused_total", { source }),
      })),
    providers: valuesOf(counters, ["provider_requests_total"], "provider").map((provider) => ({
      provider,
      requests: total("provider_requests_total", { provider }),
      throttled: total("provider_throttled_total", { provider }),
    })),
    topics: TOPICS.map(({ name: topic }) => ({ topic, published: total("bus_published_total", { topic }) })),
    subscriptions: SUBSCRIPTIONS.map(({ name, topic, service }) => ({
      name,
      topic,
      service,
      acked: total("deliveries_total", { subscription: name, result: "acked" }),
      nacked: total("deliveries_total", { subscription: name, result: "nacked" }),
      errors: total("delivery_errors_total", { subscription: name }),
      in_flight: gauge(gauges, "subscription_in_flight", name) ?? 0,
      backlog: gauge(gauges, "subscription_backlog", name),
      oldest_unacked_seconds: gauge(gauges, "subscription_oldest_unacked_seconds", name),
      took: durations(histograms, "delivery_duration_seconds", { subscription: name }),
    })),
    idempotency: {
      fresh: total("idempotency_total", { outcome: "fresh" }),
      duplicate: total("idempotency_total", { outcome: "duplicate" }),
      busy: total("idempotency_total", { outcome: "busy" }),
      stale: total("idempotency_total", { outcome: "stale" }),
    },
    dead_letters: { set_aside: total("dead_letters_total"), replayed: total("dead_letters_replayed_total") },
    searchable: durations(histograms, "change_searchable_seconds"),
  };
}
