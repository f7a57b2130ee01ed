import { claimText } from "../contracts/keys.ts";
import { sha256Hex } from "./digest.ts";

/**
 * How many names are remembered, and as many again: as many as an instance has deliveries under way at once. What is
 * kept for longer costs the garbage collector more than the hashing.
 */
const REMEMBERED_MAX = 256;

/**
 * What names a claim: the SHA-256 of its subscription and event id, 64 hex digits. A delivery asks for it three times
 * (to claim, to complete, and for its log line), so the last ones are remembered.
 */
export class ClaimNames {
  /** By subscription and event id, which needs no text put together to look a name up. */
  #young = new Map<string, Map<string, string>>();
  #old: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map();
  #young_size = 0;

  of(subscription: string, event_id: string): string {
    const known = this.#young.get(subscription)?.get(event_id) ?? this.#old.get(subscription)?.get(event_id);
    if (known !== undefined) return known;
    const name = sha256Hex(claimText(subscription, event_id));
    this.#remember(subscription, event_id, name);
    return name;
  }

  #remember(subscription: string, event_id: string, name: string): void {
    if (this.#young_size >= REMEMBERED_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#young_size = 0;
    }
    const names = this.#young.get(subscription) ?? new Map<string, string>();
    this.#young.set(subscription, names.set(event_id, name));
    this.#young_size++;
  }
}
