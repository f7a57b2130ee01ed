/** Spans of time: put together, taken from each other, and the hours in which people work. Pure. */
import type { Span } from "./model.ts";

/** When a person works: days of the week (1 is Monday), and hours as a clock in their zone shows them. */
export interface WorkingHours {
  readonly zone: string;
  readonly days: ReadonlySet<number>;
  /** Like `09:00`. */
  readonly starts: string;
  /** Like `17:00`. Not after `starts`: on the day after; the same: the whole day. */
  readonly ends: string;
}

/** The spans together, each moment once, ascending; those that take no time are nowhere. */
export function united(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans.filter(({ from, to }) => from < to).toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last === undefined || last.to < span.from) all.push(span);
    else all[all.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return all;
}

/** What lies within the bounds. */
export function within(spans: readonly Span[], bounds: Span): Span[] {
  return spans.map(({ from, to }) => ({ from: Math.max(from, bounds.from), to: Math.min(to, bounds.to) }))
    .filter(({ from, to }) => from < to);
}

/** What of the first is in none of the others. Both are ascending, and their spans don't overlap. */
export function without(spans: readonly Span[], taken: readonly Span[]): Span[] {
  const left: Span[] = [];
  let first = 0;
  for (const { from, to } of spans) {
    let at = from;
    while ((taken[first]?.to ?? Infinity) <= from) first++;
    for (let next = first; next < taken.length; next++) {
      const other = taken[next];
      if (other === undefined || other.from >= to) break;
      if (other.from > at) left.push({ from: at, to: other.from });
      at = Math.max(at, other.to);
    }
    if (at < to) left.push({ from: at, to });
  }
  return left;
}

/** The working hours of each day that the span touches, whatever the clocks do in between. */
export function workingSpans({ zone, days, starts, ends }: WorkingHours, span: Span): Span[] {
  const dayOf = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate();
  const [begin, end] = [Temporal.PlainTime.from(starts), Temporal.PlainTime.from(ends)];
  const overnight = Temporal.PlainTime.compare(end, begin) <= 0;
  const last = dayOf(span.to);
  const spans: Span[] = [];
  // The night before may reach into the first day.
  let day = dayOf(span.from).subtract({ days: 1 });
  for (; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
    if (!days.has(day.dayOfWeek)) continue;
    const at = (date: Temporal.PlainDate, plainTime: Temporal.PlainTime) =>
      date.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds;
    spans.push({ from: at(day, begin), to: at(overnight ? day.add({ days: 1 }) : day, end) });
  }
  return within(united(spans), span);
}
