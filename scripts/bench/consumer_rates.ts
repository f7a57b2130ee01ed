/** `loader-rate`, `contacts-rate`, `meetings-rate`, `shipments-rate`: what consumers handle, beside a handler that does nothing. */
import { absentLine, isAbsent, startRedis } from "../services/mod.ts";
import { compare } from "./compare.ts";
import { bodyOf, firstEvent } from "./consumer_events.ts";
import { type ConsumerStores, deliverAll, openConsumerStores } from "./consumer_stores.ts";
import { type Judged, type Measure, type Outcome, type Progress, ratioResult, skipped } from "./measure.ts";

const EVENTS_A_ROUND = 500;
const ROUNDS = 5;

/** Each with the subscription that is measured. */
const CONSUMERS = [
  { name: "loader-rate", subscription: "vespa-loader-emails", kind: "email" },
  { name: "contacts-rate", subscription: "contact-discovery-emails", kind: "email" },
  { name: "meetings-rate", subscription: "meetings-calendars", kind: "calendar" },
  { name: "shipments-rate", subscription: "shipments-emails", kind: "email" },
] as const;

/** The one writes up to some fifteen records an event, durably; the other nothing: what counts is a fall of the ratio. */
const judgedOf = (name: string): Judged => ({ name, unit: "events/s", target: 0.01, better: "higher" });

/** Claimed and completed by both; the events of four people, a hundred at a time. */
async function rates(
  stores: ConsumerStores,
  suffix: string,
  wanted: readonly string[],
  progress: Progress,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  for (const { name, subscription, kind } of CONSUMERS.filter((each) => wanted.includes(each.name + suffix))) {
    progress(name + suffix);
    const [ours, baseline] = [stores.dispatcher("real", [subscription]), stores.dispatcher("no-op", [subscription])];
    const rate = async (dispatcher: typeof ours) => {
      const first = next;
      next += EVENTS_A_ROUND;
      const events = Array.from({ length: EVENTS_A_ROUND }, (_, at) => firstEvent(kind, first + at));
      const bodies = (await Promise.all(events)).map((event) => ({ subscription, body: bodyOf(event, subscription) }));
      return EVENTS_A_ROUND / await deliverAll(dispatcher, bodies);
    };
    const compared = await compare(ROUNDS, { ours: () => rate(ours), baseline: () => rate(baseline) }, progress);
    outcomes.push({ result: ratioResult(judgedOf(name + suffix), compared), notes: [] });
  }
  return outcomes;
}

const NAMES = CONSUMERS.map(({ name }) => name);

/** On the embedded stores. */
export const consumerRates: Measure = {
  names: NAMES,
  about: "events that consumers handle, beside a handler that does nothing, embedded",
  async run(progress, wanted) {
    const stores = await openConsumerStores();
    try {
      return await rates(stores, "", wanted, progress);
    } finally {
      await stores.close();
    }
  },
};

/** With the state in Redis. */
export const consumerRatesRedis: Measure = {
  names: NAMES.map((name) => `${name}-redis`),
  about: "the same with the state in Redis",
  async run(progress, wanted) {
    const redis = await startRedis();
    if (isAbsent(redis)) return wanted.map((name) => skipped(judgedOf(name), absentLine(redis)));
    const stores = await openConsumerStores(redis.url);
    try {
      return await rates(stores, "-redis", wanted, progress);
    } finally {
      await stores.close();
      await redis.close();
    }
  },
};
