/** `publish`: our Pub/Sub adapter against the official client, both on the emulator. */
import { PubSub, type Topic } from "@google-cloud/pubsub";
import type { Bus } from "../../shared/bus/port.ts";
import { openPubsubBus } from "../../shared/bus/pubsub/mod.ts";
import { TOPICS } from "../../shared/contracts/topics.ts";
import { absentLine, isAbsent, startPubsubEmulator } from "../services/mod.ts";
import { compare, figure, median, type Round } from "./compare.ts";
import { sampleOutgoing } from "./events.ts";
import { type Judged, type Measure, type Outcome, type Progress, ratioResult, skipped } from "./measure.ts";
import { quietDeps } from "./outside.ts";

const JUDGED: Judged = { name: "publish", unit: "events/s", target: 10, better: "higher" };
const PROJECT = "bench";
/** Office publishes a page of changes as one list; so many callers do that at the same time. */
const PAGE = 100;
const CALLERS = 8;
/** Pages a round: about a second for each side on two cores. */
const PAGES = { ours: 80, awaited: 8, together: 40 } as const;
const ROUNDS = 7;
const BESIDE_ROUNDS = 3;
/** Before the names of topics without a schema. */
const PLAIN = "plain-";

type PublishPage = (first: number) => Promise<unknown>;

/** Events a second while each caller publishes page after page. Making the events counts, for every side. */
function round(pages: number, publish: PublishPage): Round {
  return async () => {
    const started = performance.now();
    let page = 0;
    await Promise.all(Array.from({ length: Math.min(CALLERS, pages) }, async () => {
      while (page < pages) await publish(PAGE * page++);
    }));
    return pages * PAGE / ((performance.now() - started) / 1_000);
  };
}

function pageOf(first: number) {
  return Array.from({ length: PAGE }, (_, at) => sampleOutgoing(first + at));
}

/** Through the port: zod, encoding, attributes, batches. @throws Error when an event is refused */
function byOurs(bus: Bus): PublishPage {
  return async (first) => {
    const published = await bus.publish("emails", pageOf(first));
    if (published.some(({ kind }) => kind === "refused")) throw new Error("Cannot bench: an event was refused");
  };
}

/** As the client's own quick start does it: an event, its id, the next event. */
function byOfficial(topic: Topic): PublishPage {
  return async (first) => {
    for (const { message, attributes } of pageOf(first)) await topic.publishMessage({ json: message, attributes });
  };
}

/** The same client by someone who gives it the whole page and so lets it batch. */
function byOfficialTogether(topic: Topic): PublishPage {
  return (first) =>
    Promise.all(pageOf(first).map(({ message, attributes }) => topic.publishMessage({ json: message, attributes })));
}

async function openOurs(host: string, topicPrefix: string, schema: boolean): Promise<Bus> {
  const bus = await openPubsubBus({ projectId: PROJECT, emulatorHost: host, topicPrefix, ...quietDeps() });
  const topics = TOPICS.filter(({ name }) => name === "emails").map((topic) => ({ ...topic, has_schema: schema }));
  await bus.ensure({ topics, subscriptions: [], endpointOf: () => "" });
  return bus;
}

async function medianOf(rounds: number, round: Round): Promise<number> {
  const rates: number[] = [];
  for (let done = 0; done < rounds; done++) rates.push(await round());
  return median(rates);
}

async function measure(host: string, progress: Progress): Promise<Outcome> {
  const ours = await openOurs(host, "", true);
  const plain = await openOurs(host, PLAIN, false);
  const client = new PubSub({ projectId: PROJECT, apiEndpoint: host, emulatorMode: true });
  const byDefault = client.topic(`${PLAIN}emails`);
  // The most that the client allows a batch, with the wait of its defaults.
  const batching = { maxMessages: 1_000, maxBytes: 9 * 1024 * 1024, maxMilliseconds: 10 };
  const largest = client.topic(`${PLAIN}emails`, { batching });
  try {
    const compared = await compare(ROUNDS, {
      ours: round(PAGES.ours, byOurs(ours)),
      baseline: round(PAGES.awaited, byOfficial(byDefault)),
    }, progress);
    progress("what is printed beside it");
    const beside = async (what: string, pages: number, publish: PublishPage) =>
      `${what}: ${figure(await medianOf(BESIDE_ROUNDS, round(pages, publish)))} events/s`;
    return {
      result: ratioResult(JUDGED, compared),
      notes: [
        await beside("ours without a schema on the topic", PAGES.ours, byOurs(plain)),
        await beside("the official client given whole pages", PAGES.together, byOfficialTogether(byDefault)),
        await beside("the same with its largest batches", PAGES.together, byOfficialTogether(largest)),
        "given whole pages, every client waits for the emulator, which shares the processor with it",
      ],
    };
  } finally {
    await Promise.all([ours.close(), plain.close(), client.close()]);
  }
}

/**
 * Ours: the schema attached to the topic, zod and encoding included, a page of events a call. Baseline: each event by
 * `await topic.publishMessage()` with the official client's defaults, by as many callers, on a topic without a schema.
 */
export const publish: Measure = {
  names: ["publish"],
  about: "events of 2 KB published in pages to the Pub/Sub emulator, against publishMessage of the official client",
  async run(progress) {
    const emulator = await startPubsubEmulator();
    if (isAbsent(emulator)) return [skipped(JUDGED, absentLine(emulator))];
    try {
      return [await measure(emulator.host, progress)];
    } finally {
      await emulator.close();
    }
  },
};
