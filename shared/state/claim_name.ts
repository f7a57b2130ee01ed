import { createHash } from "node:crypto";
import { claimText } from "../contracts/keys.ts";

/** What names a claim: the SHA-256 of its subscription and event id, 64 hex digits. */
export function claimName(subscription: string, event_id: string): string {
  return createHash("sha256").update(claimText(subscription, event_id)).digest("hex");
}
