/** Events as the contract allows them, for property tests. Written by hand from the contract's words, not from its code. */
import fc from "fast-check";
import type { Event } from "../../shared/contracts/event.ts";
import { type EventTopic, TOPIC_DOC_TYPES } from "../../shared/contracts/names.ts";

const TOPICS = Object.keys(TOPIC_DOC_TYPES) as EventTopic[];

const hexId = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 32, maxLength: 32 });
const idText = (maxLength: number) =>
  fc.string({
    unit: fc.constantFrom(..."ABCXYZabcxyz0189_-"),
    minLength: 1,
    maxLength,
  });
const moment = fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
/** Also emoji, quotes, control characters and what a browser would not show. */
const anyText = (maxLength: number) => fc.string({ unit: "binary", maxLength });

/** A topic with an event that belongs on it. */
export const topicAndEvent: fc.Arbitrary<{ topic: EventTopic; event: Event }> = fc.record({
  topic: fc.constantFrom(...TOPICS),
  operation: fc.constantFrom("create", "update", "delete"),
  inline: fc.boolean(),
  text: fc.string({ unit: "binary", minLength: 1, maxLength: 200 }),
  rest: fc.record({
    schema_version: fc.integer({ min: 1, max: 1_000 }),
    event_id: hexId,
    event_type: fc.string({ unit: "binary", minLength: 1, maxLength: 32 }),
    user_id: idText(64),
    connection_id: idText(128),
    provider: fc.constantFrom("microsoft", "google", "import"),
    doc_id: hexId,
    revision: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER - 1 }),
    last_updated: moment,
    sync_timestamp: moment,
    batch_id: anyText(60),
    correlation_id: anyText(60),
    traceparent: anyText(60),
  }),
}).map(({ topic, operation, inline, text, rest }) => ({
  topic,
  event: {
    ...rest,
    operation,
    doc_type: TOPIC_DOC_TYPES[topic],
    data: operation !== "delete" && inline ? text : "",
    data_ref: operation !== "delete" && !inline ? `office:${rest.user_id}:${rest.doc_id}` : "",
  } as Event,
}));

/** One fixed, valid event of a topic, with what a test wants different. */
export function sampleEvent(topic: EventTopic = "emails", over: Partial<Event> = {}): Event {
  return {
    schema_version: 1,
    event_id: "0123456789abcdef0123456789abcdef",
    event_type: `${TOPIC_DOC_TYPES[topic]}.created`,
    user_id: "ada",
    connection_id: "connection_1",
    provider: "microsoft",
    doc_type: TOPIC_DOC_TYPES[topic],
    doc_id: "fedcba9876543210fedcba9876543210",
    operation: "create",
    revision: 1_767_225_600_000_000,
    last_updated: "2026-01-31T12:00:00.000Z",
    sync_timestamp: "2026-01-31T12:00:01.000Z",
    batch_id: "",
    correlation_id: "correlation_1",
    traceparent: "",
    data: '{"title":"Grüße"}',
    data_ref: "",
    ...over,
  };
}
