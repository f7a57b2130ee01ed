import { Collection, type Item } from "../collection.ts";
import type { Address, Language } from "../content/mail.ts";
import { instantOf, localOf, type Recurrence, starts } from "./recurrence.ts";

export type Answer = "accepted" | "declined" | "tentative" | "none";

/** Who is invited. */
export interface Invited extends Address {
  readonly answer: Answer;
  readonly role: "required" | "optional" | "resource";
}

/** What an event says. Of one that lasts whole days, `start` and `end` are midnights, the end that after its last day. */
export interface EventContent {
  readonly title: string;
  readonly text: string;
  readonly location: string;
  /** Where an online meeting is joined; the service is the provider's own one. */
  readonly joinUrl: string | null;
  readonly organizer: Address;
  readonly invited: readonly Invited[];
  /** What the owner of the calendar answered; "organizer" for own events. */
  readonly myAnswer: Answer | "organizer";
  /** Local time in `zone`, such as `2026-11-24T09:00:00`. */
  readonly start: string;
  readonly end: string;
  /** IANA name. */
  readonly zone: string;
  readonly allDay: boolean;
  /** Of a series. */
  readonly recurrence: Recurrence | null;
  readonly showAs: "free" | "tentative" | "busy" | "away" | "elsewhere";
  readonly sensitivity: "normal" | "private" | "confidential";
  readonly importance: "low" | "normal" | "high";
  readonly labels: readonly string[];
  /** Called off, but still shown. */
  readonly cancelled: boolean;
  /** The series of an exception, and the local start that the series had planned in its place. */
  readonly series: { readonly number: number; readonly planned: string } | null;
  readonly language: Language;
  /** A word that nothing else contains. */
  readonly word: string;
}

export type StoredEvent = Item<EventContent>;

/** One time at which an event takes place. */
export interface Occurrence {
  /** The event itself: single, exception, or the series that it is computed from. */
  readonly event: StoredEvent;
  /** Local start as the series planned it; of a single event, its start. */
  readonly planned: string;
  readonly start: string;
  readonly end: string;
}

/** The calendars of one person. A series is one item, and so is each exception of it. */
export class CalendarStore extends Collection<EventContent> {
  /** Planned starts that were taken out of a series, by its number. */
  readonly #cancelled = new Map<number, Set<string>>();

  kind(event: StoredEvent): "single" | "series" | "exception" {
    return event.content.series !== null ? "exception" : event.content.recurrence === null ? "single" : "series";
  }

  /** The exceptions of a series that are there. */
  exceptions(series: StoredEvent): StoredEvent[] {
    return this.live().filter((one) => one.content.series?.number === series.number);
  }

  /** The planned starts that were taken out of a series. */
  cancelledOf(series: StoredEvent): ReadonlySet<string> {
    return this.#cancelled.get(series.number) ?? new Set();
  }

  /** Makes one occurrence of a series different. */
  except(series: StoredEvent, planned: string, change: Partial<EventContent>): StoredEvent {
    const { content } = series;
    const length = Temporal.PlainDateTime.from(content.start).until(content.end);
    const end = Temporal.PlainDateTime.from(planned).add(length).toString({ smallestUnit: "second" });
    return this.create(series.container, {
      ...content,
      start: planned,
      end,
      ...change,
      recurrence: null,
      series: { number: series.number, planned },
    });
  }

  /** Takes one occurrence out of a series, and its exception with it. */
  cancelOccurrence(series: StoredEvent, planned: string): void {
    for (const one of this.exceptions(series)) if (one.content.series?.planned === planned) super.delete(one);
    const cancelled = this.#cancelled.get(series.number) ?? new Set();
    this.#cancelled.set(series.number, cancelled.add(planned));
    this.touch(series, "cancel", { occurrence: planned });
  }

  /** Deletes an event; a series goes with its exceptions, an exception takes its occurrence out. */
  override delete(event: StoredEvent): void {
    const { series } = event.content;
    const master = series === null ? undefined : this.find(series.number);
    if (series !== null && master !== undefined && !event.gone) return this.cancelOccurrence(master, series.planned);
    for (const one of this.exceptions(event)) super.delete(one);
    super.delete(event);
  }

  override move(event: StoredEvent, calendar: number): void {
    for (const one of this.exceptions(event)) super.move(one, calendar);
    super.move(event, calendar);
  }

  /** When an event takes place between two instants: of a series, the occurrences that no exception replaces. */
  occurrences(event: StoredEvent, from: number, to: number): Occurrence[] {
    const { start, end, zone, recurrence } = event.content;
    const overlaps = (first: string, last: string) => instantOf(first, zone) < to && instantOf(last, zone) > from;
    if (recurrence === null) {
      const planned = event.content.series?.planned ?? start;
      return overlaps(start, end) ? [{ event, planned, start, end }] : [];
    }
    const length = Temporal.PlainDateTime.from(start).until(end);
    const out = new Set([
      ...this.cancelledOf(event),
      ...this.exceptions(event).map((one) => one.content.series?.planned),
    ]);
    const found: Occurrence[] = [];
    for (const planned of starts(start, recurrence, localOf(to, zone))) {
      const last = Temporal.PlainDateTime.from(planned).add(length).toString({ smallestUnit: "second" });
      if (!out.has(planned) && overlaps(planned, last)) found.push({ event, planned, start: planned, end: last });
    }
    return found;
  }
}
