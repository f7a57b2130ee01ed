// deno-lint-ignore-file require-await -- what a closed store throws must reject
import type { ResourceKey } from "../../contracts/ids.ts";
import { LeaseLostError, StoreAwayError } from "../../contracts/errors.ts";
import { LEASE_TTL_MS } from "../../contracts/keys.ts";
import { type Acquired, type Lease, type Leases, PENDING_MS_MAX, type Signals } from "../port.ts";
import { ensureResource, waitsAfter } from "./resources.ts";
import type { Store } from "./store.ts";

/** Counters and lease of one resource. */
interface State {
  requested: number;
  published: number;
  published_at_ms: number;
  started: number;
  token: number;
  owner: string;
  message: string;
  /** 0 when nobody holds it. */
  until_ms: number;
  not_before_ms: number;
}

/** Tokens of one opening of the file lie between its number times this and the next one's. */
const TOKENS_PER_BOOT = 1_000_000_000;

/**
 * Leases and counters are in memory, since the file serves one process. Its end voids the leases as it should. The
 * counters start again from 0, which loses no request: whatever was acknowledged is covered by a message that is still
 * in the bus, because only the end of its sync acknowledges it; and with nothing pending the next raise publishes.
 */
export class SqliteLeases implements Leases {
  readonly #store: Store;
  readonly #states = new Map<string, State>();
  /** What an earlier process noted about waiting, by resource. */
  readonly #waits: Map<string, number>;
  readonly #first_token: number;
  #taken = 0;

  /** @param boot how often the file was opened; tokens of a later opening are greater than those of all earlier ones */
  constructor(store: Store, boot: number) {
    this.#store = store;
    this.#first_token = boot * TOKENS_PER_BOOT;
    this.#waits = new Map(waitsAfter(store.db, store.time.ms()));
  }

  async raise(key: ResourceKey): Promise<{ requested: number; publish: boolean }> {
    const state = this.#state(key);
    state.requested++;
    const pending = state.published > state.started &&
      this.#store.time.ms() - state.published_at_ms <= PENDING_MS_MAX;
    return { requested: state.requested, publish: !pending };
  }

  async published(key: ResourceKey, requested: number): Promise<void> {
    const state = this.#state(key);
    const number = Math.min(state.requested, requested);
    if (number < state.published) return;
    state.published = number;
    state.published_at_ms = this.#store.time.ms();
  }

  async signals(key: ResourceKey): Promise<Signals> {
    return signalsOf(this.#state(key));
  }

  async acquire(key: ResourceKey, message: string): Promise<Acquired> {
    const state = this.#state(key);
    const now = this.#store.time.ms();
    if (state.until_ms > now) return { kind: "held", own: state.message === message, until_ms: state.until_ms };
    if (state.not_before_ms > now) return { kind: "waiting", not_before_ms: state.not_before_ms };
    state.token = this.#first_token + ++this.#taken;
    state.owner = `${this.#taken}.${this.#store.owner}`;
    state.message = message;
    state.until_ms = now + LEASE_TTL_MS;
    return { kind: "acquired", lease: { key, token: state.token, owner: state.owner }, signals: signalsOf(state) };
  }

  async begin(lease: Lease): Promise<Signals> {
    this.#state(lease.key);
    const state = this.#held(lease.key, lease);
    if (state === undefined) throw new LeaseLostError(nameOf(lease.key));
    state.started = state.requested;
    return signalsOf(state);
  }

  async renew(lease: Lease): Promise<boolean> {
    this.#state(lease.key);
    const state = this.#held(lease.key, lease);
    if (state !== undefined) state.until_ms = this.#store.time.ms() + LEASE_TTL_MS;
    return state !== undefined;
  }

  async release(lease: Lease): Promise<"released" | "again" | "lost"> {
    this.#state(lease.key);
    const state = this.#held(lease.key, lease);
    if (state === undefined) return "lost";
    if (state.requested !== state.started) return "again";
    state.until_ms = 0;
    return "released";
  }

  async abandon(lease: Lease): Promise<boolean> {
    this.#state(lease.key);
    const state = this.#held(lease.key, lease);
    if (state !== undefined) state.until_ms = 0;
    return state !== undefined;
  }

  async waitUntil(key: ResourceKey, until_ms: number): Promise<void> {
    await this.#store.write((db) => {
      // In its place among the writes, so that a drop is before it or after it in memory as in the file.
      const state = this.#state(key);
      state.not_before_ms = Math.max(state.not_before_ms, Math.floor(until_ms));
      db.prepare("UPDATE resource SET not_before_ms = max(not_before_ms, ?) WHERE id = ?")
        .run(state.not_before_ms, ensureResource(db, key));
    });
  }

  /** For the ledger's writes, inside their transaction. @throws LeaseLostError */
  require(key: ResourceKey, lease: Lease): void {
    if (this.#held(key, lease) === undefined) throw new LeaseLostError(nameOf(key));
  }

  /** Forgets counters and lease; the next token is greater all the same. */
  drop(key: ResourceKey): void {
    this.#states.delete(nameOf(key));
    this.#waits.delete(nameOf(key));
  }

  #held(key: ResourceKey, lease: Lease): State | undefined {
    const state = this.#states.get(nameOf(key));
    const held = state !== undefined && state.token === lease.token && state.owner === lease.owner &&
      state.until_ms > this.#store.time.ms();
    return held ? state : undefined;
  }

  /** @throws StoreAwayError */
  #state(key: ResourceKey): State {
    // A closed store refuses like one that is away, even where memory could answer.
    if (!this.#store.db.isOpen) throw new StoreAwayError(this.#store.db.name);
    const name = nameOf(key);
    let state = this.#states.get(name);
    if (state === undefined) {
      state = {
        requested: 0,
        published: 0,
        published_at_ms: 0,
        started: 0,
        token: 0,
        owner: "",
        message: "",
        until_ms: 0,
        not_before_ms: this.#waits.get(name) ?? 0,
      };
      this.#states.set(name, state);
    }
    return state;
  }
}

function nameOf(key: ResourceKey): string {
  return `${key.user_id}:${key.connection_id}:${key.resource}`;
}

function signalsOf(state: State): Signals {
  const { requested, published, published_at_ms, started } = state;
  return { requested, published, published_at_ms, started };
}
