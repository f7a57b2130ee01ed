/** What four people's mailboxes and calendars tell: mails of correspondents and parcels, meetings, edits and deletes. */
import { type CalendarEvent, Email } from "../../shared/contracts/documents.ts";
import { type Event, eventAttributes, eventType } from "../../shared/contracts/event.ts";
import { digest } from "../../shared/contracts/ids.ts";
import { mailEvent } from "./contact_mails.ts";

/** Whose they are. */
export const PEOPLE: readonly string[] = ["ada", "ben", "cleo", "dov"];

/** One mail in so many is a carrier's. */
const PARCELS_EVERY = 10;
const HOUR_MS = 60 * 60 * 1_000;
const FIRST_MS = Date.UTC(2026, 0, 5, 8);
const STEPS = ["has shipped", "is out for delivery", "was delivered"] as const;

/** An event of a document that had none before. */
export async function firstEvent(kind: "email" | "calendar", number: number): Promise<Event> {
  const user_id = PEOPLE[number % PEOPLE.length] ?? "";
  if (kind === "calendar") return await calendarEvent(number, user_id);
  const event = await mailEvent(number, user_id);
  return number % PARCELS_EVERY === 3 ? withParcel(event, number) : event;
}

/** What happened to it next: it was edited or deleted. */
export async function laterEvent(first: Event, number: number, deleted: boolean): Promise<Event> {
  const operation = deleted ? "delete" : "update";
  return {
    ...first,
    event_id: await digest("bench later", String(number)),
    event_type: eventType(first.doc_type, operation),
    operation,
    revision: first.revision + 1_000_000_000 + number,
    data: deleted ? "" : first.data.replaceAll("Thursday", "Friday"),
  };
}

/** The event as a delivery carries it. */
export function bodyOf(event: Event, subscription: string): string {
  return JSON.stringify({
    message: {
      data: new TextEncoder().encode(JSON.stringify(event)).toBase64(),
      attributes: eventAttributes(event),
      messageId: `${subscription}-${event.event_id}`,
      publishTime: event.sync_timestamp,
    },
    subscription: `projects/bench/subscriptions/${subscription}`,
  });
}

function withParcel(event: Event, number: number): Event {
  const parcel = Math.floor(number / PARCELS_EVERY / PEOPLE.length / STEPS.length);
  const step = STEPS[Math.floor(number / PARCELS_EVERY) % STEPS.length] ?? "";
  const document: Email = {
    ...Email.parse(JSON.parse(event.data)),
    folder_role: "inbox",
    from: { name: "UPS", address: "auto-notify@ups.com" },
    title: `Your parcel ${step}`,
    body: `Your order no. 4711-${parcel} ${step}.\nTracking number: ${upsNumber(parcel)}\n`,
  };
  return { ...event, data: JSON.stringify(document) };
}

/** With its check digit. Source: UPS's published description of 1Z numbers. */
function upsNumber(number: number): string {
  const digits = `123456${"03"}${String(number).padStart(7, "0")}`;
  const sum = [...digits].reduce((all, digit, at) => all + Number(digit) * (at % 2 === 0 ? 1 : 2), 0);
  return `1Z${digits}${(10 - sum % 10) % 10}`;
}

async function calendarEvent(number: number, user_id: string): Promise<Event> {
  const sample = await mailEvent(number, user_id);
  const { from, to, title, url, body } = Email.parse(JSON.parse(sample.data));
  const doc_id = await digest("bench calendar", String(number));
  const starts_ms = FIRST_MS + number * HOUR_MS;
  const series = number % 8 === 0;
  const document: CalendarEvent = {
    doc_type: "calendar",
    doc_id,
    provider: "microsoft",
    connection_id: "connection_1",
    provider_id: `event-${number}`,
    container: "calendar",
    title,
    url,
    last_updated: sample.last_updated,
    calendar_name: "Calendar",
    // Two people each have the same meeting.
    ical_uid: `meeting-${Math.floor(number / 2)}@calendar.example`,
    kind: series ? "series" : "single",
    series_id: "",
    original_starts_at: "",
    status: "confirmed",
    body,
    starts_at: new Date(starts_ms).toISOString(),
    ends_at: new Date(starts_ms + HOUR_MS).toISOString(),
    all_day: false,
    start_date: "",
    end_date: "",
    time_zone: "Europe/Berlin",
    recurrence: series ? ["RRULE:FREQ=WEEKLY;COUNT=10"] : [],
    location: "Room 4",
    online_url: "",
    online_provider: "",
    dial_in: [],
    organizer: from,
    attendees: to.map((person) => ({ ...person, role: "required", response: "accepted" })),
    my_response: "accepted",
    show_as: "busy",
    sensitivity: "normal",
    importance: "normal",
    labels: [],
    attachments: [],
    created_at: sample.last_updated,
    truncated: false,
  };
  return {
    ...sample,
    event_id: await digest("bench calendar event", String(number)),
    event_type: eventType("calendar", "create"),
    doc_type: "calendar",
    doc_id,
    data: JSON.stringify(document),
  };
}
