/** An event of an iCalendar file as a document (RFC 5545). */
import ICAL from "ical.js";
import type { Attendee, CalendarEvent, Person } from "../../contracts/documents.ts";
import type { UnboundDocument } from "../port.ts";
import { bodyText, type HtmlToText, momentOf, NO_MOMENT, tidy } from "../text.ts";
import { ianaZone, instantIn } from "../time_zones.ts";
import { componentOf, type JComponent, type JProperty } from "./jcal.ts";

const ATTENDEES_MAX = 500;
const RECURRENCE_LINES_MAX = 200;
const DAY_MS = 24 * 60 * 60 * 1_000;

type UnboundEvent = Extract<UnboundDocument, { readonly doc_type: "calendar" }>;

/** What a file says of all its events. */
export interface CalendarFile {
  readonly name: string;
  /** The zone of times that name none, `""` when the file says none. */
  readonly time_zone: string;
}

/** Reads what stands before the first event. */
export function calendarFileOf(preamble: string, file_name: string): CalendarFile {
  const line = (name: string) => new RegExp(`^${name}(?:;[^:\\r\\n]*)?:(.*)$`, "im").exec(preamble)?.[1]?.trim() ?? "";
  const name = tidy(line("X-WR-CALNAME")).replaceAll(/\\([,;\\])/g, "$1");
  return { name: name || file_name, time_zone: ianaZone(line("X-WR-TIMEZONE")) };
}

/** The id of an event before it is parsed: its UID, and which occurrence of a series it replaces. `""` without a UID. */
export function eventIdOf(text: string): string {
  const unfolded = text.replaceAll(/\r?\n[ \t]/g, "");
  const uid = /^UID(?:;[^:\r\n]*)?:(.*)$/im.exec(unfolded)?.[1]?.trim() ?? "";
  const occurrence = /^RECURRENCE-ID(?:;[^:\r\n]*)?:(.*)$/im.exec(unfolded)?.[1]?.trim() ?? "";
  return uid === "" ? "" : occurrence === "" ? uid : `${uid}|${occurrence}`;
}

/** The document of an event; a sentence when it is none. */
export function eventOf(
  text: string,
  provider_id: string,
  file: CalendarFile,
  toText: HtmlToText,
): UnboundEvent | string {
  const parsed: unknown = ICAL.parse(`BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${text.trim()}\r\nEND:VCALENDAR`);
  const event = componentOf(componentOf(parsed).inner[0]);
  const uid = event.text("uid").trim();
  if (uid === "") return "uid_missing: The event has no UID.";
  const times = timesOf(event, file);
  if (times.starts_at === "") return "start_missing: The event has no start that can be read.";
  const replaced = event.all("recurrence-id")[0];
  const recurrence = recurrenceOf(text);
  const organizer = personOf(event.all("organizer")[0]);
  const updated = instantOf(event.all("last-modified")[0], file) || instantOf(event.all("dtstamp")[0], file);
  const created_at = instantOf(event.all("created")[0], file);
  const description = event.text("description");
  const status = event.text("status").toLowerCase();
  const sensitivity = event.text("class").toLowerCase();
  return {
    doc_type: "calendar",
    provider: "import",
    provider_id,
    container: "",
    title: event.text("summary").trim(),
    url: webUrl(event.text("url")),
    last_updated: updated || created_at || NO_MOMENT,
    calendar_name: file.name,
    ical_uid: uid,
    kind: replaced !== undefined ? "exception" : recurrence.length > 0 ? "series" : "single",
    series_id: replaced === undefined ? "" : uid,
    original_starts_at: instantOf(replaced, file),
    status: status === "tentative" || status === "cancelled" ? status : "confirmed",
    ...bodyText(
      (toText) => /<\/?(p|br|div|b|a|ul|li|html)\b[^>]*>/i.test(description) ? toText(description) : description,
      toText,
    ),
    ...times,
    recurrence,
    location: event.text("location").trim(),
    online_url: webUrl(event.text("x-google-conference")) || webUrl(event.text("x-microsoft-skypeteamsmeetingurl")),
    online_provider: "",
    dial_in: [],
    organizer,
    attendees: attendeesOf(event, organizer),
    my_response: "none",
    show_as: event.text("transp").toLowerCase() === "transparent"
      ? "free"
      : status === "tentative"
      ? "tentative"
      : "busy",
    sensitivity: sensitivity === "private" || sensitivity === "confidential" ? sensitivity : "normal",
    importance: importanceOf(Number(event.text("priority") || "0")),
    labels: event.all("categories").flatMap(({ values }) => values.flat()).map((label) => label.trim()).filter(Boolean),
    attachments: [],
    created_at,
  };
}

