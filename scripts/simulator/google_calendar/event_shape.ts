import type { CalendarStore, EventContent, Invited, StoredEvent } from "../calendar/store.ts";
import { instantOf, type Recurrence } from "../calendar/recurrence.ts";
import type { Address } from "../content/mail.ts";
import { hash } from "../chance.ts";
import type { GoogleUser } from "../gmail/context.ts";

const ANSWERS = { accepted: "accepted", declined: "declined", tentative: "tentative", none: "needsAction" } as const;

/** An event as the Calendar API shows it (PROTOCOLS C2, G-19, G-20); a deleted one has little more than its id. */
export function eventShape(me: GoogleUser, event: StoredEvent): Record<string, unknown> {
  const { content } = event;
  const store = me.desk.calendar;
  const id = me.ids.event(event.number);
  const master = content.series === null ? undefined : store.at(content.series.number);
  return {
    kind: "calendar#event",
    etag: etag(event.modifiedAt, event.version),
    id,
    // An event that is called off is deleted here: nothing shows it any more as another provider may.
    status: content.showAs === "tentative" ? "tentative" : "confirmed",
    htmlLink: `https://www.google.com/calendar/event?eid=${btoa(`${id} ${me.address}`).replace(/=+$/, "")}`,
    created: `${new Date(event.createdAt).toISOString().slice(0, 19)}.000Z`,
    updated: new Date(event.modifiedAt).toISOString(),
    summary: content.title,
    ...(content.text === "" ? {} : { description: content.text }),
    ...(content.location === "" ? {} : { location: content.location }),
    creator: person(me, content.organizer),
    organizer: person(me, content.organizer),
    start: time(content, content.start),
    end: time(content, content.end),
    ...(content.recurrence === null ? {} : { recurrence: [rrule(content.recurrence, content)] }),
    ...(master === undefined || content.series === null ? {} : {
      recurringEventId: me.ids.event(master.number),
      originalStartTime: time(master.content, content.series.planned),
    }),
    ...(content.showAs === "free" ? { transparency: "transparent" } : {}),
    ...(content.sensitivity === "normal" ? {} : { visibility: content.sensitivity }),
    iCalUID: `${me.ids.event(master?.number ?? event.number)}@google.com`,
    sequence: event.edits,
    ...(content.invited.length === 0 ? {} : { attendees: attendees(me, content) }),
    ...(content.joinUrl === null ? {} : conference(content.joinUrl)),
    reminders: { useDefault: true },
    eventType: "default",
  };
}

/** An event that is gone from this calendar. */
export function goneShape(me: GoogleUser, event: StoredEvent): Record<string, unknown> {
  const { series } = event.content;
  if (series !== null) return cancelledOccurrence(me, event, series.number, series.planned);
  const id = me.ids.event(event.number);
  return { kind: "calendar#event", etag: etag(event.modifiedAt, event.version), id, status: "cancelled" };
}

/** An occurrence that was taken out of its series. */
export function cancelledOccurrence(
  me: GoogleUser,
  { modifiedAt, version }: StoredEvent,
  series: number,
  planned: string,
): Record<string, unknown> {
  const master = me.desk.calendar.at(series);
  return {
    kind: "calendar#event",
    etag: etag(modifiedAt, version),
    id: me.ids.occurrence(series, planned),
    status: "cancelled",
    recurringEventId: me.ids.event(series),
    ...(master === undefined ? {} : { originalStartTime: time(master.content, planned) }),
  };
}

/** One occurrence of a series that no exception replaces. */
export function occurrenceShape(
  me: GoogleUser,
  series: StoredEvent,
  planned: string,
  end: string,
): Record<string, unknown> {
  const { recurrence: _, ...rest } = eventShape(me, series);
  return {
    ...rest,
    id: me.ids.occurrence(series.number, planned),
    start: time(series.content, planned),
    end: time(series.content, end),
    recurringEventId: me.ids.event(series.number),
    originalStartTime: time(series.content, planned),
  };
}

export function etag(at: number, version: number): string {
  return `"${at * 2}${String(version % 1_000).padStart(3, "0")}"`;
}

/** The local end of an occurrence of this series that was planned for this start. */
export function endOf(store: CalendarStore, series: StoredEvent, planned: string): string | undefined {
  const { zone } = series.content;
  const at = instantOf(planned, zone);
  const found = store.occurrences(series, at - 1, at + 1).find((one) => one.planned === planned);
  return found?.end;
}

function time({ allDay, zone }: EventContent, local: string): Record<string, string> {
  if (allDay) return { date: local.slice(0, 10) };
  const at = Temporal.PlainDateTime.from(local).toZonedDateTime(zone);
  return { dateTime: `${local}${at.offset}`, timeZone: zone };
}

function person(me: GoogleUser, { name, address }: Address): Record<string, unknown> {
  const self = address === me.address;
  return { email: address, ...(self ? { self: true } : { displayName: name }) };
}

/** The organizer stands among the guests, with an answer of their own. */
function attendees(me: GoogleUser, content: EventContent): Record<string, unknown>[] {
  const listed = content.invited.some((one) => one.address === content.organizer.address);
  const host: Invited = { ...content.organizer, answer: "accepted", role: "required" };
  return [...(listed ? [] : [host]), ...content.invited].map((one) => ({
    ...person(me, one),
    ...(one.address === content.organizer.address ? { organizer: true } : {}),
    responseStatus: ANSWERS[one.answer],
    ...(one.role === "optional" ? { optional: true } : {}),
    ...(one.role === "resource" ? { resource: true } : {}),
  }));
}

function conference(uri: string): Record<string, unknown> {
  const id = uri.split("/").at(-1) ?? "";
  const pin = String(hash("pin", id) % 1_000_000).padStart(6, "0");
  return {
    hangoutLink: uri,
    conferenceData: {
      conferenceId: id,
      conferenceSolution: {
        iconUri: "https://fonts.example/meet.png",
        key: { type: "hangoutsMeet" },
        name: "Google Meet",
      },
      entryPoints: [
        { entryPointType: "video", label: uri.replace("https://", ""), uri },
        { entryPointType: "phone", label: "+44 20 3956 0000", uri: "tel:+44-20-3956-0000", pin, regionCode: "GB" },
      ],
    },
  };
}

function rrule({ frequency, interval, days, count, until }: Recurrence, { zone, allDay }: EventContent): string {
  const parts = [`FREQ=${frequency.toUpperCase()}`];
  if (interval > 1) parts.push(`INTERVAL=${interval}`);
  if (days.length > 0) parts.push(`BYDAY=${days.join(",")}`);
  if (count !== undefined) parts.push(`COUNT=${count}`);
  if (until !== undefined) parts.push(`UNTIL=${allDay ? until.replaceAll("-", "") : lastMoment(until, zone)}`);
  return `RRULE:${parts.join(";")}`;
}

function lastMoment(day: string, zone: string): string {
  return `${new Date(instantOf(`${day}T23:59:59`, zone)).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}
