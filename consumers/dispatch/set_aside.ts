/** Sets a message aside as a dead letter: durable before the message is acknowledged. */
import type { Bus } from "../../shared/bus/port.ts";
import type { Deps } from "../../shared/contracts/deps.ts";
import { PermanentError, reasonOf, StoreAwayError } from "../../shared/contracts/errors.ts";
import { digest } from "../../shared/contracts/ids.ts";
import type { DeadLetter } from "../../shared/contracts/messages.ts";
import type { SubscriptionConfig } from "../../shared/contracts/subscriptions.ts";

/** Bounds of the contract of `DeadLetter`. */
const REASON_CHARACTERS_MAX = 2_048;
const FIELD_CHARACTERS_MAX = 256;
const MESSAGE_ID_CHARACTERS_MAX = 256;

/**
 * Data is cut here, in characters of base64, so that a message that the bus took always fits into a dead letter.
 * Ours are below 200 KiB; a message that was cut breaks its contract and so can't be replayed, only read.
 */
const DATA_CHARACTERS_MAX = 6 * 1024 * 1024;

/** The replayed message says how often it was handed back already. */
export const REPLAYS_ATTRIBUTE = "replays";

/** The wait of a message that keeps failing doubles with each replay, up to this. */
const RETRY_MS_MAX = 60 * 60 * 1000;

/** What there is to say of a message that could not be handled. */
export interface Failure {
  readonly subscription: SubscriptionConfig;
  readonly kind: DeadLetter["kind"];
  readonly error: unknown;
  /** How long until it is handed back by itself, milliseconds; 0 when a person has to decide. */
  readonly retry_after_ms: number;
  readonly message_id: string;
  /** As the bus wrote it. */
  readonly published_at: string;
  readonly attempts: number;
  /** `""` when it is not known. */
  readonly user_id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly data_base64: string;
}

/** What setting aside needs of the outside. */
export interface SetAsidePorts {
  readonly bus: Bus;
  readonly deps: Deps;
}

/**
 * Publishes the dead letter. Its id comes from subscription and message, so that a message that is set aside twice
 * (its acknowledgement was lost) is one entry in the list.
 * @throws StoreAwayError when it is not durable; then the message must not be acknowledged
 */
export async function setAside({ bus, deps }: SetAsidePorts, failure: Failure): Promise<DeadLetter> {
  const letter = await deadLetter(failure, deps.clock.now());
  const [published] = await bus.publish("dead-letters", [{ message: letter, attributes: {} }]);
  if (published?.kind !== "published") {
    throw new StoreAwayError("The bus", new Error(published?.reason ?? "no answer for the message"));
  }
  deps.counters.add("dead_letters_total", { subscription: failure.subscription.name, kind: failure.kind });
  return letter;
}

async function deadLetter(failure: Failure, now_ms: number): Promise<DeadLetter> {
  const { subscription, error, attributes } = failure;
  const { data, note } = cutData(failure.data_base64);
  const failed_at = new Date(now_ms).toISOString();
  return {
    dead_letter_id: await digest("dead-letter", subscription.name, failure.message_id),
    subscription: subscription.name,
    topic: subscription.topic,
    kind: failure.kind,
    reason: (reasonOf(error) + note).slice(0, REASON_CHARACTERS_MAX),
    field: (error instanceof PermanentError ? error.field : "").slice(0, FIELD_CHARACTERS_MAX),
    retry_at: failure.retry_after_ms === 0 ? "" : retryAt(failure, now_ms),
    message_id: failure.message_id.slice(0, MESSAGE_ID_CHARACTERS_MAX),
    published_at: moment(failure.published_at) ?? failed_at,
    failed_at,
    attempts: failure.attempts,
    user_id: failure.user_id,
    attributes: { ...attributes },
    data_base64: data,
  };
}

function cutData(data: string): { data: string; note: string } {
  if (data.length <= DATA_CHARACTERS_MAX) return { data, note: "" };
  return { data: data.slice(0, DATA_CHARACTERS_MAX), note: " (the data was cut)" };
}

function retryAt({ attributes, retry_after_ms }: Failure, now_ms: number): string {
  const doubled = retry_after_ms * 2 ** Math.min(replaysOf(attributes), 20);
  return new Date(now_ms + Math.max(retry_after_ms, Math.min(doubled, RETRY_MS_MAX))).toISOString();
}

/** How often a message was handed back already. */
export function replaysOf(attributes: Readonly<Record<string, string>>): number {
  const replays = Number(attributes[REPLAYS_ATTRIBUTE] ?? 0);
  return Number.isSafeInteger(replays) && replays > 0 ? replays : 0;
}

/** A time as another program wrote it, as a `Moment`; undefined when it is none. */
export function moment(text: string): string | undefined {
  if (MOMENT.test(text)) return text;
  const ms = Date.parse(text);
  return Number.isFinite(ms) && ms >= 0 && ms < MOMENT_END_MS ? new Date(ms).toISOString() : undefined;
}

/** What needs no change: our own bus's form, and Pub/Sub's most common one. */
const MOMENT = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** From the year 10000 on, ISO 8601 needs a sign. */
const MOMENT_END_MS = Date.UTC(9_999, 11, 31);
