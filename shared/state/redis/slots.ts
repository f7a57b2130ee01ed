import type { Slot, Slots } from "../port.ts";
import { slotsKey } from "./keys.ts";
import { TAKE } from "./lua/slots.ts";
import { number } from "./replies.ts";
import type { Store } from "./store.ts";

/** Slots over all instances. Whoever takes slots of one name gives them the same time. */
export class RedisSlots implements Slots {
  readonly #store: Store;
  #count = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  async take(name: string, max: number, ttl_ms: number): Promise<Slot | null> {
    const owner = `${++this.#count}.${this.#store.owner}`;
    const taken = await this.#store.run(TAKE, [slotsKey(this.#store.prefix, name)], [owner, max, ttl_ms]);
    return number(taken) === 1 ? { name, owner } : null;
  }

  async give(slot: Slot): Promise<void> {
    await this.#store.command((client) => client.zrem(slotsKey(this.#store.prefix, slot.name), slot.owner));
  }
}
