/** The audit log: who did what for or to whom. Entries are only ever added, and end with their retention. */
import { z } from "zod";
import { Moment } from "./event.ts";
import { OwnId } from "./ids.ts";

/**
 * What was done. `acted_for`: an operator asked for a person's data or changed it, by the route in `object`; noted once
 * a minute for each operator, person and route. The others are noted each time.
 */
export const AuditAction = z.enum([
  "acted_for",
  "connected",
  "disconnected",
  "chosen",
  "synced",
  "replayed",
  "discarded",
  "sought",
  "rotated",
  "key_made",
  "key_changed",
  "key_revoked",
  "exported",
  "erased",
  "reindexed",
]);
export type AuditAction = z.infer<typeof AuditAction>;

/** What the doer proved themselves by. `consent`: the person in their browser. `task`: a task that opened the stores. */
export const AuditVia = z.enum(["api_key", "jwt", "admin_key", "operator_token", "consent", "task"]);

/** One entry. Nothing secret, no address, no content. */
export const AuditEntry = z.object({
  audit_id: OwnId,
  at: Moment,
  action: AuditAction,
  via: AuditVia,
  /** The id of the API key that was used; `""` where none was. */
  by: z.string().max(128),
  /** The person whose data it is about; `""` when it is about nobody's. */
  user_id: z.string().max(64),
  /** What was done it to: the id of a connection, batch, key or dead letter, a subscription, a route. */
  object: z.string().max(256),
  /** More in words, `""` when there is no more to say. */
  note: z.string().max(512),
  /** The request's id in the log; `""` when it came by no request. */
  request_id: z.string().max(64),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
