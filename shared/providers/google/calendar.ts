/** Google Calendar: the list of the person's calendars, and the events of each. */
import { choiceOf } from "../choice.ts";
import type { ChangePage, ItemName, LookedUp } from "../port.ts";
import { loadHtmlToText } from "../text.ts";
import { BATCH_MAX, fetchBatch, type Fetched } from "./batch.ts";
import {
  type CalendarCursor,
  type CalendarState,
  newCalendar,
  parseCalendarCursor,
  SeriesExceptions,
  underChoice,
  withCalendar,
} from "./calendar_cursor.ts";
import { readEvents } from "./calendar_events.ts";
import { readCalendarList } from "./calendar_list.ts";
import { openChannels } from "./channels.ts";
import { eventHasHtml, EventHead, eventOf, type EventReading } from "./event.ts";
import type { GoogleOptions, GoogleReader, GoogleResource } from "./resource.ts";

/** The target that stands for the list of calendars. */
const LIST = "";

/** Google Calendar. Event ids are unique in their calendar only: a meeting has the same one in everybody's. */
export function openCalendar(options: GoogleOptions): GoogleResource {
  const base = options.urls.calendar;
  return {
    scopes: [
      "https://www.googleapis.com/auth/calendar.readonly",
      "https://www.googleapis.com/auth/calendar",
    ],
    id_scope: "container",
    notifications: openChannels(options, {
      api: "calendar",
      watchUrl: (_mailbox, target) =>
        target === LIST
          ? `${base}/users/me/calendarList/watch`
          : `${base}/calendars/${encodeURIComponent(target)}/events/watch`,
      stop_url: `${base}/channels/stop`,
      targets(cursor) {
        const watched = parseCalendarCursor(cursor).calendars.filter((one) => !one.withdrawn && !one.unwatched);
        return [LIST, ...watched.map(({ id }) => id)];
      },
    }),
    changes: (mailbox, cursor) => readCalendarChanges({ ...options, mailbox }, cursor),
    lookup: (mailbox, items, cursor) => lookupEvents({ ...options, mailbox }, items, cursor),
  };
}

/** One page: of the list, which begins a round, or of one calendar after the other. */
async function readCalendarChanges(reader: GoogleReader, text: string): Promise<ChangePage> {
  const choice = choiceOf(reader.mailbox.connection, "calendar");
  const { cursor, left_out } = underChoice(parseCalendarCursor(text), choice);
  const calendar = cursor.calendars.find(({ id }) => id === cursor.queue[0]);
  if (calendar === undefined) {
    const list = await readCalendarList(reader, cursor);
    const { cursor: after, left_out: more } = underChoice(list.cursor, choice);
    const given = after.calendars.filter(({ withdrawn }) => !withdrawn).map(({ id }) => id);
    const queue = list.done ? given : [];
    return {
      ...pageOf({ ...after, queue }, [...left_out, ...more], list.done && queue.length === 0),
      gone_containers: list.gone,
    };
  }
  const { calendar: after, gone, done, ...page } = await readEvents(reader, calendar, choice);
  const queue = done ? cursor.queue.slice(1) : cursor.queue;
  return {
    ...pageOf({ ...withCalendar(cursor, after), queue }, left_out, queue.length === 0),
    ...page,
    gone_containers: gone ? [calendar.id] : [],
  };
}

function pageOf(cursor: CalendarCursor, left_out_containers: readonly string[], done: boolean): ChangePage {
  return {
    documents: [],
    removals: [],
    partial: [],
    refused: [],
    cursor: JSON.stringify(cursor),
    done,
    enumeration: null,
    gone_containers: [],
    left_out_containers,
  };
}

/** Reads events by id. What is in a calendar that the person has no more is gone for them. */
async function lookupEvents(
  reader: GoogleReader,
  items: readonly ItemName[],
  text: string,
): Promise<readonly LookedUp[]> {
  const cursor = parseCalendarCursor(text);
  const listed = cursor.list.token !== "";
  const calendarOf = (id: string) => cursor.calendars.find((calendar) => calendar.id === id);
  const answers = new Map<ItemName, LookedUp>();
  const asked: { readonly item: ItemName; readonly calendar: CalendarState }[] = [];
  for (const item of items) {
    const calendar = calendarOf(item.container);
    if (calendar?.withdrawn === true) answers.set(item, { kind: "left_out" });
    else if (calendar === undefined && listed) answers.set(item, { kind: "gone" });
    else asked.push({ item, calendar: calendar ?? newCalendar(item.container, "", false) });
  }
  for (let at = 0; at < asked.length; at += BATCH_MAX) {
    const batch = asked.slice(at, at + BATCH_MAX);
    const fetched = await fetchEvents(reader, batch.map(({ item }) => item));
    const html = fetched.some((one) => one.kind === "item" && eventHasHtml(one.item));
    const toText = html ? await loadHtmlToText() : (text: string) => text;
    const choice = choiceOf(reader.mailbox.connection, "calendar");
    for (const [position, one] of fetched.entries()) {
      const { item, calendar } = batch[position] ?? {};
      if (item === undefined || calendar === undefined) continue;
      const exceptions = new SeriesExceptions(calendar.exceptions);
      answers.set(item, lookedUp(one, { calendar, choice, toText, cancelledOf: (id) => exceptions.cancelledOf(id) }));
    }
  }
  return items.map((item) => answers.get(item) ?? { kind: "unknown" });
}

async function fetchEvents({ deps, urls, mailbox }: GoogleReader, items: readonly ItemName[]) {
  const calendars = `${urls.calendar}/calendars`;
  return await fetchBatch(
    deps.random,
    mailbox,
    urls.calendar_batch,
    items.map(({ provider_id, container }) => ({
      id: provider_id,
      url: `${calendars}/${encodeURIComponent(container)}/events/${encodeURIComponent(provider_id)}`,
    })),
  );
}

function lookedUp(one: Fetched, reading: EventReading): LookedUp {
  if (one.kind === "gone") return { kind: "gone" };
  if (one.kind !== "item") return { kind: "unknown" };
  const head = EventHead.safeParse(one.item);
  if (head.data?.status === "cancelled") return { kind: "gone" };
  const read = eventOf(one.item, reading);
  if ("left_out" in read) return { kind: "left_out" };
  if ("reason" in read) return { kind: "refused", refusal: { ...read, provider_id: one.id } };
  return { kind: "found", read };
}
