import type { Slot, Slots } from "../port.ts";
import type { Store } from "./store.ts";

/** Slots in memory: the file serves one process, and they end with it. */
export class MemorySlots implements Slots {
  readonly #store: Store;
  /** Of each name: the owner of each taken slot, and when it ends. */
  readonly #taken = new Map<string, Map<string, number>>();
  #count = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  // deno-lint-ignore require-await -- nothing is written
  async take(name: string, max: number, ttl_ms: number): Promise<Slot | null> {
    const now = this.#store.time.ms();
    const owners = this.#taken.get(name) ?? new Map<string, number>();
    for (const [owner, until_ms] of owners) {
      if (until_ms <= now) owners.delete(owner);
    }
    if (owners.size >= max) return null;
    const owner = `${++this.#count}.${this.#store.owner}`;
    owners.set(owner, now + ttl_ms);
    this.#taken.set(name, owners);
    return { name, owner };
  }

  // deno-lint-ignore require-await -- nothing is written
  async give(slot: Slot): Promise<void> {
    const owners = this.#taken.get(slot.name);
    owners?.delete(slot.owner);
    if (owners?.size === 0) this.#taken.delete(slot.name);
  }
}
