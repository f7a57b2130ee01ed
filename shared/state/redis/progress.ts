import { batchKey, KEY_TTL_SECONDS } from "../../contracts/keys.ts";
import type { Progress } from "../port.ts";
import type { Store } from "./store.ts";

const TTL_MS = KEY_TTL_SECONDS.batch * 1_000;

/** Progress by one key for each part; they share no slot, so each goes by itself. */
export class RedisProgress implements Progress {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async put(batch_id: string, correlation_id: string, value: unknown): Promise<void> {
    const key = this.#store.prefix + batchKey(batch_id, correlation_id);
    await this.#store.command((client) => client.set(key, JSON.stringify(value), "PX", TTL_MS));
  }

  get(batch_id: string, correlation_ids: readonly string[]): Promise<readonly unknown[]> {
    return Promise.all(correlation_ids.map(async (correlation_id) => {
      const key = this.#store.prefix + batchKey(batch_id, correlation_id);
      const text = await this.#store.command((client) => client.get(key));
      const value: unknown = text === null ? null : JSON.parse(text);
      return value;
    }));
  }
}
