/** Events of 2 KB, as a mail makes them: an envelope that keeps its contract, and a normalised document as JSON text. */
import type { Email } from "../../shared/contracts/documents.ts";
import { type Event, eventAttributes, eventType, SCHEMA_VERSION } from "../../shared/contracts/event.ts";

const HEX_DIGITS = 32;
const AT = "2026-01-31T12:00:00.000Z";
const REVISION = 1_767_225_600_000_000;
/** What makes an encoded event 2 KB. */
const BODY_CHARACTERS = 300;
const JUERGEN = { name: "Jürgen Kraus", address: "juergen.kraus@mail.example" };

const BODY = "Could we move the meeting to Thursday? The agenda is unchanged, and Jürgen joins us by phone. "
  .repeat(20).slice(0, BODY_CHARACTERS);

/** The mail that event number `number` carries. */
function mailOf(number: number, doc_id: string): Email {
  return {
    doc_type: "email",
    doc_id,
    provider: "microsoft",
    connection_id: "connection_1",
    provider_id: `AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A${number}`,
    container: "AQMkAGUyNDc5AAAuAAAD",
    title: `Agenda number ${number}`,
    url: `https://outlook.example/owa/?ItemID=${number}`,
    last_updated: AT,
    thread_id: "AAQkAGUyNDc5",
    internet_message_id: `<${number}@mail.example>`,
    in_reply_to: "",
    references: [],
    list_id: "",
    folder_role: "inbox",
    folder_name: "Inbox",
    labels: [],
    from: JUERGEN,
    sender: JUERGEN,
    to: [{ name: "Ada Lovett", address: "ada@outlook.example" }],
    cc: [],
    bcc: [],
    reply_to: [],
    sent_at: AT,
    received_at: AT,
    body: BODY,
    preview: BODY.slice(0, 80),
    read: false,
    draft: false,
    flagged: false,
    importance: "normal",
    has_attachments: false,
    attachments: [],
    size_bytes: BODY_CHARACTERS,
    truncated: false,
    links: [],
    structured: [],
  };
}

/** Event number `number`: another document and another event id for each. */
export function sampleEvent(number: number): Event {
  const doc_id = number.toString(16).padStart(HEX_DIGITS, "0");
  return {
    schema_version: SCHEMA_VERSION,
    event_id: (number + 1).toString(16).padStart(HEX_DIGITS, "a"),
    event_type: eventType("email", "create"),
    user_id: "ada",
    connection_id: "connection_1",
    provider: "microsoft",
    doc_type: "email",
    doc_id,
    operation: "create",
    revision: REVISION + number,
    last_updated: AT,
    sync_timestamp: AT,
    batch_id: "",
    correlation_id: "correlation_1",
    // One trace in ten is kept.
    traceparent: `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-${number % 10 === 0 ? "01" : "00"}`,
    data: JSON.stringify(mailOf(number, doc_id)),
    data_ref: "",
  };
}

/** An event as a bus publishes it. */
export function sampleOutgoing(number: number) {
  const message = sampleEvent(number);
  return { message, attributes: eventAttributes(message) };
}
