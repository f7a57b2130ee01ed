/** The state in Redis, for any number of instances. */
import type { RedisAddress } from "../../contracts/config.ts";
import type { Clock, Log, Random } from "../../contracts/deps.ts";
import type { ResourceKey } from "../../contracts/ids.ts";
import { metric, type MetricValue } from "../../contracts/metrics.ts";
import type {
  Claims,
  Fragments,
  Leases,
  Ledger,
  Progress,
  Quotas,
  Records,
  RecordScope,
  Refs,
  Slots,
  Snapshot,
  State,
  StateHealth,
} from "../port.ts";
import { RedisClaims } from "./claims.ts";
import { createClient, type RedisClient } from "./connection.ts";
import { RedisFragments } from "./fragments.ts";
import { readHealth } from "./info.ts";
import { readNumbers } from "./numbers.ts";
import { RedisLeases } from "./leases.ts";
import { RedisLedger } from "./ledger.ts";
import { RedisProgress } from "./progress.ts";
import { RedisRecords } from "./records.ts";
import { RedisRefs } from "./refs.ts";
import { RedisQuotas } from "./quotas.ts";
import { RedisSlots } from "./slots.ts";
import { Store } from "./store.ts";

/** Where Redis is, and what its client is given. */
export interface RedisStateOptions {
  readonly address: RedisAddress;
  /** Only for how long an answer about replicas is believed; all other times are the server's. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Before every key. Tests that share a server use it; in production the keys are as the contract names them. */
  readonly prefix?: string;
  /** Microseconds added to the server's time. For tests only, to move time without waiting. */
  readonly offset_us?: () => number;
}

/**
 * Opens the connection and returns when Redis has answered or could not be reached. In the second case every operation
 * rejects with StoreAwayError until it answers; the connection is tried again and again by itself.
 */
export async function openRedisState(options: RedisStateOptions): Promise<State> {
  const client = createClient(options.address, options.random);
  const store = new Store({
    client,
    clock: options.clock,
    log: options.log,
    prefix: options.prefix ?? "",
    owner: options.random.uuid(),
    offset_us: options.offset_us ?? (() => 0),
  });
  // A failure is known already: the client has emitted it as an error. A cluster that cannot be reached tries for ever.
  const given_up = new Promise<void>((resolve) => client.once("reconnecting", () => resolve()));
  await Promise.race([client.connect().catch(() => {}), given_up]);
  return new RedisState(store, client, options.clock);
}

class RedisState implements State {
  readonly refs: Refs;
  readonly fragments: Fragments;
  readonly claims: Claims;
  readonly leases: Leases;
  readonly slots: Slots;
  readonly quotas: Quotas;
  readonly progress: Progress;
  readonly #store: Store;
  readonly #client: RedisClient;
  readonly #clock: Clock;

  constructor(store: Store, client: RedisClient, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#client = client;
    this.refs = new RedisRefs(store);
    this.fragments = new RedisFragments(store);
    this.claims = new RedisClaims(store);
    this.leases = new RedisLeases(store);
    this.slots = new RedisSlots(store);
    this.quotas = new RedisQuotas(store);
    this.progress = new RedisProgress(store);
  }

  ledger(key: ResourceKey): Ledger {
    return new RedisLedger(this.#store, key);
  }

  records(scope: RecordScope): Records {
    return new RedisRecords(this.#store, scope);
  }

  micros(): Promise<number> {
    return this.#store.micros();
  }

  health(): Promise<StateHealth> {
    return this.#store.command(readHealth);
  }

  async numbers(): Promise<readonly MetricValue[]> {
    const asked_ms = this.#clock.now();
    const values = await this.#store.command(readNumbers);
    const seconds = Math.max(0, this.#clock.now() - asked_ms) / 1_000;
    return [...values, metric("redis_round_trip_seconds", {}, seconds)];
  }

  /** Loaded when first called: cold starts do without. */
  async snapshot(): Promise<Snapshot> {
    const { takeSnapshot } = await import("./snapshot.ts");
    return await takeSnapshot(this.#store, (key) => this.ledger(key));
  }

  /** Waits for the answers that are under way; a server that does not answer is left at once. */
  async close(): Promise<void> {
    if (this.#client.status === "ready") await this.#client.quit().catch(() => {});
    this.#client.disconnect();
  }
}
