import type { Hono } from "hono";
import type { StoredEvent } from "../calendar/store.ts";
import { instantOf } from "../calendar/recurrence.ts";
import type { Container } from "../collection.ts";
import type { GoogleContext, GoogleDeps, GoogleEnv, GoogleUser } from "../gmail/context.ts";
import { GoogleError, invalid, notFound } from "../gmail/errors.ts";
import { CALENDAR_SCOPES, EVENT_SCOPES, type GoogleGuard } from "../gmail/guard.ts";
import { readCount } from "../gmail/paging.ts";
import { readRound, type RoundSource } from "../gmail/rounds.ts";
import type { Entry } from "../journal.ts";
import { cancelledOccurrence, endOf, etag, eventShape, goneShape, occurrenceShape } from "./event_shape.ts";

const BASE = "/google/calendar/v3";
const GOOGLE = "https://www.googleapis.com/calendar/v3";
const DAY_MS = 24 * 3_600_000;
const WEEK_MS = 7 * DAY_MS;
/** How far back `updatedMin` may lie. */
const UPDATED_MIN_MS = 28 * DAY_MS;
/** What can't be asked for together with a sync token. */
const WITHOUT_TOKEN = [
  "iCalUID",
  "orderBy",
  "privateExtendedProperty",
  "q",
  "sharedExtendedProperty",
  "timeMin",
  "timeMax",
  "updatedMin",
];

/** The Calendar API: the list of calendars, events, watching both, and ending channels (PROTOCOLS C1, C2). */
export function calendarRoutes(app: Hono<GoogleEnv>, guard: GoogleGuard, deps: GoogleDeps): void {
  app.get(`${BASE}/users/me/calendarList`, guard("calendar.list", CALENDAR_SCOPES, (c, { me }) => list(c, me, deps)));
  app.post(
    `${BASE}/users/me/calendarList/watch`,
    guard("calendar.watch", CALENDAR_SCOPES, async (c, { me }) => {
      const watched = { of: "calendarList", uri: `${GOOGLE}/users/me/calendarList`, state: "exists", life_ms: WEEK_MS };
      return c.json(await deps.channels.watch(me, watched, await bodyOf(c)));
    }),
  );
  app.get(
    `${BASE}/calendars/:calendar/events`,
    guard("calendar.events", EVENT_SCOPES, (c, { me }) => listEvents(c, me, deps)),
  );
  app.post(
    `${BASE}/calendars/:calendar/events/watch`,
    guard("calendar.watch", EVENT_SCOPES, async (c, { me }) => {
      const { number } = calendarOf(c, me);
      const uri = `${GOOGLE}/calendars/${encodeURIComponent(me.ids.container("calendar", number))}/events`;
      const watched = { of: `events/${number}`, uri, state: "exists", life_ms: WEEK_MS };
      return c.json(await deps.channels.watch(me, watched, await bodyOf(c)));
    }),
  );
  app.get(
    `${BASE}/calendars/:calendar/events/:event`,
    guard("calendar.event", EVENT_SCOPES, (c, { me }) => c.json(getEvent(c, me))),
  );
  app.post(
    `${BASE}/channels/stop`,
    guard("calendar.stop", CALENDAR_SCOPES, async (c, { me }) => {
      deps.channels.stop(me, await bodyOf(c));
      return c.body(null, 204);
    }),
  );
}

async function bodyOf(c: GoogleContext): Promise<unknown> {
  return await c.req.json().catch(() => undefined);
}

function list(c: GoogleContext, me: GoogleUser, deps: GoogleDeps): Response {
  const { calendar } = me.desk;
  const deleted = c.req.query("showDeleted") === "true";
  const source: RoundSource = {
    of: "calendarList",
    journal: calendar.containerJournal,
    query: queryOf(c, ["showHidden", "minAccessRole"]),
    concerns: () => true,
    all: () => calendar.containers().map(({ number }) => number),
    show: (number, entries) => {
      const one = calendar.container(number);
      return one.gone && entries.length === 0 && !deleted ? [] : [entryShape(me, one)];
    },
    refuse: (why) => why === "lost" ? fullSyncRequired() : invalid("Invalid sync token value."),
  };
  const page = readRound(c, me, deps, source, readCount(c, 100, 250));
  return c.json({
    kind: "calendar#calendarList",
    etag: etag(deps.clock.now(), calendar.containerJournal.last),
    ...page,
  });
}

