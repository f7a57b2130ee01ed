import type { TopicName } from "../../contracts/names.ts";
import type { LabelsOf } from "../../contracts/metrics.ts";
import type { StoredMessage } from "./message.ts";
import { type BusStore, type FanOut, fanOutTo, firstIdOf, type TopicRow } from "./store.ts";

/** A subscription as a topic needs it: also those that this process does not deliver to. */
export interface Subscriber {
  readonly number: number;
  readonly name: string;
  readonly retention_ms: number;
}

/** Gives out the ids and times of a topic's messages, and knows who gets them. */
export class Topic {
  readonly number: number;
  readonly name: string;
  readonly retention_ms: number;
  readonly subscribers: readonly Subscriber[];
  /** For counters: the same frozen object each time. */
  readonly labels: LabelsOf<"bus_published_total">;
  #next_id: number;
  #newest_at: number;
  readonly #fan_out: FanOut;

  /** @param before the same topic before its subscriptions changed: ids go on where it was */
  constructor(row: TopicRow, subscribers: readonly Subscriber[], store: BusStore, before: Topic | undefined) {
    this.number = row.number;
    this.name = row.name;
    this.subscribers = subscribers;
    this.labels = Object.freeze({ topic: row.name });
    // What a subscription may still be set back to is kept as long as the topic's own.
    this.retention_ms = Math.max(row.retention_ms, ...subscribers.map(({ retention_ms }) => retention_ms));
    const newest = store.newest(row.number);
    const used = Math.max(newest?.id ?? 0, row.swept_id, firstIdOf(row.number) - 1, (before?.end ?? 0) - 1);
    this.#next_id = used + 1;
    this.#newest_at = Math.max(newest?.published_at ?? 0, before?.newest_at ?? 0);
    this.#fan_out = fanOutTo(subscribers.map(({ number }) => number));
  }

  /** Above all ids given so far. */
  get end(): number {
    return this.#next_id;
  }

  get newest_at(): number {
    return this.#newest_at;
  }

  nextId(): number {
    return this.#next_id++;
  }

  /** The time of a message published now; never before that of an earlier id, whatever the clock does. */
  publishedAt(now: number): number {
    return this.#newest_at = Math.max(this.#newest_at, now);
  }

  /** The statements that write a message's deliveries. Subscriptions that its `only` attribute leaves out get none. */
  fanOut(attributes: Readonly<Record<string, string>>): FanOut {
    const only = attributes["only"];
    if (only === undefined) return this.#fan_out;
    return fanOutTo(this.subscribers.filter(({ name }) => isFor(only, name)).map(({ number }) => number));
  }
}

/** A message that is on its way into the file. */
export interface Draft {
  readonly topic: TopicName;
  readonly message: StoredMessage;
  readonly fan_out: FanOut;
  /** The `only` attribute, if it has one. */
  readonly only: string | undefined;
}

/** True when a message with this `only` attribute is for the subscription. */
export function isFor(only: string | undefined, subscription: string): boolean {
  return only === undefined || only.split(",").includes(subscription);
}
