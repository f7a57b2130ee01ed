/** From a message's data to an event that keeps its contract. */
import { PermanentError, TransientError } from "../../shared/contracts/errors.ts";
import { Event, SCHEMA_VERSION } from "../../shared/contracts/event.ts";
import { quickParse } from "../../shared/contracts/quick_parse.ts";
import { type EventTopic, TOPIC_DOC_TYPES } from "../../shared/contracts/names.ts";
import { parseJson } from "./incoming.ts";

/** A message of a newer program is looked at again after this long: a release takes minutes. */
const NEWER_RETRY_MS = 30_000;

const parseEvent = quickParse(Event);

/**
 * The event in a message of that topic.
 * @throws TransientError `newer_schema` for a version that this program does not know yet, before anything else is
 * looked at: what a newer program allows must not become a dead letter here
 * @throws PermanentError `event_invalid` with the field
 */
export function readEvent(topic: EventTopic, text: string): Event {
  const raw = parseJson(text, "event_invalid", "The message's data");
  if (isNewer(raw)) {
    throw new TransientError("newer_schema", `The event's schema version is newer than ${SCHEMA_VERSION}`, {
      scope: "whole",
      retry_after_ms: NEWER_RETRY_MS,
    });
  }
  const parsed = parseEvent(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.map(String).join(".") ?? "";
    throw new PermanentError("event_invalid", issue?.message ?? "does not keep the contract", { field });
  }
  if (parsed.data.doc_type !== TOPIC_DOC_TYPES[topic]) {
    throw new PermanentError("event_invalid", `must be ${TOPIC_DOC_TYPES[topic]} on topic ${topic}`, {
      field: "doc_type",
    });
  }
  return parsed.data;
}

function isNewer(raw: unknown): boolean {
  if (typeof raw !== "object" || raw === null || !("schema_version" in raw)) return false;
  return Number.isInteger(raw.schema_version) && Number(raw.schema_version) > SCHEMA_VERSION;
}
