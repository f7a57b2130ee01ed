/** `contacts-rate`: mails a second that become contacts, beside a handler that does nothing, both claimed and completed. */
import { openStores } from "../../adapters.ts";
import { createContactDiscovery } from "../../consumers/contact_discovery/mod.ts";
import { createDispatcher, type Dispatcher } from "../../consumers/dispatch/mod.ts";
import type { Consumer } from "../../consumers/registry.ts";
import { readConfig } from "../../shared/contracts/config.ts";
import { eventAttributes } from "../../shared/contracts/event.ts";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import { subscriptionNamed } from "../../shared/contracts/subscriptions.ts";
import type { State } from "../../shared/state/port.ts";
import { compare, figure } from "./compare.ts";
import { mailEvent } from "./contact_mails.ts";
import { type Judged, type Measure, ratioResult } from "./measure.ts";
import { quietDeps } from "./outside.ts";

const JUDGED: Judged = { name: "contacts-rate", unit: "events/s", target: 0.01, better: "higher" };
const SUBSCRIPTION = "contact-discovery-emails";
const NO_OP: Consumer = { service: "contact-discovery", kind: "events", handle: () => Promise.resolve("applied") };
const PEOPLE = ["ada", "ben", "cleo", "dov"];
const EVENTS_A_ROUND = 1_000;
const ROUNDS = 7;
/** Records of one collection that are read at a time. */
const PAGE = 5_000;

/**
 * The one writes some fifteen records a mail, durably; the other nothing, so the ratio is small and its fall is what counts.
 * Embedded stores, four people's mails at once, a hundred at a time; each mail tells of two out of 300 people.
 */
export const contactsRate: Measure = {
  names: [JUDGED.name],
  about: "mails of four people that become contacts, beside a handler that does nothing",
  async run(progress) {
    const data_dir = await Deno.makeTempDir({ prefix: "bench-contacts-" });
    const deps = quietDeps();
    const config = readConfig({ DATA_DIR: data_dir }, { mode: "dev" });
    const stores = await openStores(config, deps, () => Promise.resolve({ status: 503 }));
    const { state, bus } = stores;
    const subscriptions = [subscriptionNamed(SUBSCRIPTION)].filter((each) => each !== undefined);
    const dispatcherOf = (consumer: Consumer) =>
      createDispatcher({ state, bus, deps, subscriptions, consumers: [consumer], topic_prefix: "" });
    const ours = dispatcherOf(createContactDiscovery(state)), baseline = dispatcherOf(NO_OP);
    let next = 0;
    try {
      const compared = await compare(ROUNDS, {
        ours: () => rate(ours, next += EVENTS_A_ROUND),
        baseline: () => rate(baseline, next += EVENTS_A_ROUND),
      }, progress);
      return [{ result: ratioResult(JUDGED, compared), notes: [await kept(state)] }];
    } finally {
      await Promise.all([ours.stop(0), baseline.stop(0)]);
      await stores.close();
      await Deno.remove(data_dir, { recursive: true });
    }
  },
};

async function rate(dispatcher: Dispatcher, first: number): Promise<number> {
  const bodies = await Promise.all(Array.from({ length: EVENTS_A_ROUND }, (_, at) => bodyOf(first + at)));
  const started = performance.now();
  let left = bodies.length;
  const deliver = async () => {
    while (left > 0) {
      const body = bodies[--left] ?? "";
      const { status } = await dispatcher.deliver(SUBSCRIPTION, {
        bytes: body.length,
        text: () => Promise.resolve(body),
        header: () => undefined,
      });
      if (status !== 204) throw new Error(`Cannot bench: a delivery was answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: 100 }, deliver));
  return EVENTS_A_ROUND / ((performance.now() - started) / 1_000);
}

async function bodyOf(number: number): Promise<string> {
  const event = await mailEvent(number, PEOPLE[number % PEOPLE.length] ?? "");
  return JSON.stringify({
    message: {
      data: new TextEncoder().encode(JSON.stringify(event)).toBase64(),
      attributes: eventAttributes(event),
      messageId: String(number),
      publishTime: event.sync_timestamp,
    },
    subscription: `projects/bench/subscriptions/${SUBSCRIPTION}`,
  });
}

/** What the records of a person take for each thousand contacts: nothing of them is kept in memory. */
async function kept(state: State): Promise<string> {
  const records = state.records({ user_id: PEOPLE[0] ?? "" });
  let bytes = 0, contacts = 0, documents = 0;
  for (const [name, collection] of Object.entries(COLLECTIONS)) {
    if (!name.startsWith("contact")) continue;
    let after = "";
    for (;;) {
      const page = await records.list(collection, { after, limit: PAGE });
      for (const { id, value } of page) bytes += id.length + JSON.stringify(value).length;
      if (name === "contactsByName") contacts += page.length;
      if (name === "contactDocuments") documents += page.length;
      after = page.at(-1)?.id ?? "";
      if (page.length < PAGE) break;
    }
  }
  return `${contacts} contacts of ${documents} mails: ${figure(bytes / 1e6 * 1_000 / contacts)} MB of records ` +
    `for 1,000 contacts, nothing in memory`;
}
