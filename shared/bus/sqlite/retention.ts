/** What is kept no longer: messages older than their topic's retention, deliveries older than their subscription's. */
import type { Clock, Counters, Log } from "../../contracts/deps.ts";
import type { GroupCommit } from "../../sqlite/mod.ts";
import { type BusStore, expireSlice, SLICE_ROWS, sweepSlice } from "./store.ts";
import type { Subscriber, Topic } from "./topic.ts";

/** How often. What is swept is days old, so an hour more or less is nothing. */
export const SWEEP_INTERVAL_MS = 60 * 60 * 1_000;

/** What a sweep works with. */
export interface RetentionOptions {
  readonly store: BusStore;
  readonly commit: GroupCommit;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  /** These messages were never acknowledged and are gone for this subscription. */
  readonly onExpired: (subscription: number, messages: readonly number[]) => void;
}

/** Sweeps all topics, in slices that let publishes through in between. @throws StoreAwayError */
export async function sweep(topics: Iterable<Topic>, options: RetentionOptions): Promise<void> {
  const now = options.clock.now();
  for (const topic of topics) {
    for (const subscriber of topic.subscribers) await expire(topic, subscriber, now, options);
    const before = options.store.firstIdSince(topic.number, now - topic.retention_ms, topic.end);
    while (await options.commit.run((db) => sweepSlice(db, topic.number, before)) === SLICE_ROWS);
  }
}

async function expire(topic: Topic, subscriber: Subscriber, now: number, options: RetentionOptions): Promise<void> {
  const { store, commit, log, counters, onExpired } = options;
  const before = store.firstIdSince(topic.number, now - subscriber.retention_ms, topic.end);
  let expired: readonly number[];
  do {
    expired = await commit.run((db) => expireSlice(db, subscriber.number, before));
    if (expired.length === 0) return;
    onExpired(subscriber.number, expired);
    counters.add("bus_expired_total", { subscription: subscriber.name }, expired.length);
    log.warn("Messages were not acknowledged before their retention ended", {
      subscription: subscriber.name,
      count: expired.length,
    });
  } while (expired.length === SLICE_ROWS);
}
