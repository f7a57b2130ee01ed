import type { Hono } from "hono";
import { instantOf } from "../calendar/recurrence.ts";
import type { Container } from "../collection.ts";
import { hash } from "../chance.ts";
import {
  type GraphContext,
  type GraphDeps,
  type GraphEnv,
  type MicrosoftUser,
  odataContext,
  preferences,
} from "./context.ts";
import { badRequest, notFound } from "./errors.ts";
import { changeKey, eventId, eventShape, type EventView, occurrenceId } from "./event_shape.ts";
import { viewDelta, windowOf } from "./calendar_view.ts";
import { CALENDAR_SCOPES, type graphGuard } from "./guard.ts";
import { answerList } from "./lists.ts";
import { time } from "./message_shape.ts";
import { selected } from "./select.ts";
import { ianaZone } from "./windows_zones.ts";

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
  const delta = guard(
    "graph.events.delta",
    CALENDAR_SCOPES,
    (c, caller) => viewDelta(c, caller, deps, calendarOf(c, caller.me), viewOf(c, deps)),
  );
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
  if (exception !== undefined) {
    // Given only when it is selected (PROTOCOLS G-6).
    const originalStart = time(instantOf(named.planned, event.content.zone));
    const more = select(c)?.includes("originalStart") === true ? { originalStart } : {};
    return { ...eventShape(me, exception, view), ...more };
  }
  const at = instantOf(named.planned, event.content.zone);
  const found = calendar.occurrences(event, at, at + 1).find((one) => one.planned === named.planned);
  if (found === undefined) throw notFound();
  return eventShape(me, event, view, found);
}
