/** The topics and what may be published on each. */
import { z } from "zod";
import { Event } from "./event.ts";
import { DeadLetter, ProviderChange, SyncTask } from "./messages.ts";
import { EventTopic, InternalTopic, type TopicName } from "./names.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** What a topic promises to operators. */
export interface TopicConfig {
  readonly name: TopicName;
  /** How long the bus keeps messages, seconds. */
  readonly retention_seconds: number;
  /** True when the Avro schema of the envelope is attached. */
  readonly has_schema: boolean;
}

/** All topics. Ordering is off on every one: revisions decide, not arrival. */
export const TOPICS: readonly TopicConfig[] = [
  ...EventTopic.options.map((name) => ({ name, retention_seconds: 7 * DAY_SECONDS, has_schema: true })),
  ...InternalTopic.options.map((name) => ({
    name,
    retention_seconds: (name === "dead-letters" ? 31 : 7) * DAY_SECONDS,
    has_schema: false,
  })),
];

/** The contract of a message on each topic. */
export const TOPIC_CONTRACTS = {
  emails: Event,
  calendars: Event,
  contacts: Event,
  word_documents: Event,
  sheet_documents: Event,
  presentation_documents: Event,
  todos: Event,
  "provider-changes": ProviderChange,
  "sync-tasks": SyncTask,
  "dead-letters": DeadLetter,
} as const satisfies Record<TopicName, z.ZodType>;

/** What is published on a topic. */
export type TopicMessage<T extends TopicName> = z.infer<(typeof TOPIC_CONTRACTS)[T]>;