function timesOf(event: JComponent, file: CalendarFile) {
  const start = event.all("dtstart")[0];
  const all_day = start?.type === "date";
  const starts_at = instantOf(start, file);
  const ends_at = instantOf(event.all("dtend")[0], file) || afterDuration(starts_at, event.text("duration")) ||
    (all_day ? momentOf(Date.parse(starts_at) + DAY_MS) : starts_at);
  return {
    starts_at,
    ends_at,
    all_day,
    start_date: all_day ? starts_at.slice(0, 10) : "",
    end_date: all_day ? ends_at.slice(0, 10) : "",
    time_zone: all_day ? "" : ianaZone(start?.parameter("tzid") ?? "") || file.time_zone,
  };
}

/** A time as an instant: universal, in its zone, in the file's, or midnight UTC of a date; `""` for what is none. */
function instantOf(time: JProperty | undefined, file: CalendarFile): string {
  const value = time?.values[0];
  if (time === undefined || typeof value !== "string") return "";
  if (time.type === "date" || value.endsWith("Z")) return momentOf(value);
  return momentOf(instantIn(value, time.parameter("tzid") || file.time_zone));
}

function afterDuration(starts_at: string, duration: string): string {
  if (starts_at === "" || duration === "") return "";
  const seconds: unknown = ICAL.Duration.fromString(duration).toSeconds();
  return typeof seconds === "number" ? momentOf(Date.parse(starts_at) + seconds * 1_000) : "";
}

/** The lines as they stand: consumers read them. */
function recurrenceOf(text: string): string[] {
  const lines = text.replaceAll(/\r?\n[ \t]/g, "").split(/\r?\n/);
  return lines.filter((line) => /^(RRULE|RDATE|EXDATE)[:;]/i.test(line)).map(tidy).slice(0, RECURRENCE_LINES_MAX);
}

function personOf(property: JProperty | undefined): Person {
  const value = property?.values[0];
  const address = typeof value === "string" ? value.replace(/^mailto:/i, "").trim().toLowerCase() : "";
  return { name: property?.parameter("cn") ?? "", address: address.includes("@") ? address : "" };
}

/** Everybody but the organizer, as with the providers. */
function attendeesOf(event: JComponent, organizer: Person): Attendee[] {
  return event.all("attendee").slice(0, ATTENDEES_MAX).map((attendee) => ({
    ...personOf(attendee),
    response: responseOf(attendee.parameter("partstat").toLowerCase()),
    role: ["resource", "room"].includes(attendee.parameter("cutype").toLowerCase())
      ? "resource" as const
      : attendee.parameter("role").toUpperCase() === "OPT-PARTICIPANT"
      ? "optional" as const
      : "required" as const,
  })).filter(({ name, address }) =>
    (name !== "" || address !== "") && (address === "" || address !== organizer.address)
  );
}

function responseOf(status: string): Attendee["response"] {
  return status === "accepted" || status === "declined" || status === "tentative" ? status : "none";
}

/** 1 to 4 are high, 6 to 9 low, 5 and none in between (RFC 5545, 3.8.1.9). */
function importanceOf(priority: number): CalendarEvent["importance"] {
  return priority >= 1 && priority <= 4 ? "high" : priority >= 6 && priority <= 9 ? "low" : "normal";
}

function webUrl(text: string): string {
  const url = URL.parse(text.trim());
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : "";
}
