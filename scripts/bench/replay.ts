/** `replay`: 100,000 events once more, in another order and on empty stores, come to the same state as the first time. */
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import type { Event } from "../../shared/contracts/event.ts";
import { sha256 } from "../../shared/contracts/ids.ts";
import { figure } from "./compare.ts";
import { bodyOf, firstEvent, laterEvent, PEOPLE } from "./consumer_events.ts";
import { type ConsumerStores, deliverAll, openConsumerStores } from "./consumer_stores.ts";
import type { Measure, Progress } from "./measure.ts";

const EVENTS = 100_000;
/** Documents; the rest of the events are edits and deletes of them. */
const DOCUMENTS = 80_000;
const MAILS = 70_000;
/** One of the later events in so many is a delete. */
const DELETES_EVERY = 4;
const SLICE = 2_000;
/** Larger than a slice, and of no common measure with the number of events: each slice has events of all times. */
const STRIDE = 7_919;
const PAGE = 5_000;

const SUBSCRIPTIONS = {
  email: ["vespa-loader-emails", "contact-discovery-emails", "shipments-emails"],
  calendar: ["vespa-loader-calendars", "contact-discovery-calendars", "meetings-calendars"],
} as const;
const ALL = Object.values(SUBSCRIPTIONS).flat();
const HELD = Object.values(COLLECTIONS).filter((name) => /^(contact|meeting|shipment)/.test(name));

async function eventAt(number: number): Promise<Event> {
  if (number < DOCUMENTS) return await firstEvent(number < MAILS ? "email" : "calendar", number);
  const of = number * STRIDE % DOCUMENTS;
  return await laterEvent(await eventAt(of), number, number % DELETES_EVERY === 0);
}

/** Hands all events to all consumers. @returns seconds, without what making the events took */
async function run(stores: ConsumerStores, orderOf: (at: number) => number, progress: Progress): Promise<number> {
  const dispatcher = stores.dispatcher("real", ALL);
  let seconds = 0;
  for (let from = 0; from < EVENTS; from += SLICE) {
    const events = await Promise.all(Array.from({ length: SLICE }, (_, at) => eventAt(orderOf(from + at))));
    seconds += await deliverAll(
      dispatcher,
      events.flatMap((event) =>
        SUBSCRIPTIONS[event.doc_type === "calendar" ? "calendar" : "email"].map((subscription) => ({
          subscription,
          body: bodyOf(event, subscription),
        }))
      ),
    );
    progress(`${from + SLICE} of ${EVENTS} events, ${figure((from + SLICE) / seconds)}/s`);
  }
  return seconds;
}

interface Held {
  /** Of every record of each collection, by person. */
  readonly prints: ReadonlyMap<string, string>;
  readonly records: number;
  readonly bytes: number;
  readonly contacts: number;
}

/** All that is held: each record of the consumers, and each document of the index. */
async function heldBy({ state, index }: ConsumerStores): Promise<Held> {
  const prints = new Map<string, string>();
  let records = 0, bytes = 0, contacts = 0;
  for (const user_id of PEOPLE) {
    for (const collection of HELD) {
      let print = "", after = "";
      for (;;) {
        const page = await state.records({ user_id }).list(collection, { after, limit: PAGE });
        const text = inOrder(page.map(({ id, value }) => [id, value]));
        print = await sha256(print + text);
        records += page.length;
        if (collection.startsWith("contact")) bytes += text.length;
        if (collection === COLLECTIONS.contacts) contacts += page.length;
        after = page.at(-1)?.id ?? "";
        if (page.length < PAGE) break;
      }
      prints.set(`${user_id} ${collection}`, print);
    }
    let print = "";
    for (let number = PEOPLE.indexOf(user_id); number < DOCUMENTS; number += PEOPLE.length) {
      const { doc_id } = await firstEvent(number < MAILS ? "email" : "calendar", number);
      print = await sha256(print + inOrder(await index.document(user_id, doc_id)));
    }
    prints.set(`${user_id} index`, print);
  }
  return { prints, records, bytes, contacts };
}

/** As JSON with the members of each object by name: when a member was first set is no part of the state. */
function inOrder(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1));
  });
}

/**
 * First in the order in which it happened, then in another one: a replay gives no order. What is held afterwards is
 * compared whole. The baseline is the first run.
 */
export const replay: Measure = {
  names: ["replay-100k"],
  about: `a replay of ${EVENTS} events to all consumers, in another order, against their first run, the state compared`,
  async run(progress) {
    const took: number[] = [];
    const held: Held[] = [];
    for (const orderOf of [(at: number) => at, (at: number) => at * STRIDE % EVENTS]) {
      const stores = await openConsumerStores();
      try {
        took.push(await run(stores, orderOf, progress));
        held.push(await heldBy(stores));
      } finally {
        await stores.close();
      }
    }
    const [first, second] = held;
    const differing = [...first?.prints ?? []].filter(([name, print]) => second?.prints.get(name) !== print);
    const [value, baseline] = took.map((seconds) => EVENTS / seconds).toReversed();
    if (first === undefined || value === undefined || baseline === undefined) throw new Error("Cannot bench: no runs");
    return [{
      result: {
        name: "replay-100k",
        value,
        unit: "events/s",
        baseline,
        ratio: value / baseline,
        target: null,
        better: "higher",
        ok: differing.length === 0,
      },
      notes: [
        `${figure(EVENTS / value)} s, each event handled by three consumers; the first run ${
          figure(EVENTS / baseline)
        } s`,
        differing.length === 0
          ? `the same state: ${first.prints.size} collections of ${first.records} records and the index, compared whole`
          : `DIFFERENT: ${differing.map(([name]) => name).join(", ")}`,
        `${figure(first.bytes / 1e3 / first.contacts)} MB of records for 1,000 contacts, nothing in memory`,
      ],
    }];
  },
};
