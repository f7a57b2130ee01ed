import type { StoredEvent } from "../calendar/store.ts";
import { instantOf } from "../calendar/recurrence.ts";
import type { Container } from "../collection.ts";
import type { Caller, GraphContext, GraphDeps, MicrosoftUser } from "./context.ts";
import { answerDeskDelta, type DeskChange } from "./desk_delta.ts";
import { badRequest } from "./errors.ts";
import { eventId, eventShape, type EventView, occurrenceStub } from "./event_shape.ts";

const TYPE = { "@odata.type": "#microsoft.graph.event" };

/** The window of a query, milliseconds; throws Graph's 400 without one. */
export function windowOf(query: Readonly<Record<string, string | undefined>>): { from: number; to: number } {
  const read = (name: string) => {
    const text = query[name];
    if (text === undefined) throw badRequest(`This request requires a time window: '${name}' is missing.`);
    const ms = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
    if (Number.isNaN(ms)) throw badRequest(`The value of '${name}' is not a time.`);
    return ms;
  };
  return { from: read("startDateTime"), to: read("endDateTime") };
}

/** Answers one call of a calendar's `calendarView/delta`, whose link names the calendar as the caller did. */
export function viewDelta(
  c: GraphContext,
  caller: Caller,
  deps: GraphDeps,
  calendar: Container,
  view: EventView,
): Response {
  for (const name of ["$select", "$expand", "$filter", "$orderby", "$search"]) {
    if (c.req.query(name) !== undefined) throw badRequest(`${name} is not supported for calendarView delta.`);
  }
  const { me } = caller;
  const isFirst = c.req.query("$deltatoken") === undefined && c.req.query("$skiptoken") === undefined;
  if (isFirst) windowOf({ startDateTime: c.req.query("startDateTime"), endDateTime: c.req.query("endDateTime") });
  const named = c.req.param("calendarId");
  return answerDeskDelta(c, caller, deps, {
    of: `calendar/${calendar.number}`,
    journal: me.desk.calendar.journal,
    path: named === undefined ? "me/calendarView/delta" : `me/calendars('${named}')/calendarView/delta`,
    type: "Collection(event)",
    query: ["startDateTime", "endDateTime"],
    tokens: { delta: "$deltatoken", next: "$skiptoken" },
    concerns: (entry) => entry.container === calendar.number || entry.from === calendar.number,
    show: (change, query) => shown(me, calendar, change, windowOf(query), view),
  });
}

/** What a round tells of one event: itself, the occurrences of a series, and what is not in the window any more. */
function shown(
  me: MicrosoftUser,
  calendar: Container,
  { item, entries }: DeskChange,
  { from, to }: { from: number; to: number },
  view: EventView,
): Record<string, unknown>[] {
  const store = me.desk.calendar;
  const event = store.at(item);
  if (event === undefined) return [];
  const removed = (id: string) => ({ ...TYPE, id, "@removed": { reason: "deleted" } });
  const here = !event.gone && event.container === calendar.number;
  const occurrences = here ? store.occurrences(event, from, to) : [];
  const isSeries = store.kind(event) === "series";
  const isNews = entries.length > 0;
  // An exception that is gone has its id from the occurrence, which the entry of the series tells of.
  if (!here || occurrences.length === 0) {
    if (!isNews) return [];
    const series = isSeries && !here ? everyOccurrence(me, event, from, to, view) : [];
    return [removed(eventId(me, event, view.immutableIds)), ...series.map(removed)];
  }
  if (!isSeries) return [{ ...TYPE, ...eventShape(me, event, view) }];
  const master = { ...TYPE, ...eventShape(me, event, view) };
  const cancelled = entries.flatMap(({ occurrence }) =>
    occurrence === undefined || !isIn(occurrence, event, from, to)
      ? []
      : [removed(me.ids.occurrence(event.number, occurrence, view.immutableIds))]
  );
  const rest = entries.some(({ verb }) => verb !== "cancel") || !isNews
    ? occurrences.map((one) => ({ ...TYPE, ...occurrenceStub(me, event, one, view) }))
    : [];
  return [master, ...rest, ...cancelled];
}

/** The ids of all occurrences that a series had in a window. */
function everyOccurrence(me: MicrosoftUser, series: StoredEvent, from: number, to: number, view: EventView): string[] {
  const { calendar } = me.desk;
  return calendar.occurrences(series, from, to).map(({ planned }) =>
    me.ids.occurrence(series.number, planned, view.immutableIds)
  );
}

function isIn(local: string, { content }: StoredEvent, from: number, to: number): boolean {
  const at = instantOf(local, content.zone);
  return at >= from && at < to;
}
