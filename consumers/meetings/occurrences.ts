/** When a meeting takes place: single events, series with what became of their occurrences, and whole days. Pure. */
import type { Copy, Span } from "./model.ts";
import type { Meeting } from "./fold.ts";
import { type Planned, plannedIn } from "./series.ts";
import { startOfDay } from "./zone.ts";

/** One time at which a meeting takes place. */
export interface Occurrence extends Span {
  readonly meeting: Meeting;
  /** The instant that names it within its series; null for what comes but once. */
  readonly planned: number | null;
  readonly all_day: boolean;
  /** Of whole days: the first, and the day after the last; `""` otherwise. */
  readonly start_date: string;
  readonly end_date: string;
  /** What is said of it, in each calendar that has it; what says most first. */
  readonly copies: readonly [Copy, ...Copy[]];
  readonly status: Copy["status"];
  /** True when the series had planned it for another time. */
  readonly moved: boolean;
}

/** The occurrences of a meeting in a span, ascending, and why there may be more. */
export interface Occurrences {
  readonly items: readonly Occurrence[];
  readonly cut: Planned["cut"];
}

const DAY_MS = 24 * 60 * 60_000;

/**
 * When a meeting takes place in a span.
 * @param zone in which whole days begin and end
 */
export function occurrencesOf(meeting: Meeting, span: Span, zone: string): Occurrences {
  const { plan, exceptions, wholes } = meeting;
  const items: Occurrence[] = [];
  let cut: Planned["cut"] = "";
  const [first, ...others] = wholes;
  if (first !== undefined && first.kind === "single") {
    items.push(occurrence(meeting, null, [first, ...others], 0, zone));
  }
  if (first !== undefined && first.kind === "series") {
    const length = Date.parse(first.ends_at) - Date.parse(first.starts_at);
    const planned = plannedIn(first, { from: span.from - length - DAY_MS, to: span.to + DAY_MS });
    cut = planned.cut;
    for (const at of planned.starts) {
      if (exceptions.has(at)) continue;
      items.push(occurrence(meeting, at, [first, ...others], at - Date.parse(first.starts_at), zone));
    }
  }
  for (const [planned, [said, ...more]] of exceptions) {
    if (said !== undefined) items.push(occurrence(meeting, planned, [said, ...more], 0, zone));
  }
  const cancelled = plan?.status === "cancelled";
  return {
    items: items.filter((item) => !Number.isNaN(item.from) && overlaps(item, span))
      .map((item) => cancelled ? { ...item, status: "cancelled" as const } : item)
      .sort((a, b) => a.from - b.from || (a.planned ?? 0) - (b.planned ?? 0)),
    cut,
  };
}

/** What takes no time is where it begins. */
export function overlaps(a: Span, b: Span): boolean {
  return a.from < b.to && (a.to > b.from || (a.from === a.to && a.from >= b.from));
}

/** @param shift_ms how much later than what is said of it, milliseconds; of whole days, days */
function occurrence(
  meeting: Meeting,
  planned: number | null,
  copies: readonly [Copy, ...Copy[]],
  shift_ms: number,
  zone: string,
): Occurrence {
  const [{ all_day, starts_at, ends_at, start_date, end_date, status }] = copies;
  const begins = Date.parse(starts_at) + shift_ms;
  // RFC 5545 3.8.5.3: all of a series last exactly as long as its first.
  const ends = Date.parse(ends_at) + shift_ms;
  const common = { meeting, planned, all_day, copies, status };
  if (!all_day) {
    const moved = planned !== null && planned !== begins;
    return { ...common, from: begins, to: ends, start_date: "", end_date: "", moved };
  }
  const first = dayAfter(start_date || starts_at, shift_ms);
  const last = dayAfter(end_date || ends_at, shift_ms);
  return {
    ...common,
    from: first === "" ? NaN : startOfDay(first, zone),
    to: last === "" ? NaN : startOfDay(last > first ? last : dayAfter(first, DAY_MS), zone),
    start_date: first,
    end_date: last > first ? last : dayAfter(first, DAY_MS),
    moved: planned !== null && planned !== Date.parse(first),
  };
}

function dayAfter(date: string, shift_ms: number): string {
  const at = Date.parse(date);
  return Number.isNaN(at) ? "" : new Date(at + shift_ms).toISOString().slice(0, 10);
}
