/** Meetings as an iCalendar file (RFC 5545). */
import ICAL from "ical.js";
import type { Person } from "../../shared/contracts/documents.ts";
import { attendeesOf, busyness, joiningIn, type Meeting } from "./fold.ts";
import type { JCal, JCalProperty } from "./jcal.ts";
import type { Copy } from "./model.ts";
import { repeatsOf } from "./rule.ts";
import { timeZoneComponent } from "./time_zone_component.ts";
import { isZone, localOf, wallMs } from "./zone.ts";

const DAY_MS = 24 * 60 * 60_000;
/** How many years of clock changes are told beyond the last moment that the file names. */
const YEARS_AHEAD = 10;

const PARTSTATS = { accepted: "ACCEPTED", declined: "DECLINED", tentative: "TENTATIVE", none: "NEEDS-ACTION" } as const;
const ROLES = { required: "REQ-PARTICIPANT", optional: "OPT-PARTICIPANT", resource: "NON-PARTICIPANT" } as const;

/** The file: an event for each single meeting and series, and one for each occurrence that differs. */
export function iCalendarOf(meetings: readonly Meeting[]): string {
  const events = meetings.flatMap(eventsOf);
  const moments = meetings.flatMap(({ copies }) => copies.map(({ starts_at }) => Date.parse(starts_at)))
    .filter((at) => !Number.isNaN(at));
  const zones = new Set(meetings.flatMap(({ copies }) => copies.map(zoneOf)).filter((zone) => zone !== "UTC"));
  const years = {
    from: yearOf(moments.reduce((least, at) => Math.min(least, at), Infinity)) - 1,
    to: yearOf(moments.reduce((most, at) => Math.max(most, at), -Infinity)) + YEARS_AHEAD,
  };
  const calendar: JCal = ["vcalendar", [
    ["version", {}, "text", "2.0"],
    ["prodid", {}, "text", "-//Millrace//Meetings//EN"],
    ["calscale", {}, "text", "GREGORIAN"],
  ], [...[...zones].sort().map((zone) => timeZoneComponent(zone, years)), ...events]];
  return ICAL.stringify(calendar);
}

function yearOf(ms: number): number {
  return new Date(Number.isFinite(ms) ? ms : 0).getUTCFullYear();
}

function eventsOf(meeting: Meeting): JCal[] {
  const { plan, wholes, exceptions } = meeting;
  const whole = plan === null || plan.starts_at === "" ? [] : [eventOf(meeting, plan, wholes, recurrenceOf(plan))];
  const differing = [...exceptions].flatMap(([planned, copies]) => {
    const [said] = copies;
    if (said === undefined || said.starts_at === "") return [];
    // The id of an occurrence is of the same kind, and in the same zone, as the beginning of its series.
    return [eventOf(meeting, said, copies, [timeOf("recurrence-id", planned, plan ?? said)])];
  });
  return [...whole, ...differing];
}

function eventOf(meeting: Meeting, said: Copy, copies: readonly Copy[], more: JCalProperty[]): JCal {
  const { online_url, online_provider, dial_in } = joiningIn([...copies, ...meeting.wholes]);
  const notes = [
    ...(online_url === "" ? [] : [`${online_provider === "" ? "Join" : `Join (${online_provider})`}: ${online_url}`]),
    ...dial_in.map(({ number, code }) => code === "" ? number : `${number}, ${code}`),
  ].join("\n");
  const cancelled = meeting.plan?.status === "cancelled" || said.status === "cancelled";
  const text = (name: string, value: string): JCalProperty[] => value === "" ? [] : [[name, {}, "text", plain(value)]];
  return ["vevent", [
    ["uid", {}, "text", plain(said.ical_uid) || `${meeting.meeting_id}@millrace`],
    ["dtstamp", {}, "date-time", utc(Date.parse(said.last_updated))],
    timeOf("dtstart", Date.parse(said.start_date || said.starts_at), said),
    timeOf("dtend", endOf(said), said),
    ...more,
    ...text("summary", said.title),
    ...text("location", said.location),
    ...text("description", notes),
    ...(online_url === "" ? [] : [["url", {}, "uri", plain(online_url)] satisfies JCalProperty]),
    ["status", {}, "text", (cancelled ? "cancelled" : said.status).toUpperCase()],
    ["transp", {}, "text", busyness(copies) === "free" ? "TRANSPARENT" : "OPAQUE"],
    ["class", {}, "text", { normal: "PUBLIC", private: "PRIVATE", confidential: "CONFIDENTIAL" }[said.sensitivity]],
    ...addressed("organizer", said.organizer, {}),
    ...attendeesOf(copies).flatMap((attendee) =>
      addressed("attendee", attendee, {
        partstat: PARTSTATS[attendee.response],
        role: ROLES[attendee.role],
        cutype: attendee.role === "resource" ? "RESOURCE" : "INDIVIDUAL",
      })
    ),
  ], []];
}

