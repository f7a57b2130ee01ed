import type { ResourceKey } from "../../contracts/ids.ts";
import { LeaseLostError } from "../../contracts/errors.ts";
import { LEASE_TTL_MS } from "../../contracts/keys.ts";
import { type Acquired, type Lease, type Leases, PENDING_MS_MAX, type Signals } from "../port.ts";
import { resourceKeys } from "./keys.ts";
import * as lua from "./lua/leases.ts";
import { list, number, text } from "./replies.ts";
import type { Store } from "./store.ts";

/** Leases and counters, one hash for each resource. */
export class RedisLeases implements Leases {
  readonly #store: Store;
  #taken = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  async raise(key: ResourceKey): Promise<{ requested: number; publish: boolean }> {
    const answer = list(await this.#store.run(lua.RAISE, [this.#key(key)], [PENDING_MS_MAX]));
    return { requested: number(answer[0]), publish: number(answer[1]) === 1 };
  }

  async published(key: ResourceKey, requested: number): Promise<void> {
    await this.#store.run(lua.PUBLISHED, [this.#key(key)], [requested]);
  }

  async signals(key: ResourceKey): Promise<Signals> {
    const fields = ["requested", "published", "published_at", "started"];
    const answer = await this.#store.command((client) => client.hmget(this.#key(key), ...fields));
    return signalsOf(answer.map((field) => field ?? 0));
  }

  async acquire(key: ResourceKey, message: string): Promise<Acquired> {
    const owner = `${++this.#taken}.${this.#store.owner}`;
    const answer = list(await this.#store.run(lua.ACQUIRE, [this.#key(key)], [message, owner, LEASE_TTL_MS]));
    switch (text(answer[0])) {
      case "acquired": {
        const lease = { key, token: number(answer[1]), owner };
        return { kind: "acquired", lease, signals: signalsOf(answer.slice(2)) };
      }
      case "held":
        return { kind: "held", own: number(answer[1]) === 1, until_ms: number(answer[2]) };
      default:
        return { kind: "waiting", not_before_ms: number(answer[1]) };
    }
  }

  async begin(lease: Lease): Promise<Signals> {
    const answer = await this.#run(lua.BEGIN, lease);
    if (answer === null) throw leaseLost(lease.key);
    return signalsOf(list(answer));
  }

  async renew(lease: Lease): Promise<boolean> {
    return number(await this.#run(lua.RENEW, lease, [LEASE_TTL_MS])) === 1;
  }

  async release(lease: Lease): Promise<"released" | "again" | "lost"> {
    const answer = text(await this.#run(lua.RELEASE, lease));
    return answer === "released" || answer === "again" ? answer : "lost";
  }

  async abandon(lease: Lease): Promise<boolean> {
    return number(await this.#run(lua.ABANDON, lease)) === 1;
  }

  async waitUntil(key: ResourceKey, until_ms: number): Promise<void> {
    await this.#store.run(lua.WAIT_UNTIL, [this.#key(key)], [Math.floor(until_ms)]);
  }

  #run(script: typeof lua.BEGIN, lease: Lease, args: readonly number[] = []): Promise<unknown> {
    return this.#store.run(script, [this.#key(lease.key)], [lease.token, lease.owner, ...args]);
  }

  #key(key: ResourceKey): string {
    return resourceKeys(this.#store.prefix, key).signals;
  }
}

/** What a holder is told whose lease is gone. */
export function leaseLost(key: ResourceKey): LeaseLostError {
  return new LeaseLostError(`${key.user_id}:${key.connection_id}:${key.resource}`);
}

function signalsOf(counters: readonly unknown[]): Signals {
  return {
    requested: number(counters[0]),
    published: number(counters[1]),
    published_at_ms: number(counters[2]),
    started: number(counters[3]),
  };
}
