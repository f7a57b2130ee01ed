/**
 * The names of all keys but the fixed ones of `contracts/keys.ts`. What moves together has one hash tag and so one slot
 * of a cluster: a resource's counters, lease and ledger; a scope's records.
 */
import type { ResourceKey } from "../../contracts/ids.ts";
import type { RecordScope } from "../port.ts";
import { scopeName } from "../scope.ts";

/** Hashes that a resource's ledger is spread over: at 100,000 documents each holds about 100. */
export const LEDGER_BUCKETS = 1_024;

/** Keys of one resource. */
export interface ResourceKeys {
  /** Hash: counters, lease, `not_before`, and `floor`, below which no revision may be issued. */
  readonly signals: string;
  /** Hash: the holder's head, the last revision, the tries of the present work. */
  readonly head: string;
  /** Sorted set without scores: ids of entries in doubt. */
  readonly doubts: string;
  /** Sorted set: ids of tombstones by revision. */
  readonly tombstones: string;
  /** Hash: the texts that entries name (`entries.ts`). */
  readonly names: string;
  /** Hash number `bucket`: entries by the field of their document. */
  readonly bucket: (bucket: number) => string;
}

/** The keys of one resource, all in one slot. */
export function resourceKeys(prefix: string, key: ResourceKey): ResourceKeys {
  const tag = `{${key.user_id}:${key.connection_id}:${key.resource}}`;
  return {
    signals: `${prefix}signals:${tag}`,
    head: `${prefix}ledger:${tag}`,
    doubts: `${prefix}doubts:${tag}`,
    tombstones: `${prefix}tombstones:${tag}`,
    names: `${prefix}names:${tag}`,
    bucket: (bucket) => `${prefix}ledger:${tag}:${bucket}`,
  };
}

/** The bucket of a document, by the first 10 bits of its id: buckets in order hold documents in order. */
export function bucketOf(doc_id: string): number {
  if (!/^[0-9a-f]{3}/.test(doc_id)) throw new TypeError("Cannot place a document whose id is not hexadecimal");
  return Number.parseInt(doc_id.slice(0, 3), 16) >> 2;
}

/** Keys of one scope's records. */
export interface RecordKeys {
  /** Hash: the last version and the erasure floor. */
  readonly meta: string;
  /** Hash: version and JSON of each record of a collection by id. */
  readonly values: (collection: string) => string;
  /** Sorted set without scores: the ids of a collection in the order of their bytes. */
  readonly ids: (collection: string) => string;
}

/** The keys of one scope's records, all in one slot. */
export function recordKeys(prefix: string, scope: RecordScope): RecordKeys {
  const tag = `{r:${scopeName(scope)}}`;
  return {
    meta: `${prefix}records:${tag}`,
    values: (collection) => `${prefix}records:${tag}:${collection}`,
    ids: (collection) => `${prefix}ids:${tag}:${collection}`,
  };
}

/** Sorted set: the owners of a name's slots by the end of each. */
export function slotsKey(prefix: string, name: string): string {
  return `${prefix}slots:${name}`;
}

/** Hash: what was spent of one quota by step of time. Those of a group are spent together. */
export function quotaKey(prefix: string, group: string, name: string): string {
  return `${prefix}quota:{${group}}:${name}`;
}
