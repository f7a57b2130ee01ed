/** What Gmail publishes when a mailbox changes. */
import { z } from "zod";
import { fromBase64 } from "./base64.ts";

/** A notification names the mailbox by its address; there is no secret in it. */
export interface GmailNotification {
  /** Lower-case. */
  readonly address: string;
  /** A decimal number. A hint only: reading begins at the stored one. */
  readonly history_id: string;
}

const Notification = z.object({
  emailAddress: z.string().min(1).max(320),
  // A text in the documentation, a number in practice.
  historyId: z.union([z.string().regex(/^\d+$/), z.number().int().nonnegative()]),
});

/**
 * Reads the data of a Gmail push, base64 or base64url with or without padding.
 * @returns null when it is no notification
 */
export function parseGmailNotification(data_base64: string): GmailNotification | null {
  try {
    const parsed = Notification.parse(JSON.parse(new TextDecoder().decode(fromBase64(data_base64))));
    return { address: parsed.emailAddress.toLowerCase(), history_id: String(parsed.historyId) };
  } catch {
    return null;
  }
}