/** A person with an address; others can't be named in a calendar's file. */
function addressed(name: string, { name: cn, address }: Person, params: Record<string, string>): JCalProperty[] {
  if (!/^[^\s@<>"]+@[^\s@<>"]+$/.test(address)) return [];
  const named = plain(cn).replace(/\n/g, " ").replaceAll('"', "'");
  return [[name, { ...(named === "" ? {} : { cn: named }), ...params }, "cal-address", `mailto:${address}`]];
}

/** The rules that are followed, and the dates that are added and taken out. A series that is refused stands alone. */
function recurrenceOf(plan: Copy): JCalProperty[] {
  if (plan.kind !== "series") return [];
  const zone = zoneOf(plan);
  const repeats = repeatsOf(plan.recurrence, zone);
  const instants = (name: string, local: Iterable<number>) =>
    [...local].map((at) => timeOf(name, wallMs(at, zone), plan));
  const first = localOf(Date.parse(plan.start_date || plan.starts_at), zone);
  const time_of_day = first - Math.floor(first / DAY_MS) * DAY_MS;
  return [
    ...repeats.rules.flatMap((rule) => ruleOf(rule, plan)),
    ...instants("rdate", repeats.added),
    ...instants("exdate", repeats.excluded),
    ...instants("exdate", [...repeats.excluded_days].map((day) => day + time_of_day)),
  ];
}

/** `UNTIL` is a day where times are days, and else an instant (RFC 5545 3.3.10). */
function ruleOf(rule: string, plan: Copy): JCalProperty[] {
  const text = rule.replace(/UNTIL=(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z/, (_, y, mo, d, h, mi, s) => {
    if (plan.all_day) return `UNTIL=${y}${mo}${d}`;
    const at = wallMs(Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`), zoneOf(plan));
    return `UNTIL=${utc(at).replace(/[-:]/g, "")}`;
  });
  return [["rrule", {}, "recur", ICAL.Recur.fromString(text).toJSON()]];
}

/** Exclusive, as in the documents. */
function endOf({ all_day, start_date, end_date, ends_at }: Copy): number {
  if (!all_day) return Date.parse(ends_at);
  const first = Date.parse(start_date || ends_at);
  return Math.max(Date.parse(end_date || start_date), first + DAY_MS);
}

/** A day, a local time of the event's zone, or an instant. */
function timeOf(name: string, at: number, { all_day, time_zone }: Pick<Copy, "all_day" | "time_zone">): JCalProperty {
  if (all_day) return [name, {}, "date", new Date(at).toISOString().slice(0, 10)];
  if (time_zone === "" || time_zone === "UTC" || !isZone(time_zone)) return [name, {}, "date-time", utc(at)];
  return [name, { tzid: time_zone }, "date-time", new Date(localOf(at, time_zone)).toISOString().slice(0, 19)];
}

/** The zone whose clock the file shows the event by. */
function zoneOf({ all_day, time_zone }: Pick<Copy, "all_day" | "time_zone">): string {
  return all_day || time_zone === "" || !isZone(time_zone) ? "UTC" : time_zone;
}

function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Without control characters, which a calendar's file can't hold (RFC 5545 3.1); lines stay. */
function plain(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/\r\n?/g, "\n").replace(/[\x00-\x09\x0b-\x1f\x7f]/g, " ").trim();
}
