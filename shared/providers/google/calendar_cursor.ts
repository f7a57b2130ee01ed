/** The cursor of a person's calendars: their list, and for each one where its changes go on. */
import { z } from "zod";
import type { ResourceChoice } from "../../contracts/records.ts";
import { depthOf, includes } from "../choice.ts";

/** More pages than any calendar has: a round of one that goes on longer is not going to end. */
export const PAGES_MAX = 8_000;

/** So many exceptions of series are remembered for each calendar. */
const EXCEPTIONS_MAX = 2_000;

const Exceptions = z.object({
  /** The ids of those that differ: they go with their series. */
  changed: z.array(z.string()),
  /** Those that were taken out, in the form of EXDATE, which are no documents of their own. */
  cancelled: z.array(z.string()),
});

const CalendarState = z.object({
  id: z.string().min(1),
  name: z.string(),
  /** Where its changes go on, `""` before its first enumeration ended. */
  token: z.string(),
  /** The next page of the enumeration or the changes under way, `""` when none is. */
  page: z.string(),
  /** Pages of this round. */
  pages: z.int(),
  /** How often its enumeration was begun again because a page was lost. */
  restarts: z.int(),
  /** The choice leaves it out, and that was said. */
  withdrawn: z.boolean(),
  /** Google does not notify about it. */
  unwatched: z.boolean(),
  /** By the id of their series. */
  exceptions: z.record(z.string(), Exceptions),
});
export type CalendarState = z.infer<typeof CalendarState>;

const CalendarCursor = z.object({
  v: z.literal(1),
  /** Of the choice that every event so far was read by. */
  depth: z.string(),
  list: z.object({
    token: z.string(),
    page: z.string(),
    /** Of the list that is being read from its beginning: the ids so far; null while only its changes are read. */
    listed: z.array(z.string()).nullable(),
  }),
  calendars: z.array(CalendarState),
  /** The calendars that this round has still to read; empty when the list comes next. */
  queue: z.array(z.string()),
});
export type CalendarCursor = z.infer<typeof CalendarCursor>;

const BEGINNING: CalendarCursor = {
  v: 1,
  depth: "",
  list: { token: "", page: "", listed: null },
  calendars: [],
  queue: [],
};

/** The cursor in a text; the beginning for `""` and for a text of another form: reading anew loses nothing. */
export function parseCalendarCursor(text: string): CalendarCursor {
  try {
    return CalendarCursor.parse(JSON.parse(text));
  } catch {
    return BEGINNING;
  }
}

/** A calendar that was not read yet. */
export function newCalendar(id: string, name: string, unwatched: boolean): CalendarState {
  return {
    id,
    name,
    token: "",
    page: "",
    pages: 0,
    restarts: 0,
    withdrawn: false,
    unwatched,
    exceptions: {},
  };
}

/** A calendar whose events are to be read from the beginning. */
export function anew(calendar: CalendarState): CalendarState {
  return { ...calendar, token: "", page: "", pages: 0, exceptions: {} };
}

/** The cursor with one calendar in another state. */
export function withCalendar(cursor: CalendarCursor, calendar: CalendarState): CalendarCursor {
  return { ...cursor, calendars: cursor.calendars.map((one) => one.id === calendar.id ? calendar : one) };
}

/**
 * The cursor under a choice: what it newly leaves out is named once and not read any more, what it newly includes is
 * read from the beginning, and so is everything when it changes what is read of an event.
 */
export function underChoice(
  cursor: CalendarCursor,
  choice: ResourceChoice,
): { readonly cursor: CalendarCursor; readonly left_out: readonly string[] } {
  const depth = depthOf(choice);
  const deeper = depth !== cursor.depth;
  const left_out: string[] = [];
  const calendars = cursor.calendars.map((calendar): CalendarState => {
    const withdrawn = !includes(choice, [calendar.id]);
    if (withdrawn && !calendar.withdrawn) left_out.push(calendar.id);
    if (!deeper && withdrawn === calendar.withdrawn) return calendar;
    return { ...anew(calendar), withdrawn };
  });
  const queue = cursor.queue.filter((id) => calendars.some((one) => one.id === id && !one.withdrawn));
  return { cursor: { ...cursor, depth, calendars, queue }, left_out };
}

/** What a calendar's series are known to have as exceptions, while a page is read. */
export class SeriesExceptions {
  readonly #known: Map<string, { readonly changed: Set<string>; readonly cancelled: Set<string> }>;
  #left: number;

  constructor(exceptions: CalendarState["exceptions"]) {
    this.#known = new Map(
      Object.entries(exceptions).map(([series, { changed, cancelled }]) => [
        series,
        { changed: new Set(changed), cancelled: new Set(cancelled) },
      ]),
    );
    this.#left = EXCEPTIONS_MAX;
    for (const { changed, cancelled } of this.#known.values()) this.#left -= changed.size + cancelled.size;
  }

  /** An occurrence differs from its series. @returns whether it had been taken out before */
  changed(series: string, id: string, planned: string): boolean {
    const restored = this.#known.get(series)?.cancelled.delete(planned) === true;
    this.#add(series, "changed", id);
    return restored;
  }

  /** An occurrence was taken out of its series. @returns whether that is news */
  cancelled(series: string, id: string, planned: string): boolean {
    this.#known.get(series)?.changed.delete(id);
    return planned !== "" && this.#add(series, "cancelled", planned);
  }

  /** A series is gone. @returns the ids of its exceptions, which go with it */
  removed(series: string): readonly string[] {
    const ids = [...this.#known.get(series)?.changed ?? []];
    this.#known.delete(series);
    return ids;
  }

  /** When the occurrences were that were taken out. */
  cancelledOf(series: string): readonly string[] {
    return [...this.#known.get(series)?.cancelled ?? []];
  }

  /** As the cursor keeps them. */
  kept(): CalendarState["exceptions"] {
    return Object.fromEntries(
      [...this.#known].filter(([, { changed, cancelled }]) => changed.size + cancelled.size > 0)
        .map(([series, { changed, cancelled }]) => [series, { changed: [...changed], cancelled: [...cancelled] }]),
    );
  }

  #add(series: string, kind: "changed" | "cancelled", value: string): boolean {
    const known = this.#known.get(series) ?? { changed: new Set(), cancelled: new Set() };
    if (known[kind].has(value) || this.#left <= 0) return false;
    this.#left--;
    known[kind].add(value);
    this.#known.set(series, known);
    return true;
  }
}
