/** Calendar: events in calendars. */
import { z } from "zod";
import { contained } from "./contained.ts";
import { eventOf } from "./event.ts";
import { ITEMS_PER_PAGE, LIST_HEADERS, preferring } from "./graph.ts";
import type { ContainedKind, Glance, ReadingTime } from "./kind.ts";
import { type GraphResource, OUTLOOK_LIFE_MINUTES, WHOLE } from "./resource.ts";

const DAY_MS = 24 * 60 * 60_000;

/**
 * The delta of a calendar is that of a span of time, which is named when it begins. A year back and two ahead; a person
 * may ask for more of the past. A view spans 1,825 days at most.
 */
const PAST_DAYS = 365;
const PAST_DAYS_MAX = 1_000;
const FUTURE_DAYS = 730;

/** After this long the span is named anew, so that it moves with the time. */
const SPAN_GOOD_DAYS = 30;

/** The members that a lookup reads. A delta of events takes no `$select`: it shows these, but for the last two. */
const SELECT = [
  "type",
  "seriesMasterId",
  "iCalUId",
  "subject",
  "body",
  "webLink",
  "createdDateTime",
  "lastModifiedDateTime",
  "start",
  "end",
  "originalStartTimeZone",
  "isAllDay",
  "isCancelled",
  "isOrganizer",
  "recurrence",
  "location",
  "locations",
  "onlineMeeting",
  "onlineMeetingUrl",
  "onlineMeetingProvider",
  "organizer",
  "attendees",
  "responseStatus",
  "showAs",
  "sensitivity",
  "importance",
  "categories",
  "hasAttachments",
  "originalStart",
  "cancelledOccurrences",
].join(",");

const Shown = z.object({
  type: z.string().nullish().catch(null),
  seriesMasterId: z.string().nullish().catch(null),
});

/**
 * A view shows a series' occurrences one by one, each with nothing but its times, and what is said of the series and of
 * its exceptions lacks the occurrences that were taken out and the times that were planned. So both are looked up; a
 * series also where only its occurrences show that something changed.
 */
function glance(item: unknown): Glance {
  const { type, seriesMasterId } = Shown.safeParse(item).data ?? {};
  switch (type) {
    case "occurrence":
      return { whole: true, besides: seriesMasterId ?? "" };
    case "exception":
      return { whole: false, besides: seriesMasterId ?? "" };
    case "seriesMaster":
      return { whole: false, besides: "" };
    default:
      return { whole: true, besides: "" };
  }
}

function viewUrl(calendar: string, { choice, now_ms }: ReadingTime): string {
  const since_ms = choice.since === "" ? now_ms - PAST_DAYS * DAY_MS : Date.parse(choice.since);
  const from = Math.min(Math.max(since_ms, now_ms - PAST_DAYS_MAX * DAY_MS), now_ms);
  const query = new URLSearchParams({
    startDateTime: new Date(from).toISOString(),
    endDateTime: new Date(now_ms + FUTURE_DAYS * DAY_MS).toISOString(),
  });
  return `/me/calendars/${encodeURIComponent(calendar)}/calendarView/delta?${query}`;
}

const kind: ContainedKind = {
  resource: "calendar",
  doc_type: "calendar",
  headers: preferring('outlook.timezone="UTC"', ITEMS_PER_PAGE),
  list: {
    url: "/me/calendars?$select=id,name&$top=100",
    headers: LIST_HEADERS,
    form: "whole",
    name_member: "name",
    itemUrl: (id) => `/me/calendars/${encodeURIComponent(id)}?$select=name`,
    unlisted: [],
    order: [],
  },
  firstUrl: viewUrl,
  link_ms_max: SPAN_GOOD_DAYS * DAY_MS,
  glance,
  containerOf: (_, seen_in) => seen_in,
  itemUrl: ({ provider_id }) => `/me/events/${encodeURIComponent(provider_id)}?$select=${SELECT}`,
  attachmentsUrl: (provider_id) => `/me/events/${encodeURIComponent(provider_id)}/attachments`,
  read: eventOf,
};

export const calendar: GraphResource = {
  resource: "calendar",
  scope: "Calendars.Read",
  read_by: ["calendars.read", "calendars.readwrite"],
  subscription: {
    path: () => "/me/events",
    watches: (path) => /\/events$/i.test(path),
    change_types: "created,updated,deleted",
    life_minutes: OUTLOOK_LIFE_MINUTES,
    needs: [],
  },
  ...contained(kind),
  targets: () => WHOLE,
};
