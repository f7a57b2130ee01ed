/** A calendar event as a document. A pure function: nothing is read but what is handed in. */
import { z } from "zod";
import type { Attendee, CalendarEvent, Person } from "../../contracts/documents.ts";
import type { ResourceChoice } from "../../contracts/records.ts";
import type { ItemReading, UnboundDocument } from "../port.ts";
import { busyOnly } from "../private_event.ts";
import { bodyText, type HtmlToText, momentOf, NO_MOMENT } from "../text.ts";
import { ianaZone, instantIn } from "../time_zones.ts";
import { Conference, conferenceFields } from "./conference.ts";
import { dateOf, Flag, Line, listOf, looksLikeHtml, refusalOf, Text, versionOf, withLineBreaks } from "./fields.ts";

/** More people than Google lets an event invite. */
const ATTENDEES_MAX = 500;
const RECURRENCE_LINES_MAX = 200;
const ATTACHMENTS_MAX = 50;

/** What reading an event needs besides the event. */
export interface EventReading {
  readonly calendar: { readonly id: string; readonly name: string };
  readonly choice: ResourceChoice;
  readonly toText: HtmlToText;
  /** When the occurrences were that were taken out of a series, in the form of EXDATE. */
  cancelledOf(series_id: string): readonly string[];
}

const Time = z.object({ date: Text, dateTime: Text, timeZone: Text }).nullish();
type Time = z.infer<typeof Time>;

const Somebody = z.object({ email: Line, displayName: Line, self: Flag }).nullish();

const GoogleEvent = z.object({
  id: z.string().min(1),
  status: Line,
  eventType: Line,
  htmlLink: Line,
  iCalUID: Line,
  created: Text,
  updated: Text,
  summary: Line,
  description: Text,
  location: Text,
  organizer: Somebody,
  start: Time,
  end: Time,
  recurrence: listOf(Line),
  recurringEventId: Line,
  originalStartTime: Time,
  transparency: Line,
  visibility: Line,
  attendees: listOf(z.object({
    email: Line,
    displayName: Line,
    self: Flag,
    organizer: Flag,
    resource: Flag,
    optional: Flag,
    responseStatus: Line,
  })),
  hangoutLink: Line,
  conferenceData: Conference,
  attachments: listOf(z.object({ fileUrl: Line, title: Line, mimeType: Line, fileId: Line })),
});
type GoogleEvent = z.infer<typeof GoogleEvent>;

/** What tells a removal from a change, and a series from its exceptions. */
export const EventHead = z.object({
  id: z.string().min(1),
  status: Line,
  recurringEventId: Line,
  originalStartTime: Time,
  description: z.string().nullish(),
});

/** True when the description of this event must be reduced from HTML. */
export function eventHasHtml(item: unknown): boolean {
  return looksLikeHtml(z.object({ description: z.string() }).safeParse(item).data?.description ?? "");
}

/** The document of an event, why there can't be one, or that the person does not give it. */
export function eventOf(item: unknown, reading: EventReading): ItemReading {
  const named = z.object({ id: z.string() }).safeParse(item);
  const name = { provider_id: named.data?.id ?? "", container: reading.calendar.id };
  const parsed = GoogleEvent.safeParse(item);
  if (!parsed.success) return refusalOf(name, "event", parsed.error);
  const event = parsed.data;
  const document = documentOf(event, reading);
  const { since, private_events } = reading.choice;
  const last = lastMoment(document);
  if (since !== "" && last !== "" && last < since) return { ...name, left_out: true };
  return {
    ...name,
    version: versionOf(event.updated),
    document: private_events === "busy" ? busyOnly(document) : document,
  };
}

type UnboundEvent = Extract<UnboundDocument, { readonly doc_type: "calendar" }>;

