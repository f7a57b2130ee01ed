import { PermanentError, reasonOf, StoreAwayError } from "../../contracts/errors.ts";
import type { TopicName } from "../../contracts/names.ts";
import type { SubscriptionConfig } from "../../contracts/subscriptions.ts";
import type { Database, GroupCommit } from "../../sqlite/mod.ts";
import { encode } from "../encode.ts";
import type { EnsureFinding, Outgoing, Published, SubscriptionStats, Topology } from "../port.ts";
import { deadLetterAttributes, exhaustedLetter } from "./dead_letter.ts";
import { ensureTopology, lookAt } from "./ensure.ts";
import { DRAFTS_PER_WORK_MAX, Inserts } from "./inserts.ts";
import { StoredMessage } from "./message.ts";
import { SQLITE_BUS_NAME, type SqliteBus, type SqliteBusOptions } from "./options.ts";
import { Pump } from "./pump.ts";
import { sweep, SWEEP_INTERVAL_MS } from "./retention.ts";
import { Settlements } from "./settlements.ts";
import { BusStore, countInterrupted, deleteSubscription, expireSlice, redeliverSlice, setClean } from "./store.ts";
import { SubscriptionQueue } from "./subscription_queue.ts";
import { type Draft, isFor, Topic } from "./topic.ts";
import { WINDOW_BATCHES_MAX } from "./window.ts";

const STOP_GRACE_MS = 10_000;

/** The embedded bus: publishes into the file, and delivers from it what this process's topology subscribes to. */
export class SqliteBusCore implements SqliteBus {
  readonly #db: Database;
  readonly #commit: GroupCommit;
  readonly #options: SqliteBusOptions;
  readonly #store: BusStore;
  readonly #inserts: Inserts;
  readonly #settlements: Settlements;
  readonly #pump: Pump;
  readonly #topics = new Map<string, Topic>();
  /** Those of this process's topology, which it delivers to. */
  readonly #queues = new Map<string, SubscriptionQueue>();
  /** Subscriptions that are being removed. */
  readonly #leaving = new Set<string>();
  readonly #running = new AbortController();
  #started = false;
  #stopped: Promise<void> | undefined;

