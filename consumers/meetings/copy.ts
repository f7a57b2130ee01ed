/** What is kept of a calendar's event. */
import type { CalendarEvent } from "../../shared/contracts/documents.ts";
import { joiningOf } from "./conference.ts";
import { meetingIdOf, sharedUid } from "./identity.ts";
import type { Copy } from "./model.ts";
import { dayAt } from "./zone.ts";

/** A record holds at most so much: what is beyond is in the document. */
const ATTENDEES_MAX = 300;
/** Some four thousand dates. */
const RECURRENCE_CHARACTERS_MAX = 65_536;
const FILES_MAX = 20;
const TEXT_CHARACTERS_MAX = 1_000;

/** Files of Google that a text points to, by their ids. */
const FILE_LINK = /https:\/\/(?:docs|drive)\.google\.com\/(?:\w+\/)*d\/([A-Za-z0-9_-]{20,})/g;

/** What the event gives to its meeting. */
export async function copyOf(event: CalendarEvent): Promise<Copy> {
  return {
    doc_id: event.doc_id,
    meeting_id: await meetingIdOf(event),
    provider: event.provider,
    connection_id: event.connection_id,
    calendar: event.container,
    calendar_name: event.calendar_name,
    ical_uid: sharedUid(event.ical_uid),
    kind: event.kind === "occurrence" ? "exception" : event.kind,
    planned_at: plannedAt(event),
    title: event.title.slice(0, TEXT_CHARACTERS_MAX),
    url: event.url,
    last_updated: event.last_updated,
    status: event.status,
    starts_at: event.starts_at,
    ends_at: endOf(event),
    all_day: event.all_day,
    start_date: event.start_date,
    end_date: event.end_date,
    time_zone: event.time_zone,
    recurrence: linesWithin(event.recurrence, RECURRENCE_CHARACTERS_MAX),
    location: event.location.slice(0, TEXT_CHARACTERS_MAX),
    organizer: event.organizer,
    attendees: event.attendees.slice(0, ATTENDEES_MAX),
    my_response: event.my_response,
    show_as: event.show_as,
    sensitivity: event.sensitivity,
    ...joiningOf(event),
    files: filesOf(event),
  };
}

/**
 * What names an occurrence in every calendar: the instant that was planned; of whole days midnight UTC, which a calendar
 * may tell as midnight where it is. Where it does not tell what was planned, it is where the occurrence is.
 */
function plannedAt({ kind, original_starts_at, starts_at, all_day, time_zone }: CalendarEvent): string {
  if (kind !== "exception" && kind !== "occurrence") return "";
  const planned = original_starts_at || starts_at;
  if (!all_day || planned === "" || planned.endsWith("T00:00:00.000Z")) return planned;
  return `${dayAt(Date.parse(planned), time_zone)}T00:00:00.000Z`;
}

/** An end that is missing or before the start is the start. */
function endOf({ starts_at, ends_at }: CalendarEvent): string {
  return ends_at > starts_at ? ends_at : starts_at;
}

function linesWithin(lines: readonly string[], characters: number): string[] {
  let left = characters;
  return lines.filter((line) => (left -= line.length) >= 0);
}

function filesOf({ attachments, body }: CalendarEvent): Copy["files"] {
  const files = new Map(attachments.map(({ id, name }) => [id, { provider_id: id, name: name.slice(0, 200) }]));
  for (const [, id = ""] of body.matchAll(FILE_LINK)) if (!files.has(id)) files.set(id, { provider_id: id, name: "" });
  return [...files.values()].slice(0, FILES_MAX);
}
