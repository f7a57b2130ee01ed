/** What Pub/Sub's own dead-letter policy puts on our topic: the message itself, with attributes that say where from. */
import { digest } from "../../shared/contracts/ids.ts";
import type { DeadLetter } from "../../shared/contracts/messages.ts";
import { subscriptionNamed } from "../../shared/contracts/subscriptions.ts";
import { moment } from "../dispatch/mod.ts";
import type { RawMessage } from "../registry.ts";

/** The attributes of a forwarded message. Source: cloud.google.com/pubsub/docs/handling-failures. */
const SOURCE = {
  prefix: "CloudPubSubDeadLetterSource",
  subscription: "CloudPubSubDeadLetterSourceSubscription",
  count: "CloudPubSubDeadLetterSourceDeliveryCount",
  published: "CloudPubSubDeadLetterSourceTopicPublishTime",
} as const;

/**
 * The bus gave up after a hundred deliveries, none of which failed in a handler: those become dead letters of ours long
 * before. So the message waited for something that was away, and is handed back after this long, milliseconds.
 */
const RETRY_MS = 10 * 60 * 1000;

/**
 * Makes a dead letter of a message on `dead-letters` that is none. One that does not say where it comes from is kept
 * for a person to look at.
 * @param topic_prefix what stands before the names of our subscriptions on the bus
 */
export async function adoptForwarded(raw: RawMessage, topic_prefix: string, now_ms: number): Promise<DeadLetter> {
  const source = raw.attributes[SOURCE.subscription] ?? "";
  const own = source.startsWith(topic_prefix) ? subscriptionNamed(source.slice(topic_prefix.length)) : undefined;
  const subscription = subscriptionNamed(source) ?? own;
  const failed_at = new Date(now_ms).toISOString();
  const attempts = Number(raw.attributes[SOURCE.count] ?? 0);
  return {
    dead_letter_id: await digest("forwarded", raw.message_id),
    subscription: subscription?.name ?? (source === "" ? "dead-letters-store" : source.slice(0, 128)),
    topic: subscription?.topic ?? "dead-letters",
    kind: subscription === undefined ? "permanent" : "transient",
    reason: source === ""
      ? "not_a_dead_letter: The message on dead-letters is none of ours and does not say where it comes from"
      : "delivery_attempts: The bus gave up delivering it",
    field: "",
    retry_at: subscription === undefined ? "" : new Date(now_ms + RETRY_MS).toISOString(),
    message_id: raw.message_id.slice(0, 256),
    published_at: moment(raw.attributes[SOURCE.published] ?? raw.published_at) ?? failed_at,
    failed_at,
    attempts: Number.isSafeInteger(attempts) && attempts > 0 ? attempts : raw.attempt,
    user_id: "",
    attributes: Object.fromEntries(Object.entries(raw.attributes).filter(([name]) => !name.startsWith(SOURCE.prefix))),
    data_base64: raw.data_base64,
  };
}
