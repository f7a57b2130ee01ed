/** How Millrace names people, documents and events. */
import { z } from "zod";
import type { DocType, Operation, ProviderName } from "./names.ts";

/** A user id as it may stand in keys, groups and URLs. Other subjects are mapped by `userIdOf`. */
export const UserId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 of A-Z a-z 0-9 _ -");

/** An id of our own making (connection, subscription, batch): letters, digits, `_` and `-`. */
export const OwnId = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, "must be 1 to 128 of A-Z a-z 0-9 _ -");

/** A document's id: 32 hex digits. */
export const DocId = z.string().regex(/^[0-9a-f]{32}$/, "must be 32 hex digits");

const encoder = new TextEncoder();

/**
 * SHA-256 over length-prefixed parts, so that ("ab", "c") and ("a", "bc") differ.
 * @returns the first 128 bits as 32 hex digits.
 */
export async function digest(...parts: readonly string[]): Promise<string> {
  const text = parts.map((part) => `${part.length}:${part}`).join("");
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text))).subarray(0, 16));
}

/** SHA-256 of a text, as 64 hex digits. */
export async function sha256(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text))));
}

/** Bytes as lower-case hex digits. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** The user id of a subject: itself when it may stand in keys, else `u_` and a digest of it. */
export async function userIdOf(subject: string): Promise<string> {
  return UserId.safeParse(subject).success ? subject : `u_${await digest("subject", subject)}`;
}

/** What makes a document itself, wherever and however often it is read. */
export interface DocumentOrigin {
  user_id: string;
  provider: ProviderName;
  /** The provider's own id of the account, so that two accounts' copies never collide. */
  account_id: string;
  /** Where ids are unique only there: a calendar, a task list. `""` for mail: a moved mail is the same mail. */
  container: string;
  /** The provider's id of the item. */
  provider_id: string;
}

/** The document's id; connecting the account again gives the same one. */
export function docId(origin: DocumentOrigin): Promise<string> {
  return digest("doc", origin.user_id, origin.provider, origin.account_id, origin.container, origin.provider_id);
}

/** The event's id: the same change gives the same id however often it is published. */
export function eventId(doc_id: string, operation: Operation, revision: number): Promise<string> {
  return digest("event", doc_id, operation, String(revision));
}

/** The resource of a connection that a kind of document is synchronised with. */
export function resourceOf(doc_type: DocType): ResourceName {
  switch (doc_type) {
    case "email":
      return "mail";
    case "calendar":
      return "calendar";
    case "contact":
      return "contacts";
    case "todo":
      return "todos";
    case "word_document":
    case "sheet_document":
    case "presentation_document":
      return "drive";
  }
}

/** What is synchronised apart from the rest of a connection, with a lease, a cursor and a ledger of its own. */
export const ResourceName = z.enum(["mail", "calendar", "contacts", "drive", "todos"]);
export type ResourceName = z.infer<typeof ResourceName>;

/** One resource of one connection of one person. */
export interface ResourceKey {
  readonly user_id: string;
  readonly connection_id: string;
  readonly resource: ResourceName;
}
