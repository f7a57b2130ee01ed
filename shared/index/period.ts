/** Days, months and years as people type them, in a time zone. */

/** From `start` to before `end`, ISO 8601 with milliseconds in UTC. */
export interface Period {
  readonly start: string;
  readonly end: string;
}

const FORM = /^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?$/;

/** Days from today. */
const NAMED: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tomorrow: 1 };

/**
 * The time that a text like `2026-01-31`, `2026/1`, `2026`, `today` or a moment (ISO 8601) stands for; null when it
 * is none.
 * @param time the present and the zone (IANA) whose days are meant
 */
export function period(
  text: string,
  { now_ms, zone }: { readonly now_ms: number; readonly zone: string },
): Period | null {
  const [, year, month, day] = FORM.exec(text) ?? [];
  const named = NAMED[text.toLowerCase()];
  if (named !== undefined) {
    const today = Temporal.Instant.fromEpochMilliseconds(now_ms).toZonedDateTimeISO(zone).toPlainDate();
    return between(today.add({ days: named }), { days: 1 }, zone);
  }
  if (year === undefined) return moment(text);
  const fields = { year: Number(year), month: Number(month ?? 1), day: Number(day ?? 1) };
  const length = day !== undefined ? { days: 1 } : month !== undefined ? { months: 1 } : { years: 1 };
  try {
    return between(Temporal.PlainDate.from(fields, { overflow: "reject" }), length, zone);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function between(start: Temporal.PlainDate, length: Temporal.DurationLike, zone: string): Period {
  const at = (day: Temporal.PlainDate) => new Date(day.toZonedDateTime(zone).epochMilliseconds).toISOString();
  return { start: at(start), end: at(start.add(length)) };
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** A moment is where it begins and ends. */
function moment(text: string): Period | null {
  const ms = MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) return null;
  const at = new Date(ms).toISOString();
  return { start: at, end: at };
}