function documentOf(event: GoogleEvent, reading: EventReading): UnboundEvent {
  const organizer = personOf(event.organizer);
  const mine = event.attendees.find((attendee) => attendee.self);
  const content = reading.choice.bodies ? event.description : "";
  return {
    doc_type: "calendar",
    provider: "google",
    provider_id: event.id,
    container: reading.calendar.id,
    title: event.summary,
    url: event.htmlLink,
    last_updated: momentOf(event.updated) || momentOf(event.created) || NO_MOMENT,
    calendar_name: reading.calendar.name,
    ical_uid: event.iCalUID,
    kind: event.recurringEventId !== "" ? "exception" : event.recurrence.length > 0 ? "series" : "single",
    series_id: event.recurringEventId,
    original_starts_at: instantOf(event.originalStartTime),
    status: event.status === "tentative" || event.status === "cancelled" ? event.status : "confirmed",
    ...bodyText((toText) => looksLikeHtml(content) ? toText(withLineBreaks(content)) : content, reading.toText),
    ...timesOf(event),
    recurrence: recurrenceOf(event, reading),
    location: event.location.trim(),
    ...conferenceFields(event.conferenceData, event.hangoutLink),
    organizer,
    attendees: attendeesOf(event, organizer),
    my_response: event.organizer?.self === true ? "organizer" : responseOf(mine?.responseStatus ?? ""),
    show_as: showAsOf(event, mine?.responseStatus ?? ""),
    sensitivity: event.visibility === "private" || event.visibility === "confidential" ? event.visibility : "normal",
    importance: "normal",
    labels: event.eventType === "" || event.eventType === "default" ? [] : [event.eventType],
    attachments: event.attachments.slice(0, ATTACHMENTS_MAX).map((file) => ({
      id: file.fileId || file.fileUrl,
      name: file.title,
      mime_type: file.mimeType.toLowerCase(),
      size_bytes: 0,
      inline: false,
    })),
    created_at: momentOf(event.created),
  };
}

function timesOf(event: GoogleEvent) {
  const start_date = dateOf(event.start?.date ?? "");
  const end_date = dateOf(event.end?.date ?? "");
  const all_day = start_date !== "" && (event.start?.dateTime ?? "") === "";
  return {
    starts_at: instantOf(event.start),
    ends_at: instantOf(event.end),
    all_day,
    start_date: all_day ? start_date : "",
    end_date: all_day ? end_date : "",
    time_zone: ianaZone(event.start?.timeZone ?? "") || ianaZone(event.end?.timeZone ?? ""),
  };
}

/** The instant of a time: with an offset, in its zone, or midnight UTC of a date. */
export function instantOf(time: Time): string {
  if (time === null || time === undefined) return "";
  if (time.dateTime === "") return momentOf(dateOf(time.date));
  const exact = /(Z|[+-]\d{2}:?\d{2})$/i.test(time.dateTime);
  return exact ? momentOf(time.dateTime) : momentOf(instantIn(time.dateTime, time.timeZone));
}

/** A time in the form of EXDATE, `""` for none. */
export function exdateOf(time: Time): string {
  const date = dateOf(time?.date ?? "").replaceAll("-", "");
  return date || instantOf(time).replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
}

/** A series' own lines, and one for each occurrence that was taken out of it. */
function recurrenceOf(event: GoogleEvent, reading: EventReading): string[] {
  if (event.recurrence.length === 0) return [];
  const out = [...reading.cancelledOf(event.id)].sort().map((value) =>
    value.includes("T") ? `EXDATE:${value}` : `EXDATE;VALUE=DATE:${value}`
  );
  return [...event.recurrence, ...out].slice(0, RECURRENCE_LINES_MAX);
}

/** When an event is over, `""` when that is not known or never: what is asked is whether it was before a moment. */
function lastMoment(event: UnboundEvent): string {
  if (event.kind !== "series") return event.ends_at || event.starts_at;
  const until = event.recurrence.map((line) => /^RRULE.*[:;]UNTIL=(\d{4})(\d{2})(\d{2})/i.exec(line)).find(Boolean);
  // The last occurrence may be as long as the first one; a day more than `UNTIL` is no harm.
  return until ? momentOf(Date.parse(`${until[1]}-${until[2]}-${until[3]}`) + 24 * 60 * 60 * 1000) : "";
}

/** Everybody but the organizer, who is named by itself: the other provider leaves them out of the list too. */
function attendeesOf(event: GoogleEvent, organizer: Person): Attendee[] {
  return event.attendees.filter((attendee) => !attendee.organizer).slice(0, ATTENDEES_MAX).map((attendee) => ({
    ...personOf(attendee),
    response: responseOf(attendee.responseStatus),
    role: attendee.resource ? "resource" as const : attendee.optional ? "optional" as const : "required" as const,
  })).filter(({ name, address }) =>
    (name !== "" || address !== "") && (address === "" || address !== organizer.address)
  );
}

function personOf(person: { readonly email: string; readonly displayName: string } | null | undefined): Person {
  return { name: person?.displayName ?? "", address: (person?.email ?? "").toLowerCase() };
}

function responseOf(status: string): Attendee["response"] {
  return status === "accepted" || status === "declined" || status === "tentative" ? status : "none";
}

function showAsOf(event: GoogleEvent, mine: string): CalendarEvent["show_as"] {
  if (event.eventType === "outOfOffice") return "away";
  if (event.eventType === "workingLocation") return "elsewhere";
  if (event.transparency === "transparent") return "free";
  return event.status === "tentative" || mine === "tentative" ? "tentative" : "busy";
}
