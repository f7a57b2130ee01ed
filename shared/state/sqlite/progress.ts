import { batchKey, KEY_TTL_SECONDS } from "../../contracts/keys.ts";
import type { Progress } from "../port.ts";
import type { Store } from "./store.ts";

const TTL_MS = KEY_TTL_SECONDS.batch * 1_000;

/** Progress in memory, as JSON text: the file serves one process, and whoever works on a part after it puts it anew. */
export class MemoryProgress implements Progress {
  readonly #store: Store;
  /** In the order of the last puts, so that what has run out is found at the beginning. */
  readonly #parts = new Map<string, { readonly text: string; readonly until_ms: number }>();

  constructor(store: Store) {
    this.#store = store;
  }

  // deno-lint-ignore require-await -- nothing is written
  async put(batch_id: string, correlation_id: string, value: unknown): Promise<void> {
    const now = this.#store.time.ms();
    const key = batchKey(batch_id, correlation_id);
    this.#parts.delete(key);
    this.#parts.set(key, { text: JSON.stringify(value), until_ms: now + TTL_MS });
    for (const [oldest, { until_ms }] of this.#parts) {
      if (until_ms > now) break;
      this.#parts.delete(oldest);
    }
  }

  // deno-lint-ignore require-await -- nothing is written
  async get(batch_id: string, correlation_ids: readonly string[]): Promise<readonly unknown[]> {
    const now = this.#store.time.ms();
    return correlation_ids.map((correlation_id) => {
      const part = this.#parts.get(batchKey(batch_id, correlation_id));
      const value: unknown = part === undefined || part.until_ms <= now ? null : JSON.parse(part.text);
      return value;
    });
  }
}
