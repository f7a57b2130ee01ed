/** The messages between our own parts. They carry a random id and no claim: the lease and the counters guard them. */
import { z } from "zod";
import { DocId, OwnId, ResourceName, UserId } from "./ids.ts";
import { Moment } from "./event.ts";
import { ProviderName } from "./names.ts";

const traceparent = z.string().max(128);

/** On `provider-changes`: read what changed in one resource of one connection. */
export const ProviderChange = z.object({
  /** Random; the holder's name when this message takes the lease. */
  change_id: OwnId,
  user_id: UserId,
  connection_id: OwnId,
  provider: ProviderName,
  resource: ResourceName,
  /** Why the provider should be read; `withdraw`: it should not, and what was read is to be withdrawn. A `notification` that finds nothing reads again: providers notify too early. */
  cause: z.enum(["notification", "lifecycle", "first_sync", "poll", "continuation", "lost_writes", "withdraw"]),
  /** The request number that this message stands for (`Signals`), 0 when it stands for none. */
  requested: z.int().nonnegative(),
  traceparent,
});
export type ProviderChange = z.infer<typeof ProviderChange>;

const task = {
  task_id: OwnId,
  user_id: UserId,
  connection_id: OwnId,
  provider: ProviderName,
  resource: ResourceName,
  batch_id: z.string().max(128),
  correlation_id: z.string().max(128),
  traceparent,
};

/** Publish these documents again, ignoring the ledger's hashes, with new revisions. */
export const PublishAgain = z.object({
  ...task,
  kind: z.literal("publish_again"),
  doc_ids: z.array(DocId).min(1).max(500),
  /** The subscriptions that need them; empty for all. */
  only: z.array(z.string().max(128)),
});
export type PublishAgain = z.infer<typeof PublishAgain>;

/** Work one slice of a part of a batch. */
export const BatchSlice = z.object({ ...task, kind: z.literal("batch_slice"), batch_id: OwnId, correlation_id: OwnId });
export type BatchSlice = z.infer<typeof BatchSlice>;

/** On `sync-tasks`: work that nobody else does when its message is lost. */
export const SyncTask = z.discriminatedUnion("kind", [PublishAgain, BatchSlice]);
export type SyncTask = z.infer<typeof SyncTask>;

/** On `dead-letters`: a message that could not be handled, with the reason and the way back. */
export const DeadLetter = z.object({
  dead_letter_id: OwnId,
  /** The subscription that failed, by its name in `SUBSCRIPTIONS`; it alone gets the message again. */
  subscription: z.string().min(1).max(128),
  topic: z.string().min(1).max(128),
  kind: z.enum(["permanent", "transient", "exhausted", "waiting"]),
  reason: z.string().max(2_048),
  /** The field that is wrong, `""` when no single one is. */
  field: z.string().max(256),
  /** When it is handed back by itself; `""` when a person has to decide. */
  retry_at: z.union([Moment, z.literal("")]),
  message_id: z.string().max(256),
  published_at: Moment,
  failed_at: Moment,
  attempts: z.int().nonnegative(),
  user_id: z.string().max(64),
  attributes: z.record(z.string(), z.string()),
  /** The message's data as it came, in base64. */
  data_base64: z.string(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;
