/** One page of a calendar's events. Source: Events of the Calendar API, and its guide to synchronising. */
import { z } from "zod";
import type { ResourceChoice } from "../../contracts/records.ts";
import { away } from "../http.ts";
import type { ChangePage, ItemName, PageItem, ProviderResponse, Refusal, Removal } from "../port.ts";
import { type HtmlToText, loadHtmlToText } from "../text.ts";
import { googleReasons } from "../verdict.ts";
import { anew, type CalendarState, PAGES_MAX, SeriesExceptions } from "./calendar_cursor.ts";
import { refusedBy } from "./errors.ts";
import { eventHasHtml, EventHead, eventOf, exdateOf } from "./event.ts";
import { listOf } from "./fields.ts";
import type { GoogleReader } from "./resource.ts";

const EVENTS_PER_PAGE = 250;

/** An enumeration that lost its page this often is not going to end. */
const RESTARTS_MAX = 5;

const Answer = z.object({
  items: listOf(z.unknown()),
  nextPageToken: z.string().nullish(),
  nextSyncToken: z.string().nullish(),
});

/** A page of one calendar. */
export interface EventsPage extends Pick<ChangePage, "documents" | "removals" | "partial" | "refused" | "enumeration"> {
  readonly calendar: CalendarState;
  /** The calendar can't be read any more: what is known of it is in doubt. */
  readonly gone: boolean;
  /** Nothing more to read of it in this round. */
  readonly done: boolean;
}

const NOTHING = { documents: [], removals: [], partial: [], refused: [], enumeration: null, gone: false, done: false };

/** Reads the next page of a calendar's events: masters and exceptions, as they are or as they changed. */
export async function readEvents(
  reader: GoogleReader,
  calendar: CalendarState,
  choice: ResourceChoice,
): Promise<EventsPage> {
  const { id, token, page } = calendar;
  // The same parameters with every token. Deleted events come with a sync token without being asked for.
  const query = new URLSearchParams({ maxResults: String(EVENTS_PER_PAGE), singleEvents: "false" });
  if (token !== "") query.set("syncToken", token);
  if (page !== "") query.set("pageToken", page);
  const url = `${reader.urls.calendar}/calendars/${encodeURIComponent(id)}/events?${query}`;
  const answer = await reader.mailbox.request(url);
  if (isLost(answer, calendar)) return lost(reader, calendar);
  if (isUnreadable(answer)) {
    const known = token !== "" || page !== "";
    return { ...NOTHING, calendar: anew(calendar), gone: known, done: true };
  }
  if (answer.status !== 200) throw refusedBy(answer, "list the events");
  const parsed = Answer.safeParse(answer.json);
  if (!parsed.success) throw away("Google's answer is not a list of events", parsed.error);
  return await pageOf(calendar, parsed.data, choice);
}

function isLost({ status }: ProviderResponse, { token, page }: CalendarState): boolean {
  return (status === 410 || status === 400) && (token !== "" || page !== "");
}

/** A calendar that is gone, or not shared with the person any more; the rest of the calendars is read all the same. */
function isUnreadable(answer: ProviderResponse): boolean {
  return answer.status === 404 || (answer.status === 403 && googleReasons(answer.json).includes("forbidden"));
}

/** The sync token or the page is lost: the calendar is enumerated from its beginning. */
function lost({ deps }: GoogleReader, calendar: CalendarState): EventsPage {
  deps.counters.add("provider_cursors_lost_total", { provider: "google" });
  const restarts = calendar.restarts + 1;
  if (restarts > RESTARTS_MAX) throw away("A calendar's pages are lost again and again", undefined, 10 * 60 * 1000);
  return { ...NOTHING, calendar: { ...anew(calendar), restarts } };
}

async function pageOf(
  calendar: CalendarState,
  answer: z.infer<typeof Answer>,
  choice: ResourceChoice,
): Promise<EventsPage> {
  const enumerating = calendar.token === "";
  const exceptions = new SeriesExceptions(calendar.exceptions);
  const toText = answer.items.some(eventHasHtml) ? await loadHtmlToText() : (text: string) => text;
  const sorted = sort(answer.items, { calendar, choice, toText }, exceptions, enumerating);
  const pages = calendar.pages + 1;
  const cut = pages >= PAGES_MAX;
  const next = cut ? "" : answer.nextPageToken ?? "";
  const done = next === "";
  return {
    ...sorted,
    calendar: {
      ...calendar,
      exceptions: exceptions.kept(),
      page: next,
      pages: done ? 0 : pages,
      restarts: done ? 0 : calendar.restarts,
      token: done && !cut ? answer.nextSyncToken ?? calendar.token : calendar.token,
    },
    enumeration: enumerating ? { container: calendar.id, started: calendar.page === "", finished: done && !cut } : null,
    gone: false,
    done,
  };
}

/** What a page's items are read with. */
interface Reading {
  readonly calendar: CalendarState;
  readonly choice: ResourceChoice;
  readonly toText: HtmlToText;
}

/** Each event once, by what became of it last. */
function sort(items: readonly unknown[], reading: Reading, exceptions: SeriesExceptions, enumerating: boolean) {
  const container = reading.calendar.id;
  const documents = new Map<string, PageItem>();
  const removals = new Map<string, Removal>();
  const reread = new Set<string>();
  const refused: Refusal[] = [];
  const remove = (provider_id: string) => {
    documents.delete(provider_id);
    removals.set(provider_id, { provider_id, container, doc_type: "calendar" });
  };
  for (const item of items) {
    const head = EventHead.safeParse(item);
    if (!head.success) {
      refused.push({ provider_id: "", container, reason: "An event without an id", field: "id" });
      continue;
    }
    const { id, status, recurringEventId: series, originalStartTime } = head.data;
    const planned = exdateOf(originalStartTime);
    if (status !== "cancelled") {
      removals.delete(id);
      if (series !== "" && exceptions.changed(series, id, planned)) reread.add(series);
      const read = () => eventOf(item, { ...reading, cancelledOf: (id) => exceptions.cancelledOf(id) });
      documents.set(id, { provider_id: id, container, read });
    } else if (series !== "") {
      // What was taken out of a series is told by the series.
      if (exceptions.cancelled(series, id, planned)) reread.add(series);
      remove(id);
    } else {
      remove(id);
      for (const exception of exceptions.removed(id)) if (!documents.has(exception)) remove(exception);
    }
  }
  return {
    documents: [...documents.values()],
    // In an enumeration absence says it, for less.
    removals: enumerating ? [] : [...removals.values()],
    partial: [...reread].filter((id) => !documents.has(id) && !removals.has(id)).map((provider_id): ItemName => (
      { provider_id, container }
    )),
    refused,
  };
}
