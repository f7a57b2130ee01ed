/** A time zone as a calendar's file has to carry it (RFC 5545 3.6.5), from what the platform knows of it. */
import type { JCal } from "./jcal.ts";

/** A change of the clocks. */
interface Change {
  /** The local time before it. */
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly summer: boolean;
}

/** The zone with each change of its clocks in those years, both included; the last one goes on. */
export function timeZoneComponent(zone: string, years: { readonly from: number; readonly to: number }): JCal {
  const begin = Temporal.PlainDate.from({ year: years.from, month: 1, day: 1 }).toZonedDateTime(zone);
  const standard = standardOffset(begin);
  const first: Change = {
    at: "1970-01-01T00:00:00",
    from: begin.offset,
    to: begin.offset,
    summer: begin.offsetNanoseconds > standard,
  };
  const changes = [first];
  for (let next = begin.getTimeZoneTransition("next"); next !== null && next.year <= years.to;) {
    const before = next.subtract({ nanoseconds: 1 });
    changes.push({
      at: next.toInstant().toZonedDateTimeISO(before.offset).toPlainDateTime().toString({ smallestUnit: "second" }),
      from: before.offset,
      to: next.offset,
      summer: next.offsetNanoseconds > standard,
    });
    next = next.getTimeZoneTransition("next");
  }
  const groups = Map.groupBy(changes, ({ from, to, summer }) => `${summer}|${from}|${to}`);
  return ["vtimezone", [["tzid", {}, "text", zone]], [...groups.values()].map(observance)];
}

function observance([first, ...more]: readonly Change[]): JCal {
  if (first === undefined) throw new TypeError("Cannot make a component of no changes");
  const { at, from, to, summer } = first;
  return [summer ? "daylight" : "standard", [
    ["tzoffsetfrom", {}, "utc-offset", from],
    ["tzoffsetto", {}, "utc-offset", to],
    ["dtstart", {}, "date-time", at],
    ...more.map(({ at }): JCal[1][number] => ["rdate", {}, "date-time", at]),
  ], []];
}

/** The least offset of a year: daylight saving adds to it. */
function standardOffset(begin: Temporal.ZonedDateTime): number {
  return Math.min(begin.offsetNanoseconds, begin.add({ months: 6 }).offsetNanoseconds);
}
