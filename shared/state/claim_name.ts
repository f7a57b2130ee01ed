import { createHash } from "node:crypto";
import { claimText } from "../contracts/keys.ts";

/** How many names are remembered twice over: more than an instance has deliveries under way. */
const REMEMBERED_MAX = 2_048;

/**
 * What names a claim: the SHA-256 of its subscription and event id, 64 hex digits. A delivery asks for it three times
 * (to claim, to complete, and for its log line), so the last ones are remembered.
 */
export class ClaimNames {
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  of(subscription: string, event_id: string): string {
    const text = claimText(subscription, event_id);
    const known = this.#young.get(text) ?? this.#old.get(text);
    if (known !== undefined) return known;
    const name = createHash("sha256").update(text).digest("hex");
    if (this.#young.size >= REMEMBERED_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, name);
    return name;
  }
}
