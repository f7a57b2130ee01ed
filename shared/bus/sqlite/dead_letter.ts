/** What the bus itself gives up on becomes a dead letter, in the form of all others. */
import { z } from "zod";
import type { Clock, Random } from "../../contracts/deps.ts";
import { UserId } from "../../contracts/ids.ts";
import type { DeadLetter } from "../../contracts/messages.ts";
import type { TopicName } from "../../contracts/names.ts";
import type { StoredMessage } from "./message.ts";
import type { SubscriptionQueue } from "./subscription_queue.ts";

const Attributes = z.record(z.string(), z.string());
/** All that is looked at in a message, which may be of any topic. */
const Owned = z.object({ user_id: UserId });

/** The attributes of a dead letter: its subscription in our own words, so that no reader needs to open the data. */
export function deadLetterAttributes(letter: DeadLetter): Record<string, string> {
  return { subscription: letter.subscription, kind: letter.kind };
}

/**
 * Who refused to the end was busy or waited for something that was away, and is asked again after this long. Who never
 * answered may be killed by the message: a person has to decide.
 */
const RETRY_MS = 10 * 60 * 1_000;

/** @param status the last answer's, 0 when there was none before the ack deadline */
export function exhaustedLetter(
  queue: SubscriptionQueue,
  message: StoredMessage,
  attempts: number,
  status: number,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): DeadLetter {
  const { name, topic } = queue.config;
  const now = clock.now();
  const answer = status === 0 ? "no answer came in time" : `the last answer was ${status}`;
  return {
    dead_letter_id: random.uuid(),
    subscription: name,
    topic: topic satisfies TopicName,
    kind: "exhausted",
    reason: `Subscription ${name} did not acknowledge the message in ${attempts} deliveries; ${answer}`,
    field: "",
    retry_at: status === 0 ? "" : new Date(now + RETRY_MS).toISOString(),
    message_id: String(message.id),
    published_at: message.publishedAt,
    failed_at: new Date(now).toISOString(),
    attempts,
    user_id: Owned.safeParse(parsed(message.data)).data?.user_id ?? "",
    attributes: Attributes.parse(parsed(message.attributes)),
    data_base64: message.dataBase64,
  };
}

function parsed(json: string): unknown {
  return JSON.parse(json);
}
