/** Batches: much of a person's data read again, or compared, in slices that can be paused, resumed and followed. */
import { z } from "zod";
import { Moment } from "./event.ts";
import { DocId, OwnId, ResourceName, UserId } from "./ids.ts";
import { ProviderName } from "./names.ts";

const MaybeMoment = z.union([Moment, z.literal("")]);

/**
 * `first_sync`: all of a new connection is read. `refresh`: documents that are known are read again and published.
 * `verify`: what the provider, the ledger and the consumers hold is compared, and what differs is published again.
 */
export const BatchKind = z.enum(["first_sync", "refresh", "verify"]);
export type BatchKind = z.infer<typeof BatchKind>;

/** What a batch, or one of its parts, has done so far. */
export const BatchCounts = z.object({
  /** Documents looked at. */
  found: z.int().nonnegative(),
  /** Read from the provider. */
  fetched: z.int().nonnegative(),
  published: z.int().nonnegative(),
  /** Looked at and left as they are. */
  unchanged: z.int().nonnegative(),
  /** Could not be read. */
  failed: z.int().nonnegative(),
  /** Of a `verify`: documents that somebody did not hold as they are. */
  differences: z.int().nonnegative(),
});
export type BatchCounts = z.infer<typeof BatchCounts>;

/** A document that could not be done, and why. */
export const BatchFailure = z.object({ doc_id: DocId, reason: z.string().max(256) });
export type BatchFailure = z.infer<typeof BatchFailure>;

/** Failures of one part that its report names; those beyond are counted only. */
export const FAILURES_MAX = 200;

/** One part of a batch: one resource of one connection, worked slice by slice. In the person's records. */
export const BatchPart = z.object({
  batch_id: OwnId,
  correlation_id: OwnId,
  connection_id: OwnId,
  provider: ProviderName,
  resource: ResourceName,
  /** Only these; empty for all. */
  doc_ids: z.array(DocId).max(FAILURES_MAX),
  state: z.enum(["waiting", "running", "done", "failed"]),
  /** Why it failed, a stable word such as `needs_reauth`; `""` when it did not. */
  reason: z.string().max(256),
  /** The message that works the next slice; another one is a copy that came late. */
  task_id: OwnId,
  /** Where the next slice begins: the worker's own text. */
  place: z.string(),
  /** How much of the part is done, 0 to 1, as well as it can be told. */
  share: z.number().min(0).max(1),
  counts: BatchCounts,
  failures: z.array(BatchFailure).max(FAILURES_MAX),
  updated_at: Moment,
});
export type BatchPart = z.infer<typeof BatchPart>;

/** Progress of a part as it is put under `batch:{batch_id}:{correlation_id}` while a slice runs. */
export const BatchProgress = BatchPart.pick({ state: true, reason: true, share: true, counts: true, updated_at: true });
export type BatchProgress = z.infer<typeof BatchProgress>;

/** A batch as it was asked for, and how far it came. In the person's records. */
export const Batch = z.object({
  /** Begins with the time, counted backwards: in the order of ids the newest comes first. */
  batch_id: OwnId,
  user_id: UserId,
  kind: BatchKind,
  /** Who asked for it: the person or an operator, the schedule, a new connection, or a new version of the index. */
  cause: z.enum(["request", "schedule", "connection", "reindex"]),
  state: z.enum(["running", "paused", "cancelled", "finished"]),
  /** Documents of this time only, `""` when open; `to` itself is not in it. */
  from: MaybeMoment,
  to: MaybeMoment,
  /** The batch whose failures this one tries again; `""` for none. */
  retry_of: z.string().max(128),
  /** Of a refresh: the subscriptions that what has not changed is published to; empty for all. */
  only: z.array(z.string().max(128)).default([]),
  created_at: Moment,
  updated_at: Moment,
  /** `""` until it is finished or cancelled. */
  ended_at: MaybeMoment,
  /** How long it ran before `running_since`, milliseconds: pauses do not count. */
  ran_ms: z.int().nonnegative(),
  /** `""` while it does not run. */
  running_since: MaybeMoment,
});
export type Batch = z.infer<typeof Batch>;

/** A request that a batch came of: the same key again gives the same batch. In the person's records. */
export const BatchRequest = z.object({ batch_id: OwnId, request_hash: z.string() });
export type BatchRequest = z.infer<typeof BatchRequest>;
