import type { Answer, StoredEvent } from "../calendar/store.ts";
import { instantOf, localOf, type Recurrence, WEEKDAYS } from "../calendar/recurrence.ts";
import { hash } from "../chance.ts";
import { asHtml, escapeHtml, preview } from "../content/mail.ts";
import type { MicrosoftUser } from "./context.ts";
import { time } from "./message_shape.ts";
import { windowsZone } from "./windows_zones.ts";

/** How an event is to be shown. */
export interface EventView {
  readonly immutableIds: boolean;
  readonly textBody: boolean;
  /** IANA name of the zone of start and end, and the name by which it was asked for. */
  readonly zone: { readonly iana: string; readonly asked: string };
  /** Texts that are not set come as null. */
  readonly unsetAsNull: boolean;
}

const NEVER = "0001-01-01T00:00:00Z";
const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const RESPONSES: Readonly<Record<Answer | "organizer", string>> = {
  accepted: "accepted",
  declined: "declined",
  tentative: "tentativelyAccepted",
  none: "notResponded",
  organizer: "organizer",
};
const SHOW_AS = { free: "free", tentative: "tentative", busy: "busy", away: "oof", elsewhere: "workingElsewhere" };

/** The id of an event: an exception has that of the occurrence it replaces. */
export function eventId(me: MicrosoftUser, event: StoredEvent, immutable: boolean): string {
  const { series } = event.content;
  return series === null
    ? me.ids.item("calendar", event.number, immutable)
    : me.ids.occurrence(series.number, series.planned, immutable);
}

/** An event whole: single, series, or exception; `occurrence` for one that is computed from the series. */
export function eventShape(
  me: MicrosoftUser,
  event: StoredEvent,
  view: EventView,
  occurrence?: { readonly planned: string; readonly end: string },
): Record<string, unknown> {
  const { content } = event;
  const { calendar } = me.desk;
  const kind = calendar.kind(event);
  const type = occurrence !== undefined
    ? "occurrence"
    : { single: "singleInstance", series: "seriesMaster", exception: "exception" }[kind];
  const series = occurrence !== undefined ? event.number : content.series?.number;
  const planned = occurrence?.planned ?? content.series?.planned;
  const key = changeKey(me, event);
  const unset = view.unsetAsNull ? null : "";
  const own = content.myAnswer === "organizer";
  const html = content.joinUrl === null
    ? asHtml(content.text)
    : asHtml(content.text).replace("</body>", `<a href="${escapeHtml(content.joinUrl)}">Join the meeting</a></body>`);
  const place = content.location === ""
    ? { displayName: "", locationType: "default", uniqueIdType: "unknown", address: {}, coordinates: {} }
    : {
      displayName: content.location,
      locationType: "default",
      uniqueId: content.location,
      uniqueIdType: "private",
    };
  const id = planned === undefined
    ? eventId(me, event, view.immutableIds)
    : me.ids.occurrence(series ?? 0, planned, view.immutableIds);
  return {
    "@odata.etag": `W/"${key}"`,
    id,
    createdDateTime: exactTime(event.createdAt),
    lastModifiedDateTime: exactTime(event.modifiedAt),
    changeKey: key,
    categories: content.labels,
    transactionId: null,
    originalStartTimeZone: windowsZone(content.zone),
    originalEndTimeZone: windowsZone(content.zone),
    iCalUId: iCalUId(me, series ?? event.number),
    uid: iCalUId(me, series ?? event.number),
    reminderMinutesBeforeStart: 15,
    isReminderOn: true,
    hasAttachments: false,
    subject: content.title === "" ? unset : content.title,
    bodyPreview: preview(content.text, 255),
    importance: content.importance,
    sensitivity: content.sensitivity,
    isAllDay: content.allDay,
    isCancelled: content.cancelled,
    isOrganizer: own,
    responseRequested: true,
    seriesMasterId: series === undefined ? null : me.ids.item("calendar", series, view.immutableIds),
    showAs: SHOW_AS[content.showAs],
    type,
    webLink: `https://outlook.example/calendar/item/${hash("event link", me.user, event.number).toString(36)}`,
    onlineMeetingUrl: null,
    isOnlineMeeting: content.joinUrl !== null,
    onlineMeetingProvider: content.joinUrl === null ? "unknown" : "teamsForBusiness",
    allowNewTimeProposals: true,
    occurrenceId: planned === undefined ? null : occurrenceId(me, series ?? 0, planned, view),
    isDraft: false,
    hideAttendees: false,
    responseStatus: { response: RESPONSES[content.myAnswer], time: own ? NEVER : time(event.createdAt) },
    body: view.textBody
      ? { contentType: "text", content: content.text.replaceAll("\n", "\r\n") }
      : { contentType: "html", content: html },
    start: shownTime(occurrence?.planned ?? content.start, event, view),
    end: shownTime(occurrence?.end ?? content.end, event, view),
    location: place,
    locations: content.location === "" ? [] : [place],
    recurrence: content.recurrence === null || occurrence !== undefined ? null : recurrenceShape(event),
    attendees: attendees(event),
    organizer: { emailAddress: { name: content.organizer.name, address: content.organizer.address } },
    onlineMeeting: content.joinUrl === null ? null : {
      joinUrl: content.joinUrl,
      conferenceId: String(100_000_000 + hash("conference", me.user, event.number) % 900_000_000),
      tollNumber: "+44 20 7946 0000",
    },
  };
}

