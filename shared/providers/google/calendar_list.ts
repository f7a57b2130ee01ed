/** The list of a person's calendars. Source: CalendarList of the Calendar API. */
import { z } from "zod";
import { away } from "../http.ts";
import type { GoogleReader } from "./resource.ts";
import { anew, type CalendarCursor, type CalendarState, newCalendar } from "./calendar_cursor.ts";
import { refusedBy } from "./errors.ts";
import { Flag, Line, listOf } from "./fields.ts";

const ENTRIES_PER_PAGE = 250;

/** Calendars that Google computes itself: it does not notify about them. */
const COMPUTED = /#(holiday|contacts|weather|weeknum)@group\.v\.calendar\.google\.com$/;

const Entry = z.object({
  id: z.string().min(1),
  summary: Line,
  /** The person's own name for it. */
  summaryOverride: Line,
  accessRole: Line,
  deleted: Flag,
});

const Answer = z.object({
  items: listOf(z.unknown()),
  nextPageToken: z.string().nullish(),
  nextSyncToken: z.string().nullish(),
});

/** What a page of the list changed. */
export interface ListPage {
  readonly cursor: CalendarCursor;
  /** Calendars that the person has no more. */
  readonly gone: readonly string[];
  readonly done: boolean;
}

/** Reads the next page of the list, or of its changes; a lost sync token begins the list anew. */
export async function readCalendarList(reader: GoogleReader, cursor: CalendarCursor): Promise<ListPage> {
  const { mailbox, urls } = reader;
  const { token, page } = cursor.list;
  const query = new URLSearchParams({ maxResults: String(ENTRIES_PER_PAGE), showHidden: "true" });
  if (token !== "") query.set("syncToken", token);
  if (page !== "") query.set("pageToken", page);
  const answer = await mailbox.request(`${urls.calendar}/users/me/calendarList?${query}`);
  const lost = answer.status === 410 || answer.status === 400;
  if (lost && (token !== "" || page !== "")) {
    reader.deps.counters.add("provider_cursors_lost_total", { provider: "google" });
    return { cursor: { ...cursor, list: { token: "", page: "", listed: null } }, gone: [], done: false };
  }
  if (answer.status !== 200) throw refusedBy(answer, "list the calendars");
  const parsed = Answer.safeParse(answer.json);
  if (!parsed.success) throw away("Google's answer is not a list of calendars", parsed.error);
  return withEntries(reader, cursor, parsed.data);
}

function withEntries(reader: GoogleReader, cursor: CalendarCursor, answer: z.infer<typeof Answer>): ListPage {
  const calendars = new Map(cursor.calendars.map((calendar) => [calendar.id, calendar]));
  const listed = cursor.list.token === "" ? new Set(cursor.list.listed ?? []) : null;
  const gone = new Set<string>();
  for (const item of answer.items) {
    const entry = Entry.safeParse(item);
    if (!entry.success) {
      reader.deps.counters.add("provider_items_unreadable_total", { provider: "google", resource: "calendar" });
      continue;
    }
    const { id } = entry.data;
    // Of a calendar that shows only whether somebody is busy there is nothing to read.
    if (entry.data.deleted || entry.data.accessRole === "freeBusyReader") {
      if (calendars.delete(id)) gone.add(id);
      continue;
    }
    gone.delete(id);
    listed?.add(id);
    calendars.set(id, named(calendars.get(id), id, entry.data.summaryOverride || entry.data.summary));
  }
  const page = answer.nextPageToken ?? "";
  if (page === "" && listed !== null) {
    for (const id of calendars.keys()) if (!listed.has(id)) gone.add(id);
    for (const id of gone) calendars.delete(id);
  }
  return {
    cursor: {
      ...cursor,
      calendars: [...calendars.values()],
      list: {
        token: page === "" ? answer.nextSyncToken ?? cursor.list.token : cursor.list.token,
        page,
        listed: page === "" || listed === null ? null : [...listed],
      },
    },
    gone: [...gone],
    done: page === "",
  };
}

/** The calendar under its name, which every event of it carries: under another one they are read again. */
function named(known: CalendarState | undefined, id: string, name: string): CalendarState {
  if (known === undefined) return newCalendar(id, name, COMPUTED.test(id));
  return known.name === name ? known : { ...anew(known), name };
}