function entryShape(me: GoogleUser, calendar: Container): Record<string, unknown> {
  const id = me.ids.container("calendar", calendar.number);
  const known = { kind: "calendar#calendarListEntry", etag: etag(calendar.modifiedAt, calendar.version), id };
  if (calendar.gone) return { ...known, deleted: true };
  return {
    ...known,
    summary: calendar.isDefault ? me.address : calendar.name,
    timeZone: "Europe/London",
    colorId: String(1 + calendar.number % 24),
    backgroundColor: "#9fe1e7",
    foregroundColor: "#000000",
    selected: true,
    accessRole: "owner",
    ...(calendar.isDefault ? { primary: true } : {}),
    conferenceProperties: { allowedConferenceSolutionTypes: ["hangoutsMeet"] },
    defaultReminders: calendar.isDefault ? [{ method: "popup", minutes: 30 }] : [],
    ...(calendar.isDefault
      ? { notificationSettings: { notifications: [{ method: "email", type: "eventCreation" }] } }
      : {}),
  };
}

function listEvents(c: GoogleContext, me: GoogleUser, deps: GoogleDeps): Response {
  const container = calendarOf(c, me);
  const { calendar } = me.desk;
  const expanded = c.req.query("singleEvents") === "true";
  const incremental = c.req.query("syncToken") !== undefined;
  if (incremental) {
    const refused = WITHOUT_TOKEN.find((name) => c.req.query(name) !== undefined);
    if (refused !== undefined) throw invalid(`Sync token cannot be used with ${refused}.`, refused);
    if (c.req.query("showDeleted") === "false") throw invalid("Sync token cannot be used without deleted entries.");
  }
  const updatedMin = momentOf(c, "updatedMin");
  if (updatedMin !== undefined && updatedMin < deps.clock.now() - UPDATED_MIN_MS) {
    const message = "The requested minimum modification time lies too far in the past.";
    throw new GoogleError(410, "updatedMinTooLongAgo", message, { domain: "calendar", location: "updatedMin" });
  }
  const window = { from: momentOf(c, "timeMin") ?? -Infinity, to: momentOf(c, "timeMax") ?? Infinity };
  const source: RoundSource = {
    of: `events/${container.number}`,
    journal: calendar.journal,
    query: `${container.number} ${expanded}`,
    concerns: (entry) => entry.container === container.number || entry.from === container.number,
    all: () => calendar.in(container.number).map(({ number }) => number),
    show: (number, entries) => {
      const event = calendar.at(number);
      if (event === undefined) return [];
      if (entries.length > 0) return changed(me, event, container.number, entries);
      if (updatedMin !== undefined && event.modifiedAt < updatedMin) return [];
      if (expanded) return expand(me, event, window, deps);
      return overlaps(event, window) ? [eventShape(me, event), ...cancelledOf(me, event)] : [];
    },
    refuse: (why) => why === "lost" ? fullSyncRequired() : invalid("Invalid sync token value."),
  };
  const page = readRound(c, me, deps, source, readCount(c, 250, 2_500));
  return c.json({
    kind: "calendar#events",
    etag: etag(deps.clock.now(), calendar.journal.last),
    summary: container.isDefault ? me.address : container.name,
    description: "",
    updated: new Date(deps.clock.now()).toISOString(),
    timeZone: "Europe/London",
    accessRole: "owner",
    defaultReminders: [{ method: "popup", minutes: 30 }],
    ...page,
  });
}

