/** The four fixed key patterns in Redis, with their lifetimes. The state adapters list all others in `docs/`. */
import type { DocType } from "./names.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** Lifetimes in seconds. */
export const KEY_TTL_SECONDS = {
  office: 7 * DAY_SECONDS,
  idempotency: DAY_SECONDS,
  batch: 3 * DAY_SECONDS,
  fragment: 30 * DAY_SECONDS,
} as const;

/** How long a claim or a lease lasts between renewals, milliseconds. */
export const LEASE_TTL_MS = 15_000;

/** How long a tombstone stays in ledger and index, days. */
export const TOMBSTONE_DAYS = 45;

/** The normalised document with its revision and content hash. */
export function officeKey(user_id: string, doc_type: DocType, doc_id: string): string {
  return `office:${user_id}:${doc_type}:${doc_id}`;
}

/** A claim. `hashed_key` is the SHA-256 of subscription and event id (`claimText`). */
export function idempotencyKey(hashed_key: string): string {
  return `idempotency:${hashed_key}`;
}

/** The text whose SHA-256 (64 hex digits) names a claim. */
export function claimText(subscription: string, event_id: string): string {
  return `${subscription.length}:${subscription}${event_id.length}:${event_id}`;
}

/** Live progress of one part of a batch. */
export function batchKey(batch_id: string, correlation_id: string): string {
  return `batch:${batch_id}:${correlation_id}`;
}

/** The cache of one chunk of a document. */
export function fragmentKey(parent_doc_id: string, fragment_id: string): string {
  return `fragment:${parent_doc_id}:${fragment_id}`;
}