  constructor(db: Database, commit: GroupCommit, options: SqliteBusOptions) {
    this.#db = db;
    this.#commit = commit;
    this.#options = options;
    this.#store = new BusStore(db);
    this.#inserts = new Inserts(commit, (drafts) => this.#committed(drafts));
    this.#settlements = new Settlements({
      ...options,
      commit,
      onLetter: (message) => this.#committed([{ topic: "dead-letters", message, only: undefined }]),
      onWritten: () => this.#pump.wake(),
    });
    this.#pump = new Pump({
      ...options,
      settlements: this.#settlements,
      letterFor: (queue, message, attempts, status) => this.#letter(queue, message, attempts, status),
    });
    this.#readTopics();
  }

  async publish<T extends TopicName>(topic: T, messages: readonly Outgoing<T>[]): Promise<readonly Published[]> {
    const drafts: Draft[] = [];
    const results = messages.map((outgoing): Published => {
      const encoded = encode(topic, outgoing);
      if (encoded.kind === "refused") return encoded;
      const draft = this.#draft(topic, encoded.attributes, encoded.text);
      drafts.push(draft);
      return { kind: "published", message_id: String(draft.message.id) };
    });
    for (let at = 0; at < drafts.length; at += DRAFTS_PER_WORK_MAX) {
      await this.#inserts.add(drafts.slice(at, at + DRAFTS_PER_WORK_MAX));
    }
    this.#options.counters.add("bus_published_total", this.#topics.get(topic)?.labels ?? { topic }, drafts.length);
    return results;
  }

  async ensure(topology: Topology): Promise<readonly EnsureFinding[]> {
    if (topology.look_only) return await this.#commit.run((db) => lookAt(db, topology));
    const findings = await this.#commit.run((db) => ensureTopology(db, topology));
    this.#readTopics();
    for (const config of topology.subscriptions) this.#serve(config);
    for (const name of topology.unwanted ?? []) findings.push(...await this.#remove(name));
    return findings;
  }

  stats(): Promise<readonly SubscriptionStats[]> {
    const now = this.#options.clock.now();
    return Promise.resolve([...this.#queues.values()].map((queue) => {
      const { count, oldest_at } = this.#store.backlog(queue.number);
      return {
        subscription: queue.config.name,
        backlog: count,
        oldest_unacked_seconds: oldest_at === undefined ? 0 : Math.max(0, now - oldest_at) / 1_000,
        ...queue.counted,
      };
    }));
  }

  // deno-lint-ignore require-await -- what it throws must reject
  async countSince(subscription: string, from: Date): Promise<number> {
    const { topic } = this.#subscribed(subscription);
    return this.#store.count(this.#store.firstIdSince(topic.number, from.getTime(), topic.end), topic.end);
  }

  async seek(subscription: string, from: Date): Promise<void> {
    const { topic, number } = this.#subscribed(subscription);
    const first = this.#store.firstIdSince(topic.number, from.getTime(), topic.end);
    const until = topic.end - 1;
    const queue = this.#queues.get(subscription);
    queue?.seek(first);
    let after: number | undefined = first - 1;
    while (after !== undefined) {
      const start: number = after;
      after = await this.#commit.run((db) => redeliverSlice(db, number, start, until));
    }
    queue?.reread(first);
    this.#pump.wake();
  }

  ping(): Promise<void> {
    try {
      this.#store.ping();
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(new StoreAwayError(SQLITE_BUS_NAME, error));
    }
  }

  start(): void {
    if (this.#started || this.#stopped !== undefined) return;
    this.#started = true;
    const { log } = this.#options;
    // Nothing is delivered before the file says that a run has begun, or a crash would go unnoticed.
    this.#commit.run((db) => this.#begin(db)).then(() => {
      if (this.#running.signal.aborted) return;
      this.#pump.start();
      return this.#sweeping();
    }).catch((error) => log.error("The bus cannot deliver", { reason: reasonOf(error) }));
  }

  stop(graceMs: number = STOP_GRACE_MS): Promise<void> {
    return this.#stopped ??= this.#stop(graceMs);
  }

  async close(): Promise<void> {
    try {
      await this.stop(0);
    } finally {
      this.#commit.close();
      this.#db.close();
    }
  }

  #subscribed(subscription: string): { readonly topic: Topic; readonly number: number } {
    for (const topic of this.#topics.values()) {
      const subscriber = topic.subscribers.find(({ name }) => name === subscription);
      if (subscriber !== undefined) return { topic, number: subscriber.number };
    }
    throw new PermanentError("unknown_subscription", `The bus has no subscription ${subscription}`);
  }

  async #stop(graceMs: number): Promise<void> {
    this.#running.abort();
    await this.#pump.stop(graceMs);
    if (!this.#started) return;
    this.#settlements.close();
    await this.#settlements.settled();
    await this.#commit.run((db) => setClean(db, true));
  }

  /** An attempt for what a crash interrupted; no more than the window can have been in flight. */
  #begin(db: Database): void {
    if (setClean(db, false)) return;
    const now = this.#options.clock.now();
    for (const { number, name } of this.#store.subscriptions()) {
      const batch_size = this.#queues.get(name)?.config.batch_size ?? 1;
      countInterrupted(db, number, batch_size * WINDOW_BATCHES_MAX, now);
    }
  }

  #draft(name: TopicName, attributes: Readonly<Record<string, string>>, text: string): Draft {
    const topic = this.#topics.get(name);
    // As Pub/Sub, which knows no such topic either until it was ensured.
    if (topic === undefined) throw new StoreAwayError(`${SQLITE_BUS_NAME}, without topic ${name},`);
    const published_at = topic.publishedAt(this.#options.clock.now());
    const message = new StoredMessage(topic.nextId(), published_at, JSON.stringify(attributes), text);
    return { topic: name, message, fan_out: topic.fanOut(attributes), only: attributes["only"] };
  }

  /** Hands what was just written to the queues, so that it need not be read back. */
  #committed(drafts: readonly Pick<Draft, "topic" | "message" | "only">[]): void {
    for (const { topic, message, only } of drafts) {
      for (const { name } of this.#topics.get(topic)?.subscribers ?? []) {
        if (isFor(only, name)) this.#queues.get(name)?.offer(message);
      }
    }
    this.#pump.wake();
  }

  #letter(queue: SubscriptionQueue, message: StoredMessage, attempts: number, status: number) {
    const { log } = this.#options;
    if (!this.#topics.has("dead-letters")) return undefined;
    const letter = exhaustedLetter(queue, message, attempts, status, this.#options);
    // A dead letter holds a whole message in base64, so the limit of what may be published cannot apply to it.
    const encoded = encode("dead-letters", { message: letter, attributes: deadLetterAttributes(letter) }, Infinity);
    if (encoded.kind === "refused") {
      log.error("The bus cannot write a dead letter", { reason: `${encoded.field}: ${encoded.reason}` });
      return undefined;
    }
    log.warn("A message was delivered too often and becomes a dead letter", {
      subscription: queue.config.name,
      message_id: letter.message_id,
      attempt: attempts,
    });
    const draft = this.#draft("dead-letters", encoded.attributes, encoded.text);
    return { letter: draft.message, fan_out: draft.fan_out };
  }

  #readTopics(): void {
    const subscriptions = this.#store.subscriptions().filter(({ name }) => !this.#leaving.has(name));
    for (const row of this.#store.topics()) {
      const subscribers = subscriptions.filter(({ topic }) => topic === row.number);
      this.#topics.set(row.name, new Topic(row, subscribers, this.#store, this.#topics.get(row.name)));
    }
  }

  #serve(config: SubscriptionConfig): void {
    const known = this.#queues.get(config.name);
    if (known !== undefined) {
      known.config = config;
      return;
    }
    const topic = this.#topics.get(config.topic);
    const subscriber = topic?.subscribers.find(({ name }) => name === config.name);
    if (topic === undefined || subscriber === undefined) return;
    const { clock } = this.#options;
    const queue = new SubscriptionQueue(subscriber.number, topic.number, config, this.#store, clock);
    this.#queues.set(config.name, queue);
    this.#pump.add(queue);
  }

  /** Nothing is fanned out to it any more, then what it held goes, slice by slice, and at last itself. */
  async #remove(name: string): Promise<EnsureFinding[]> {
    const row = this.#store.subscriptions().find((subscription) => subscription.name === name);
    if (row === undefined) return [];
    const queue = this.#queues.get(name);
    this.#queues.delete(name);
    if (queue !== undefined) this.#pump.remove(queue);
    this.#leaving.add(name);
    this.#readTopics();
    while ((await this.#commit.run((db) => expireSlice(db, row.number, Infinity))).length > 0);
    await this.#commit.run((db) => deleteSubscription(db, row.number));
    this.#leaving.delete(name);
    return [{ what: "subscription", name, state: "removed", details: [] }];
  }

  async #sweeping(): Promise<void> {
    const { clock, log } = this.#options;
    while (!this.#running.signal.aborted) {
      await sweep(this.#topics.values(), {
        ...this.#options,
        store: this.#store,
        commit: this.#commit,
        onExpired: (number, messages) => {
          for (const queue of this.#queues.values()) if (queue.number === number) queue.expire(messages);
        },
      }).catch((error) => log.warn("The bus cannot sweep", { reason: reasonOf(error) }));
      await clock.sleep(SWEEP_INTERVAL_MS, this.#running.signal).catch(() => {});
    }
  }
}
