/** The event: what the seven topics carry. Flat JSON without nulls; fields are only ever added, and optional. */
import { z } from "zod";
import { DocId, OwnId, UserId } from "./ids.ts";
import { DocType, Operation, ProviderName } from "./names.ts";

/** The newest schema version that this code writes and reads. */
export const SCHEMA_VERSION = 1;

/** `data` is carried inline up to this many bytes of UTF-8, else by reference. */
export const INLINE_BYTES_MAX = 32 * 1024;

/** A moment: ISO 8601 in UTC with milliseconds. */
export const Moment = z.string().regex(
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/,
  "must be like 2026-01-31T12:00:00.000Z",
);

/** Microseconds since the epoch, issued under the lease: the order in which versions of a document are true. */
export const Revision = z.int().positive();

/** The event without the rules between its fields; the Avro schema of the topics is derived from it. */
export const EventFields = z.object({
  schema_version: z.int().positive(),
  event_id: DocId,
  /** `{doc_type}.{created|updated|deleted}` */
  event_type: z.string().min(1).max(64),
  user_id: UserId,
  connection_id: OwnId,
  provider: ProviderName,
  doc_type: DocType,
  doc_id: DocId,
  operation: Operation,
  revision: Revision,
  /** The provider's time of the change. */
  last_updated: Moment,
  /** Our time of the read that saw it. */
  sync_timestamp: Moment,
  batch_id: z.string().max(128),
  correlation_id: z.string().max(128),
  /** W3C trace context; `""` when there is none. */
  traceparent: z.string().max(128),
  /** The normalised document as JSON text; `""` when it is too large (then `data_ref`) or deleted. */
  data: z.string(),
  /** The `office:` key that holds the document when `data` is `""`; `""` otherwise. */
  data_ref: z.string().max(512),
});

/** One version of one document. */
export const Event = EventFields.check(({ value: event, issues }) => {
  const issue = (field: "data" | "data_ref", message: string) =>
    issues.push({ code: "custom", path: [field], message, input: event[field] });
  if (event.operation === "delete") {
    if (event.data !== "") issue("data", "must be empty on a delete");
    if (event.data_ref !== "") issue("data_ref", "must be empty on a delete");
    return;
  }
  if ((event.data === "") === (event.data_ref === "")) issue("data", "exactly one of data and data_ref must be given");
});
export type Event = z.infer<typeof Event>;

/** `email` and `create` make `email.created`. */
export function eventType(doc_type: DocType, operation: Operation): string {
  return `${doc_type}.${operation}d`;
}

/** The attributes that travel beside an event. Nothing personal. */
export function eventAttributes(event: Event, only: readonly string[] = []): Record<string, string> {
  return {
    event_type: event.event_type,
    operation: event.operation,
    provider: event.provider,
    doc_type: event.doc_type,
    schema_version: String(event.schema_version),
    ...(event.traceparent === "" ? {} : { traceparent: event.traceparent }),
    ...(only.length === 0 ? {} : { only: only.join(",") }),
  };
}
