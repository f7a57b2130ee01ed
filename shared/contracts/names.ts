/** The closed lists of names that run through everything. */
import { z } from "zod";

/** The kinds of document. A document whose kind changes is deleted as one and created as the other. */
export const DocType = z.enum([
  "email",
  "calendar",
  "contact",
  "word_document",
  "sheet_document",
  "presentation_document",
  "todo",
]);
export type DocType = z.infer<typeof DocType>;

/** Where documents come from. */
export const ProviderName = z.enum(["microsoft", "google", "import"]);
export type ProviderName = z.infer<typeof ProviderName>;

/** What happened to a document. Consumers treat create and update alike: after a crash a create may be sent twice. */
export const Operation = z.enum(["create", "update", "delete"]);
export type Operation = z.infer<typeof Operation>;

/** The topics that carry events, with the one kind of document that each carries. */
export const TOPIC_DOC_TYPES = {
  emails: "email",
  calendars: "calendar",
  contacts: "contact",
  word_documents: "word_document",
  sheet_documents: "sheet_document",
  presentation_documents: "presentation_document",
  todos: "todo",
} as const satisfies Record<string, DocType>;

/** A topic that carries events. */
export type EventTopic = keyof typeof TOPIC_DOC_TYPES;
export const EventTopic = z.enum(Object.keys(TOPIC_DOC_TYPES) as [EventTopic, ...EventTopic[]]);

/** Whether a topic carries events; the others carry internal messages. */
export function isEventTopic(topic: string): topic is EventTopic {
  return Object.hasOwn(TOPIC_DOC_TYPES, topic);
}

/** The topics between our own parts. */
export const InternalTopic = z.enum(["provider-changes", "sync-tasks", "dead-letters"]);
export type InternalTopic = z.infer<typeof InternalTopic>;

/** Any topic that we publish to. */
export type TopicName = EventTopic | InternalTopic;

/** The services that an instance can serve (`SERVICES`). */
export const ServiceName = z.enum([
  "office",
  "vespa-loader",
  "contact-discovery",
  "meetings",
  "shipments",
  "dead-letters",
]);
export type ServiceName = z.infer<typeof ServiceName>;

/** The topic that a kind of document is published on. */
export function topicOf(doc_type: DocType): EventTopic {
  const found = EventTopic.options.find((topic) => TOPIC_DOC_TYPES[topic] === doc_type);
  if (found === undefined) throw new TypeError(`Cannot find a topic for document type "${doc_type}"`);
  return found;
}
