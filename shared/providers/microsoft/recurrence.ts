/** Graph's patterned recurrence as an RRULE (RFC 5545). */
import { z } from "zod";
import { instantIn } from "../time_zones.ts";
import { Text } from "./fields.ts";

const Count = z.number().nullish().transform((count) => Math.max(0, Math.trunc(count ?? 0)));

/** A recurrence; of its zero members those count that its type uses. */
export const Recurrence = z.object({
  pattern: z.object({
    type: Text,
    interval: Count,
    month: Count,
    dayOfMonth: Count,
    daysOfWeek: z.array(Text).nullish(),
    firstDayOfWeek: Text,
    index: Text,
  }).nullish(),
  range: z.object({
    type: Text,
    endDate: Text,
    recurrenceTimeZone: Text,
    numberOfOccurrences: Count,
  }).nullish(),
}).nullish();
export type Recurrence = z.infer<typeof Recurrence>;
type Pattern = NonNullable<NonNullable<Recurrence>["pattern"]>;

const DAYS: ReadonlyMap<string, string> = new Map([
  ["sunday", "SU"],
  ["monday", "MO"],
  ["tuesday", "TU"],
  ["wednesday", "WE"],
  ["thursday", "TH"],
  ["friday", "FR"],
  ["saturday", "SA"],
]);
const POSITIONS: ReadonlyMap<string, number> = new Map([["first", 1], ["second", 2], ["third", 3], ["fourth", 4], [
  "last",
  -1,
]]);

/**
 * The RRULE line, none for a recurrence that says nothing.
 * @param days_only of something that has days and no times: then `UNTIL` is a day as well
 */
export function recurrenceRule(recurrence: Recurrence, days_only: boolean): string[] {
  const { pattern, range } = recurrence ?? {};
  if (pattern === null || pattern === undefined) return [];
  const parts = partsOf(pattern);
  if (parts === null) return [];
  if (pattern.interval > 1) parts.splice(1, 0, `INTERVAL=${pattern.interval}`);
  if (range?.type === "numbered" && range.numberOfOccurrences > 0) parts.push(`COUNT=${range.numberOfOccurrences}`);
  if (range?.type === "endDate") {
    const until = untilOf(range.endDate, range.recurrenceTimeZone, days_only);
    if (until !== "") parts.push(`UNTIL=${until}`);
  }
  return [`RRULE:${parts.join(";")}`];
}

function partsOf(pattern: Pattern): string[] | null {
  const days = (pattern.daysOfWeek ?? []).flatMap((day) => DAYS.get(day.toLowerCase()) ?? []);
  const by_day = days.length === 0 ? [] : [`BYDAY=${days.join(",")}`];
  const position = POSITIONS.get(pattern.index.toLowerCase()) ?? 1;
  const placed = by_day.length === 0 ? [] : [...by_day, `BYSETPOS=${position}`];
  const in_month = pattern.dayOfMonth === 0 ? [] : [`BYMONTHDAY=${pattern.dayOfMonth}`];
  const month = pattern.month === 0 ? [] : [`BYMONTH=${pattern.month}`];
  switch (pattern.type) {
    case "daily":
      return ["FREQ=DAILY"];
    case "weekly":
      return ["FREQ=WEEKLY", ...by_day, ...weekStart(pattern)];
    case "absoluteMonthly":
      return ["FREQ=MONTHLY", ...in_month];
    case "relativeMonthly":
      return ["FREQ=MONTHLY", ...placed];
    case "absoluteYearly":
      return ["FREQ=YEARLY", ...month, ...in_month];
    case "relativeYearly":
      return ["FREQ=YEARLY", ...month, ...placed];
    default:
      return null;
  }
}

/** When a week begins matters only where weeks are left out. */
function weekStart({ interval, firstDayOfWeek }: Pattern): string[] {
  const day = DAYS.get(firstDayOfWeek.toLowerCase());
  return interval > 1 && day !== undefined ? [`WKST=${day}`] : [];
}

/** The end of the last day in the series' own zone: where times are, RFC 5545 wants `UNTIL` in universal time. */
function untilOf(date: string, zone: string, days_only: boolean): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return "";
  return days_only ? compact(date) : compact(instantIn(`${date}T23:59:59`, zone));
}

/** A day or an instant in the form of RFC 5545. */
export function compact(moment: string): string {
  return moment.replaceAll(/[-:]|\.\d+/g, "");
}
