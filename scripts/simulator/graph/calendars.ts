import type { Hono } from "hono";
import type { StoredEvent } from "../calendar/store.ts";
import { instantOf } from "../calendar/recurrence.ts";
import type { Container } from "../collection.ts";
import { hash } from "../chance.ts";
import {
  type Caller,
  type GraphContext,
  type GraphDeps,
  type GraphEnv,
  type MicrosoftUser,
  odataContext,
  preferences,
} from "./context.ts";
import { answerDeskDelta, type DeskChange } from "./desk_delta.ts";
import { badRequest, notFound } from "./errors.ts";
import { changeKey, eventId, eventShape, type EventView, occurrenceId, occurrenceStub } from "./event_shape.ts";
import { CALENDAR_SCOPES, type graphGuard } from "./guard.ts";
import { answerList } from "./lists.ts";
import { selected } from "./select.ts";
import { ianaZone } from "./windows_zones.ts";

const TYPE = { "@odata.type": "#microsoft.graph.event" };

/** Routes of calendars and events below `base`, `/me` or `/users/{id}`. */
export function calendarRoutes(
  app: Hono<GraphEnv>,
  base: string,
  guard: ReturnType<typeof graphGuard>,
  deps: GraphDeps,
): void {
  app.get(
    `${base}/calendars`,
    guard("graph.calendars", CALENDAR_SCOPES, (c, { me }) => {
      const calendars = me.desk.calendar.containers();
      const items = calendars.map((one) => calendarShape(me, one));
      return answerList(c, deps, { path: "me/calendars", type: `${user(me)}/calendars`, select: select(c), items });
    }),
  );
  const one = guard("graph.calendar", CALENDAR_SCOPES, (c, { me }) => {
    const context = { "@odata.context": odataContext(deps, `${user(me)}/calendars/$entity`) };
    return c.json({ ...context, ...selected(calendarShape(me, calendarOf(c, me)), select(c)) });
  });
  app.get(`${base}/calendar`, one);
  app.get(`${base}/calendars/:calendarId`, one);
  const delta = guard("graph.events.delta", CALENDAR_SCOPES, (c, caller) => viewDelta(c, caller, deps));
  app.get(`${base}/calendarView/delta`, delta);
  app.get(`${base}/calendars/:calendarId/calendarView/delta`, delta);
  const list = guard("graph.events", CALENDAR_SCOPES, (c, { me }) => {
    const { calendar } = me.desk;
    const events = calendar.in(calendarOf(c, me).number).filter((event) => calendar.kind(event) !== "exception");
    const view = viewOf(c, deps);
    const items = events.map((event) => eventShape(me, event, view));
    return answerList(c, deps, {
      path: new URL(c.req.url).pathname.replace(/^.*?v1\.0\//, ""),
      type: `${user(me)}/events`,
      select: select(c),
      items,
    });
  });
  app.get(`${base}/events`, list);
  app.get(`${base}/calendars/:calendarId/events`, list);
  const view = guard("graph.calendarView", CALENDAR_SCOPES, (c, { me }) => {
    const window = windowOf({ startDateTime: c.req.query("startDateTime"), endDateTime: c.req.query("endDateTime") });
    const { calendar } = me.desk;
    const shown = viewOf(c, deps);
    const items = calendar.in(calendarOf(c, me).number).flatMap((event) =>
      calendar.occurrences(event, window.from, window.to).map(({ planned, end }) =>
        eventShape(me, event, shown, calendar.kind(event) === "series" ? { planned, end } : undefined)
      )
    );
    return answerList(c, deps, { path: "me/calendarView", type: `${user(me)}/calendarView`, select: select(c), items });
  });
  app.get(`${base}/calendarView`, view);
  app.get(`${base}/calendars/:calendarId/calendarView`, view);
  const event = guard("graph.event", CALENDAR_SCOPES, (c, { me }) => {
    const context = { "@odata.context": odataContext(deps, `${user(me)}/events/$entity`) };
    return c.json({ ...context, ...selected(namedEvent(c, me, viewOf(c, deps)), select(c)) });
  });
  app.get(`${base}/events/:eventId`, event);
  app.get(`${base}/calendars/:calendarId/events/:eventId`, event);
  app.get(
    `${base}/events/:eventId/instances`,
    guard("graph.event.instances", CALENDAR_SCOPES, (c, { me }) => {
      const window = windowOf({ startDateTime: c.req.query("startDateTime"), endDateTime: c.req.query("endDateTime") });
      const series = me.desk.calendar.find(me.ids.parseItem("calendar", c.req.param("eventId") ?? "")?.number ?? -1);
      if (series === undefined) throw notFound();
      const { calendar } = me.desk;
      const shown = viewOf(c, deps);
      const items = [
        ...calendar.occurrences(series, window.from, window.to).map((one) => eventShape(me, series, shown, one)),
        ...calendar.exceptions(series).map((one) => eventShape(me, one, shown)),
      ];
      return answerList(c, deps, {
        path: `me/events/${eventId(me, series, shown.immutableIds)}/instances`,
        type: `${user(me)}/events`,
        select: select(c),
        items,
      });
    }),
  );
}

const user = (me: MicrosoftUser) => `users('${encodeURIComponent(me.address)}')`;

function select(c: GraphContext): string[] | undefined {
  return c.req.query("$select")?.split(",").map((name) => name.trim());
}

/** The calendar that the path names; without one, the default calendar. */
function calendarOf(c: GraphContext, me: MicrosoftUser): Container {
  const id = c.req.param("calendarId");
  const number = id === undefined ? 0 : me.ids.parseContainer("calendar", id);
  const found = me.desk.calendar.containers().find((one) => one.number === number);
  if (found === undefined) throw notFound();
  return found;
}

function calendarShape(me: MicrosoftUser, calendar: Container): Record<string, unknown> {
  return {
    allowedOnlineMeetingProviders: ["teamsForBusiness"],
    canEdit: true,
    canShare: true,
    canViewPrivateItems: true,
    changeKey: changeKey(me, calendar),
    color: "auto",
    defaultOnlineMeetingProvider: "teamsForBusiness",
    groupClassId: "0006f0b7-0000-0000-c000-000000000046",
    hexColor: calendar.isDefault ? "" : `#${hash("color", calendar.name).toString(16).padStart(6, "0").slice(0, 6)}`,
    id: me.ids.container("calendar", calendar.number),
    isDefaultCalendar: calendar.isDefault,
    isRemovable: !calendar.isDefault,
    isTallyingResponses: calendar.isDefault,
    name: calendar.name,
    owner: { address: me.address, name: me.name },
  };
}

function viewOf(c: GraphContext, deps: GraphDeps): EventView {
  const { immutableIds, textBody, zone } = preferences(c);
  const iana = ianaZone(zone);
  if (iana === undefined) throw badRequest(`The time zone '${zone}' is not supported.`);
  return { immutableIds, textBody, zone: { iana, asked: zone }, unsetAsNull: deps.faults.unsetAsNull };
}

function windowOf(query: Readonly<Record<string, string | undefined>>): { from: number; to: number } {
  const read = (name: string) => {
    const text = query[name];
    if (text === undefined) throw badRequest(`This request requires a time window: '${name}' is missing.`);
    const ms = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
    if (Number.isNaN(ms)) throw badRequest(`The value of '${name}' is not a time.`);
    return ms;
  };
  return { from: read("startDateTime"), to: read("endDateTime") };
}

function viewDelta(c: GraphContext, caller: Caller, deps: GraphDeps): Response {
  for (const name of ["$select", "$expand", "$filter", "$orderby", "$search"]) {
    if (c.req.query(name) !== undefined) throw badRequest(`${name} is not supported for calendarView delta.`);
  }
  const { me } = caller;
  const calendar = calendarOf(c, me);
  const isFirst = c.req.query("$deltatoken") === undefined && c.req.query("$skiptoken") === undefined;
  if (isFirst) windowOf({ startDateTime: c.req.query("startDateTime"), endDateTime: c.req.query("endDateTime") });
  const named = c.req.param("calendarId");
  const view = viewOf(c, deps);
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

/** The event, exception or occurrence that an id names now. */
function namedEvent(c: GraphContext, me: MicrosoftUser, view: EventView): Record<string, unknown> {
  const { calendar } = me.desk;
  const named = me.ids.parseItem("calendar", c.req.param("eventId") ?? "");
  const event = named === undefined ? undefined : calendar.find(named.number);
  if (named === undefined || event === undefined) throw notFound();
  if (named.planned === undefined) {
    if (calendar.kind(event) === "exception") throw notFound();
    const cancelled = [...calendar.cancelledOf(event)].map((one) => occurrenceId(me, event.number, one, view));
    // Given only when it is selected (PROTOCOLS G-6).
    const more = select(c)?.includes("cancelledOccurrences") === true ? { cancelledOccurrences: cancelled } : {};
    return { ...eventShape(me, event, view), ...more };
  }
  const exception = calendar.exceptions(event).find((one) => one.content.series?.planned === named.planned);
  if (exception !== undefined) return eventShape(me, exception, view);
  const at = instantOf(named.planned, event.content.zone);
  const found = calendar.occurrences(event, at, at + 1).find((one) => one.planned === named.planned);
  if (found === undefined) throw notFound();
  return eventShape(me, event, view, found);
}