/** An occurrence as calendarView's delta shows it: only what differs from the series. */
export function occurrenceStub(
  me: MicrosoftUser,
  series: StoredEvent,
  occurrence: { readonly planned: string; readonly end: string },
  view: EventView,
): Record<string, unknown> {
  const { "@odata.etag": etag, id, seriesMasterId, type, start, end, occurrenceId } = eventShape(
    me,
    series,
    view,
    occurrence,
  );
  return { "@odata.etag": etag, seriesMasterId, type, start, end, occurrenceId, id };
}

/** `OID.<series>.<day>`, the day in the zone of the series (PROTOCOLS G-6). */
export function occurrenceId(me: MicrosoftUser, series: number, planned: string, view: EventView): string {
  return `OID.${me.ids.item("calendar", series, view.immutableIds)}.${planned.slice(0, 10)}`;
}

/** The key that changes with every change of an event. */
export function changeKey(me: MicrosoftUser, item: { number: number; version: number }): string {
  const digest = hash("desk change key", me.user, item.number, item.version).toString(16).toUpperCase();
  return `sBrd${digest.padStart(8, "0")}XkiJIQAA${item.version.toString(36)}==`;
}

/** A time as Outlook writes it, with seven places. */
export function exactTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}0000Z`;
}

function iCalUId(me: MicrosoftUser, number: number): string {
  return `040000008200E00074C5B7101A82E008${
    hash("ical", me.user, number).toString(16).toUpperCase().padStart(16, "0")
  }`;
}

/** A day that lasts whole stays the same date in every zone. */
function shownTime(local: string, { content }: StoredEvent, { zone }: EventView): unknown {
  const shown = content.allDay ? local : localOf(instantOf(local, content.zone), zone.iana);
  return { dateTime: `${shown}.0000000`, timeZone: zone.asked };
}

function attendees({ content }: StoredEvent): unknown[] {
  const invited = content.invited.map((one) => ({
    type: one.role,
    status: { response: one.answer === "none" ? "none" : RESPONSES[one.answer], time: NEVER },
    emailAddress: { name: one.name, address: one.address },
  }));
  // The copy of somebody who is invited lists the organizer among the attendees, without an answer (PROTOCOLS G-8).
  const organizer = content.myAnswer === "organizer" ? [] : [{
    type: "required",
    status: { response: "none", time: NEVER },
    emailAddress: { name: content.organizer.name, address: content.organizer.address },
  }];
  return [...organizer, ...invited];
}

function recurrenceShape({ content }: StoredEvent): unknown {
  const recurrence = content.recurrence;
  if (recurrence === null) return null;
  const startDate = content.start.slice(0, 10);
  const { until, count } = recurrence;
  return {
    pattern: pattern(recurrence, startDate),
    range: {
      type: until !== undefined ? "endDate" : count !== undefined ? "numbered" : "noEnd",
      startDate,
      endDate: until ?? "0001-01-01",
      recurrenceTimeZone: windowsZone(content.zone),
      numberOfOccurrences: count ?? 0,
    },
  };
}

function pattern({ frequency, interval, days }: Recurrence, startDate: string): unknown {
  const monthly = frequency === "monthly";
  return {
    type: monthly ? "absoluteMonthly" : frequency,
    interval,
    month: 0,
    dayOfMonth: monthly ? Number(startDate.slice(8)) : 0,
    ...(frequency === "weekly" ? { daysOfWeek: days.map((day) => DAYS[WEEKDAYS.indexOf(day)] ?? "monday") } : {}),
    firstDayOfWeek: frequency === "weekly" ? "monday" : "sunday",
    index: "first",
  };
}
