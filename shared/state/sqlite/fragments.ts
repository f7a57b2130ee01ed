import { fragmentKey, KEY_TTL_SECONDS } from "../../contracts/keys.ts";
import type { Fragments, KeptFragment } from "../port.ts";
import type { StoreTime } from "./time.ts";

const TTL_MS = KEY_TTL_SECONDS.fragment * 1_000;

/** Parts that are kept, those used last: the index of the same process has all of them. */
const KEPT_MAX = 1_000;

interface Kept extends Omit<KeptFragment, "value"> {
  readonly user_id: string;
  /** JSON, so that nobody changes it. */
  readonly text: string;
  readonly until_ms: number;
}

/** Parts of documents in memory: the file serves one process, and beside its index a second file would save nothing. */
export class MemoryFragments implements Fragments {
  readonly #time: StoreTime;
  readonly #kept = new Map<string, Kept>();

  constructor(time: StoreTime) {
    this.#time = time;
  }

  // deno-lint-ignore require-await -- nothing is written
  async put(user_id: string, parent_doc_id: string, fragments: readonly KeptFragment[]): Promise<void> {
    const now = this.#time.ms();
    for (const { fragment_id, revision, value } of fragments.slice(0, KEPT_MAX)) {
      const key = fragmentKey(parent_doc_id, fragment_id);
      const known = this.#kept.get(key);
      if (known !== undefined && known.revision > revision && known.until_ms > now) continue;
      this.#kept.delete(key);
      this.#kept.set(key, { user_id, fragment_id, revision, text: JSON.stringify(value), until_ms: now + TTL_MS });
    }
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_MAX) break;
      this.#kept.delete(key);
    }
  }

  // deno-lint-ignore require-await -- nothing is read
  async get(user_id: string, parent_doc_id: string, fragment_id: string): Promise<KeptFragment | null> {
    const key = fragmentKey(parent_doc_id, fragment_id);
    const known = this.#kept.get(key);
    if (known === undefined || known.user_id !== user_id || known.until_ms <= this.#time.ms()) return null;
    // The one used last is the last in the map.
    this.#kept.delete(key);
    this.#kept.set(key, known);
    const value: unknown = JSON.parse(known.text);
    return { fragment_id, revision: known.revision, value };
  }

  // deno-lint-ignore require-await -- nothing is written
  async purge(user_id: string): Promise<void> {
    for (const [key, kept] of this.#kept) if (kept.user_id === user_id) this.#kept.delete(key);
  }
}
