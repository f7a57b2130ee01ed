/** A meeting from all its copies: the same whatever order they came in. Pure. */
import type { Attendee } from "../../shared/contracts/documents.ts";
import type { Copy, Joining, Rsvp } from "./model.ts";
import { isTakenOut } from "./series.ts";

/** A meeting: what all its calendars say of it together. */
export interface Meeting {
  readonly meeting_id: string;
  /** What says most: the organizer's copy, or the newest, of the series rather than of an occurrence. */
  readonly lead: Copy;
  /** The single event or series that says when; null when only occurrences are known. */
  readonly plan: Copy | null;
  /** All copies that are no occurrences, the one that says most first. */
  readonly wholes: readonly Copy[];
  /** What became of occurrences, by the instant that was planned; each list with the copy that says most first. */
  readonly exceptions: ReadonlyMap<number, readonly Copy[]>;
  readonly copies: readonly Copy[];
}

/** Null when no copy is left. */
export function foldMeeting(copies: readonly Copy[]): Meeting | null {
  const ordered = copies.toSorted(compare);
  const wholes = ordered.filter(({ kind }) => kind !== "exception");
  const plan = wholes[0] ?? null;
  const lead = plan ?? ordered[0];
  if (lead === undefined) return null;
  const exceptions = new Map<number, Copy[]>();
  for (const copy of ordered) {
    if (copy.kind !== "exception" || !belongs(copy, plan)) continue;
    const planned = Date.parse(copy.planned_at);
    exceptions.set(planned, [...exceptions.get(planned) ?? [], copy]);
  }
  return { meeting_id: lead.meeting_id, lead, plan, wholes, exceptions, copies: ordered };
}

/** The organizer's copy says most, then the newest; of two alike that with the lower id. */
function compare(a: Copy, b: Copy): number {
  return Number(b.my_response === "organizer") - Number(a.my_response === "organizer") ||
    order(b.last_updated, a.last_updated) || order(a.doc_id, b.doc_id);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether an exception is of that plan. What the plan's own calendar takes out, no other calendar's exception puts back. */
function belongs(copy: Copy, plan: Copy | null): boolean {
  if (copy.planned_at === "") return false;
  if (plan === null) return true;
  if (plan.kind !== "series") return false;
  const own = copy.connection_id === plan.connection_id && copy.calendar === plan.calendar;
  return own || !isTakenOut(plan, Date.parse(copy.planned_at));
}

/** Everybody who is invited, once, with the answer that any copy has of them. */
export function attendeesOf(copies: readonly Copy[]): Attendee[] {
  const people = new Map<string, Attendee>();
  for (const attendee of copies.flatMap(({ attendees }) => attendees)) {
    const key = attendee.address || attendee.name;
    const known = people.get(key);
    if (known === undefined) people.set(key, attendee);
    else if (known.response === "none") people.set(key, { ...known, response: attendee.response });
  }
  return [...people.values()];
}

/** How many gave which answer. */
export function rsvpOf(attendees: readonly Attendee[]): Rsvp {
  const counts = { accepted: 0, declined: 0, tentative: 0, none: 0 };
  for (const { role, response } of attendees) if (role !== "resource") counts[response]++;
  return counts;
}

/** The best that the person answered in any of their calendars. */
export function myResponse(copies: readonly Copy[]): Copy["my_response"] {
  const answers = ["organizer", "accepted", "tentative", "none", "declined"] as const;
  return answers.find((answer) => copies.some(({ my_response }) => my_response === answer)) ?? "none";
}

/** How much of the person's time it takes: the most that any of their calendars says. */
export function busyness(copies: readonly Copy[]): "busy" | "tentative" | "free" {
  const said = copies.map(({ status, my_response, show_as }) => {
    if (status === "cancelled" || my_response === "declined" || show_as === "free") return "free";
    return status === "tentative" || my_response === "tentative" || show_as === "tentative" ? "tentative" : "busy";
  });
  return said.includes("busy") ? "busy" : said.includes("tentative") ? "tentative" : "free";
}

/** How it is joined, by the first copy that says so. */
export function joiningIn(copies: readonly Copy[]): Joining {
  const linked = copies.find(({ online_url }) => online_url !== "");
  const dialled = copies.find(({ dial_in }) => dial_in.length > 0);
  return {
    online_url: linked?.online_url ?? "",
    online_provider: linked?.online_provider ?? "",
    dial_in: dialled?.dial_in ?? [],
  };
}
