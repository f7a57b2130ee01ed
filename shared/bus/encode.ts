/**
 * What every adapter does to a message before it is sent: its contract is checked, its limits are kept, and it becomes
 * JSON text. So a bad message is refused with the same field and reason on every bus.
 */
import { isEventTopic, TOPIC_DOC_TYPES, type TopicName } from "../contracts/names.ts";
import { TOPIC_CONTRACTS } from "../contracts/topics.ts";
import type { Outgoing } from "./port.ts";

/** Pub/Sub's limit for a message with its attributes, bytes. Source: cloud.google.com/pubsub/quotas. */
export const MESSAGE_BYTES_MAX = 10_000_000;
/** Pub/Sub's limits for attributes; keys and values in bytes of UTF-8. Same source. */
export const ATTRIBUTES_MAX = 100;
export const ATTRIBUTE_KEY_BYTES_MAX = 256;
export const ATTRIBUTE_VALUE_BYTES_MAX = 1_024;

/** A message as a bus carries it. */
export interface Encoded {
  readonly kind: "encoded";
  /** The message as JSON, without the fields that its contract does not know. */
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Why a message is not sent: the field as a dotted path, and a reason that repeats nothing of the message. */
export interface Refused {
  readonly kind: "refused";
  readonly field: string;
  readonly reason: string;
}

/** @returns the message ready to send, or the first thing that is wrong with it. */
export function encode<T extends TopicName>(
  topic: T,
  outgoing: Outgoing<T>,
  bytesMax: number = MESSAGE_BYTES_MAX,
): Encoded | Refused {
  const checked = TOPIC_CONTRACTS[topic].safeParse(outgoing.message);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    return refused(issue?.path.map(String).join(".") ?? "", issue?.message ?? "does not fit the topic's contract");
  }
  if ("doc_type" in checked.data && isEventTopic(topic)) {
    const expected = TOPIC_DOC_TYPES[topic];
    if (checked.data.doc_type !== expected) return refused("doc_type", `must be ${expected} on topic ${topic}`);
  }
  const wrong = wrongAttribute(outgoing.attributes);
  if (wrong !== undefined) return wrong;
  const text = JSON.stringify(checked.data);
  if (exceeds(text, bytesMax - attributeBytesMax(outgoing.attributes))) {
    return refused("", `must not be larger than ${bytesMax} bytes`);
  }
  return { kind: "encoded", text, attributes: outgoing.attributes };
}

function refused(field: string, reason: string): Refused {
  return { kind: "refused", field, reason };
}

function wrongAttribute(attributes: Readonly<Record<string, string>>): Refused | undefined {
  let count = 0;
  for (const key in attributes) {
    count++;
    const value: unknown = attributes[key];
    if (key === "" || exceeds(key, ATTRIBUTE_KEY_BYTES_MAX)) {
      return refused("attributes", `must have keys of 1 to ${ATTRIBUTE_KEY_BYTES_MAX} bytes`);
    }
    // Pub/Sub keeps this prefix for itself and refuses the whole request.
    if (key.startsWith("goog")) return refused(`attributes.${key}`, `must not start with "goog"`);
    if (typeof value !== "string") return refused(`attributes.${key}`, "must be a text");
    if (exceeds(value, ATTRIBUTE_VALUE_BYTES_MAX)) {
      return refused(`attributes.${key}`, `must not be longer than ${ATTRIBUTE_VALUE_BYTES_MAX} bytes`);
    }
  }
  return count > ATTRIBUTES_MAX ? refused("attributes", `must not be more than ${ATTRIBUTES_MAX}`) : undefined;
}

/** An upper bound, since it is only subtracted from a limit that ordinary messages are far from. */
function attributeBytesMax(attributes: Readonly<Record<string, string>>): number {
  let characters = 0;
  for (const key in attributes) characters += key.length + (attributes[key]?.length ?? 0);
  return characters * UTF8_BYTES_PER_UNIT_MAX;
}

const UTF8_BYTES_PER_UNIT_MAX = 3;
const encoder = new TextEncoder();

/** True when the text has more than `bytesMax` bytes of UTF-8. Encodes it only when its length leaves that open. */
function exceeds(text: string, bytesMax: number): boolean {
  if (text.length * UTF8_BYTES_PER_UNIT_MAX <= bytesMax) return false;
  return text.length > bytesMax || encoder.encode(text).length > bytesMax;
}
