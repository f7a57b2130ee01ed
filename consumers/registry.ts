/** What a consumer is: the subscriptions it serves and what it does with a message. */
import type { NormalisedDocument } from "../shared/contracts/documents.ts";
import type { Event } from "../shared/contracts/event.ts";
import type { DeadLetter } from "../shared/contracts/messages.ts";
import type { InternalTopic, ServiceName } from "../shared/contracts/names.ts";
import type { TopicMessage } from "../shared/contracts/topics.ts";

/** What a handler is told beside the message. */
export interface Delivery {
  /** The subscription's name in `SUBSCRIPTIONS`. */
  readonly subscription: string;
  readonly message_id: string;
  /** When the bus took the message, ISO 8601. */
  readonly published_at: string;
  /** From 1; 0 when the bus does not count. */
  readonly attempt: number;
  /** Aborted at the ack deadline and at shutdown; a handler stops soon after. */
  readonly signal: AbortSignal;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Handles one event. `document` is the normalised document of `event.revision` or newer, null on a delete.
 * @returns a short word for the log and the claim, such as `applied` or `stale`.
 * @throws PermanentError → dead letter. TransientError → refused (`whole`) or set aside with a retry time (`one`).
 * Anything else is a handler failure: tried again, and a dead letter after `HANDLER_FAILURES_MAX`.
 */
export type EventHandler = (
  event: Event,
  document: NormalisedDocument | null,
  delivery: Delivery,
) => Promise<string>;

/** Handles one internal message. Results and errors as for events; there is no claim. */
export type InternalHandler<T extends InternalTopic> = (
  message: TopicMessage<T>,
  delivery: Delivery,
) => Promise<string>;

/** A message's data as it came, before its topic's contract was looked at. */
export interface RawMessage {
  readonly message_id: string;
  readonly published_at: string;
  readonly attempt: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** In base64. */
  readonly data_base64: string;
}

/** Makes a dead letter of a message on `dead-letters` that is none: what the bus itself has put there. */
export type Adopt = (raw: RawMessage) => Promise<DeadLetter>;

/** One service: which subscriptions it serves follows from `SUBSCRIPTIONS`. */
export type Consumer =
  | { readonly service: ServiceName; readonly kind: "events"; readonly handle: EventHandler }
  | {
    readonly service: ServiceName;
    readonly kind: "internal";
    readonly handlers: { readonly [T in InternalTopic]?: InternalHandler<T> };
    /** For `dead-letters` only. */
    readonly adopt?: Adopt;
  };

/** What a consumer holds of one document. */
export interface Held {
  readonly revision: number;
  /** It knows that the document is gone. */
  readonly deleted: boolean;
}

/** A consumer, asked for what it holds. */
export interface Holder {
  readonly service: ServiceName;
  /** Documents that it knows nothing of are left out. At most 500 are asked for at once. */
  held(user_id: string, doc_ids: readonly string[]): Promise<ReadonlyMap<string, Held>>;
  /** The subscription by which it hears what the table's would tell it, when that is another one now. */
  readonly toldBy?: (subscription: string) => Promise<string>;
}
