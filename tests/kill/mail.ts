/** The mails that the writer publishes. */
import type { Email } from "../../shared/contracts/documents.ts";
import { type Event, eventType, SCHEMA_VERSION } from "../../shared/contracts/event.ts";
import { eventId } from "../../shared/contracts/ids.ts";
import { officeKey } from "../../shared/contracts/keys.ts";
import type { Publication } from "./control.ts";
import type { Write } from "./journal.ts";

const AT = "2026-01-31T12:00:00.000Z";
const CONNECTION = "connection_kill";
const SENDER = { name: "Ada Lovett", address: "ada@outlook.example" };
const FILLING = "The agenda is unchanged, and everybody joins by phone. ";
/** Larger than what travels inside an event. */
const LARGE_TIMES = 700;

/** The event of a write. A large mail travels by reference. */
export async function publicationOf(user_id: string, write: Write, large: boolean): Promise<Publication> {
  const { doc_id, revision } = write;
  const operation = write.operation === "delete" ? "delete" : "update";
  const data = write.operation === "delete" ? "" : JSON.stringify(mail(write, large));
  const by_reference = large && data !== "";
  const event: Event = {
    schema_version: SCHEMA_VERSION,
    event_id: await eventId(doc_id, operation, revision),
    event_type: eventType("email", operation),
    user_id,
    connection_id: CONNECTION,
    provider: "microsoft",
    doc_type: "email",
    doc_id,
    operation,
    revision,
    last_updated: AT,
    sync_timestamp: AT,
    batch_id: "",
    correlation_id: "",
    traceparent: "",
    data: by_reference ? "" : data,
    data_ref: by_reference ? officeKey(user_id, "email", doc_id) : "",
  };
  const ref = { user_id, doc_type: "email" as const, doc_id, revision, hash: String(revision), data };
  return { events: [event], refs: by_reference ? [ref] : [] };
}

function mail({ doc_id, word }: Write, large: boolean): Email {
  const body = `${FILLING.repeat(large ? LARGE_TIMES : 3)}${word}`;
  return {
    doc_type: "email",
    doc_id,
    provider: "microsoft",
    connection_id: CONNECTION,
    provider_id: `id-${doc_id}`,
    container: "inbox",
    title: "Agenda",
    url: `https://outlook.example/owa/?ItemID=${doc_id}`,
    last_updated: AT,
    thread_id: "thread",
    internet_message_id: `<${doc_id}@mail.example>`,
    in_reply_to: "",
    references: [],
    list_id: "",
    folder_role: "inbox",
    folder_name: "Inbox",
    labels: [],
    from: SENDER,
    sender: SENDER,
    to: [SENDER],
    cc: [],
    bcc: [],
    reply_to: [],
    sent_at: AT,
    received_at: AT,
    body,
    preview: FILLING,
    read: false,
    draft: false,
    flagged: false,
    importance: "normal",
    has_attachments: false,
    attachments: [],
    size_bytes: body.length,
    truncated: false,
    links: [],
    structured: [],
  };
}
