export const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
export type Weekday = typeof WEEKDAYS[number];

/** How a series repeats. Monthly: on the day of the month on which it starts. */
export interface Recurrence {
  readonly frequency: "daily" | "weekly" | "monthly";
  readonly interval: number;
  /** Of a weekly series, sorted; the weekday of its start is one of them. */
  readonly days: readonly Weekday[];
  /** How many occurrences there are, or undefined. */
  readonly count?: number;
  /** The last day on which one may start, `2026-12-31`, or undefined. */
  readonly until?: string;
}

/** A bound for series without an end. */
const OCCURRENCES_MAX = 5_000;

/** The instant of a local time such as `2026-11-24T09:00:00` in an IANA zone, milliseconds. */
export function instantOf(local: string, zone: string): number {
  return Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds;
}

/** The local time of an instant. */
export function localOf(ms: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime().toString({
    smallestUnit: "second",
  });
}

/** The local starts of a series up to a local time, in order; those taken out by exceptions included. */
export function* starts(first: string, recurrence: Recurrence, upTo: string): Generator<string> {
  const begin = Temporal.PlainDateTime.from(first);
  const end = Temporal.PlainDateTime.from(upTo);
  const last = recurrence.until === undefined ? undefined : Temporal.PlainDate.from(recurrence.until);
  let given = 0;
  for (let round = 0; round < OCCURRENCES_MAX; round++) {
    for (const at of ofRound(begin, recurrence, round)) {
      if (Temporal.PlainDateTime.compare(at, begin) < 0) continue;
      if (Temporal.PlainDateTime.compare(at, end) > 0 || given === recurrence.count) return;
      if (last !== undefined && Temporal.PlainDate.compare(at.toPlainDate(), last) > 0) return;
      given++;
      yield at.toString({ smallestUnit: "second" });
    }
  }
}

function ofRound(begin: Temporal.PlainDateTime, { frequency, interval, days }: Recurrence, round: number) {
  const step = round * interval;
  if (frequency === "daily") return [begin.add({ days: step })];
  if (frequency === "monthly") {
    const at = begin.add({ months: step });
    // A month without this day has no occurrence.
    return at.day === begin.day ? [at] : [];
  }
  const monday = begin.subtract({ days: begin.dayOfWeek - 1 }).add({ weeks: step });
  return days.map((day) => monday.add({ days: WEEKDAYS.indexOf(day) }));
}