/** What an incremental answer says of an event: as it is here now, or that it is gone. */
function changed(
  me: GoogleUser,
  event: StoredEvent,
  container: number,
  entries: readonly Entry[],
): Record<string, unknown>[] {
  const here = !event.gone && event.container === container;
  const { series } = event.content;
  if (!here) {
    const { calendar } = me.desk;
    const master = series === null ? undefined : calendar.find(series.number);
    // Another exception has taken its place, or the same occurrence was taken out: that one is told.
    const replaced = master !== undefined && master.container === container &&
      calendar.exceptions(master).some((one) => one.content.series?.planned === series?.planned);
    return replaced ? [] : [goneShape(me, event)];
  }
  const occurrences = entries.flatMap(({ occurrence }) => occurrence === undefined ? [] : [occurrence]);
  const cancelled = [...new Set(occurrences)].map((planned) => cancelledOccurrence(me, event, event.number, planned));
  // Taking an occurrence out changes nothing in the series itself.
  return entries.every(({ verb }) => verb === "cancel") ? cancelled : [eventShape(me, event), ...cancelled];
}

function cancelledOf(me: GoogleUser, event: StoredEvent): Record<string, unknown>[] {
  return [...me.desk.calendar.cancelledOf(event)].map((planned) =>
    cancelledOccurrence(me, event, event.number, planned)
  );
}

interface Window {
  readonly from: number;
  readonly to: number;
}

/** Whether anything of an event lies in a window. Series without an end always do. */
function overlaps(event: StoredEvent, { from, to }: Window): boolean {
  const { start, end, zone, recurrence } = event.content;
  if (instantOf(start, zone) >= to) return false;
  if (recurrence === null) return instantOf(end, zone) > from;
  return recurrence.until === undefined || instantOf(`${recurrence.until}T23:59:59`, zone) > from;
}

/** With `singleEvents`, the occurrences in place of the series. */
function expand(me: GoogleUser, event: StoredEvent, window: Window, deps: GoogleDeps): Record<string, unknown>[] {
  if (event.content.recurrence === null) return overlaps(event, window) ? [eventShape(me, event)] : [];
  const to = Math.min(window.to, deps.clock.now() + 366 * DAY_MS);
  const from = Math.max(window.from, deps.clock.now() - 3 * 366 * DAY_MS);
  return me.desk.calendar.occurrences(event, from, to).map((one) => occurrenceShape(me, event, one.planned, one.end));
}

function getEvent(c: GoogleContext, me: GoogleUser): Record<string, unknown> {
  const { number: container } = calendarOf(c, me);
  const { calendar } = me.desk;
  const named = me.ids.parseEvent(c.req.param("event") ?? "");
  const event = named === undefined ? undefined : calendar.at(named.number);
  if (named === undefined || event === undefined) throw notFound();
  const known = calendar.journal.after(0).some((one) =>
    one.item === event.number && (one.container === container || one.from === container)
  );
  if (!known) throw notFound();
  if (event.gone || event.container !== container) return goneShape(me, event);
  const { planned } = named;
  if (planned === undefined) return eventShape(me, event);
  const exception = calendar.exceptions(event).find((one) => one.content.series?.planned === planned);
  if (exception !== undefined) return eventShape(me, exception);
  if (calendar.cancelledOf(event).has(planned)) return cancelledOccurrence(me, event, event.number, planned);
  const end = endOf(calendar, event, planned);
  if (end === undefined) throw notFound();
  return occurrenceShape(me, event, planned, end);
}

function calendarOf(c: GoogleContext, me: GoogleUser): Container {
  const number = me.ids.parseContainer("calendar", decodeURIComponent(c.req.param("calendar") ?? ""));
  if (number === undefined) throw new GoogleError(404, "notFound", "Not Found");
  return me.desk.calendar.container(number);
}

function momentOf(c: GoogleContext, name: string): number | undefined {
  const text = c.req.query(name);
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (!Number.isFinite(at)) throw invalid(`Invalid value for ${name}: ${text}`, name);
  return at;
}

function queryOf(c: GoogleContext, names: readonly string[]): string {
  return names.map((name) => c.req.query(name) ?? "").join(" ");
}

function fullSyncRequired(): GoogleError {
  const message = "Sync token is no longer valid, a full sync is required.";
  return new GoogleError(410, "fullSyncRequired", message, { domain: "calendar", location: "syncToken" });
}
