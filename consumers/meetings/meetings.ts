/** A person's meetings, for reading. */
import { PermanentError } from "../../shared/contracts/errors.ts";
import { COLLECTIONS, Connection } from "../../shared/contracts/records.ts";
import type { Index } from "../../shared/index/port.ts";
import type { State } from "../../shared/state/port.ts";
import { overlapsOf, takes } from "./conflicts.ts";
import { iCalendarOf } from "./export.ts";
import { foldMeeting, type Meeting } from "./fold.ts";
import { united, within, without, type WorkingHours, workingSpans } from "./intervals.ts";
import type { Span } from "./model.ts";
import { type Occurrence, occurrencesOf } from "./occurrences.ts";
import { type Own, ownOf } from "./people.ts";
import { relatedTo } from "./related.ts";
import { SharingStore } from "./sharing.ts";
import { meetingView, occurrenceView } from "./show.ts";
import { MeetingStore } from "./store.ts";
import type { Availability, Conflict, Incomplete, Interval, MeetingView, OccurrencePage, Sharing } from "./views.ts";
import { isZone, startOfDay } from "./zone.ts";

/** What meetings are read from. */
export interface MeetingPorts {
  readonly state: Pick<State, "records" | "micros">;
  readonly index: Pick<Index, "search" | "document">;
}

/** A span as somebody asks for it: moments, or days of the zone. */
export interface AskedSpan {
  readonly from: string;
  readonly to: string;
  /** IANA name: whole days begin and end in it. */
  readonly zone: string;
}

/** One page of what is in a span. */
export interface PageOfSpan extends AskedSpan {
  /** From an earlier page, `""` for the first. */
  readonly cursor: string;
  readonly limit: number;
}

/** What a route can do with a person's meetings. What is not there is null. */
export interface Meetings {
  /** What takes place in the span, in the order of time. @throws PermanentError for a span that can't be served */
  list(user_id: string, query: PageOfSpan & { readonly cancelled: boolean }): Promise<OccurrencePage>;
  /** The meeting with its occurrences in the span, and what belongs to it. */
  get(user_id: string, meeting_id: string, span: AskedSpan): Promise<MeetingView | null>;
  conflicts(user_id: string, query: PageOfSpan): Promise<{ items: Conflict[]; next_cursor: string }>;
  /**
   * When these people are busy, and when all of them are free.
   * @returns null when one of them does not let the person see it
   */
  availability(caller: Asking, query: AvailabilityQuery): Promise<Availability | null>;
  /** The meetings of a span as an iCalendar file, and one of them. */
  ics(user_id: string, span: AskedSpan): Promise<string>;
  icsOf(user_id: string, meeting_id: string): Promise<string | null>;
  /** Who may see when the person is busy. */
  sharing(user_id: string): Promise<Sharing>;
  share(user_id: string, sharing: Sharing): Promise<void>;
}

/** Who asks for people's free time; an operator needs nobody's leave. */
export interface Asking {
  readonly user_id: string;
  readonly scope: "user" | "admin";
}

/** Whose free time is looked for, and when. */
export interface AvailabilityQuery extends AskedSpan {
  readonly users: readonly string[];
  readonly hours: Omit<WorkingHours, "zone">;
  /** The least that is worth naming. */
  readonly minutes: number;
}

const DAY_MS = 24 * 60 * 60_000;
/** The longest spans that are served, in days. */
export const DAYS_MAX = { list: 400, conflicts: 100, availability: 62, export: 1_100 } as const;
/** Occurrences that one answer is made of. */
const OCCURRENCES_MAX = 20_000;
const CONNECTIONS_MAX = 100;

/** Opens the meetings of all people. */
export function meetingsOf(ports: MeetingPorts): Meetings {
  const storeOf = (user_id: string) => new MeetingStore(ports.state, user_id);
  const sharing = new SharingStore(ports.state);
  return {
    list: (user_id, query) => listed(ports, user_id, query),
    get: (user_id, meeting_id, span) => whole(ports, user_id, meeting_id, span),
    conflicts: (user_id, query) => conflicting(ports, user_id, query),
    async availability(caller, query) {
      const seen = await Promise.all(query.users.map((user_id) => sharing.allows(user_id, caller)));
      return seen.every((allowed) => allowed) ? await available(ports, query) : null;
    },
    async ics(user_id, asked) {
      const span = spanOf(asked, DAYS_MAX.export);
      const meetings = (await storeOf(user_id).meetingsIn(span)).flatMap((copies) => foldMeeting(copies) ?? []);
      return iCalendarOf(meetings.filter((meeting) => occurrencesOf(meeting, span, asked.zone).items.length > 0));
    },
    async icsOf(user_id, meeting_id) {
      const meeting = foldMeeting(await storeOf(user_id).copies(meeting_id));
      return meeting === null ? null : iCalendarOf([meeting]);
    },
    sharing: (user_id) => sharing.get(user_id),
    share: (user_id, changed) => sharing.put(user_id, changed),
  };
}

/** What takes place in a span, by its beginning, and which meetings may take place more often. */
async function inSpan(ports: MeetingPorts, user_id: string, span: Span, zone: string) {
  const store = new MeetingStore(ports.state, user_id);
  const occurrences: Occurrence[] = [];
  const incomplete: Incomplete[] = [];
  for (const copies of await store.meetingsIn(span)) {
    const meeting = foldMeeting(copies);
    if (meeting === null) continue;
    const { items, cut } = occurrencesOf(meeting, span, zone);
    occurrences.push(...items);
    if (cut !== "") incomplete.push({ meeting_id: meeting.meeting_id, reason: cut });
    if (occurrences.length > OCCURRENCES_MAX) {
      throw new PermanentError("range_too_full", "Too much takes place in that time. Ask for a shorter one.", {
        field: "to",
      });
    }
  }
  return { occurrences: occurrences.sort((a, b) => a.from - b.from || compare(keyOf(a), keyOf(b))), incomplete };
}

async function listed(
  ports: MeetingPorts,
  user_id: string,
  query: PageOfSpan & { readonly cancelled: boolean },
): Promise<OccurrencePage> {
  const span = spanOf(query, DAYS_MAX.list);
  const [{ occurrences, incomplete }, own] = await Promise.all([
    inSpan(ports, user_id, span, query.zone),
    ownIn(ports, user_id),
  ]);
  const shown = occurrences.filter(({ status }) => query.cancelled || status !== "cancelled")
    .filter((occurrence) => compare(keyOf(occurrence), query.cursor) > 0);
  const items = shown.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items: items.map((occurrence) => occurrenceView(occurrence, own, query.zone)),
    next_cursor: shown.length > items.length && last !== undefined ? keyOf(last) : "",
    incomplete,
  };
}

async function whole(
  ports: MeetingPorts,
  user_id: string,
  meeting_id: string,
  asked: AskedSpan,
): Promise<MeetingView | null> {
  const span = spanOf(asked, DAYS_MAX.list);
  const meeting = foldMeeting(await new MeetingStore(ports.state, user_id).copies(meeting_id));
  if (meeting === null) return null;
  const connections = await connectionsOf(ports, user_id);
  const own = ownOf(connections.map(({ address }) => address));
  const { items, cut } = occurrencesOf(meeting, span, asked.zone);
  return meetingView(meeting, own, {
    occurrences: items.map((occurrence) => occurrenceView(occurrence, own, asked.zone)),
    incomplete: cut === "" ? [] : [{ meeting_id, reason: cut }],
    related: await relatedTo({ ...ports, user_id, connections, own, meeting, at: items[0] ?? firstOf(meeting, span) }),
  });
}

/** When a meeting that has nothing in the span takes place. */
function firstOf({ lead }: Meeting, span: Span): Span {
  const from = Date.parse(lead.starts_at);
  return Number.isNaN(from) ? span : { from, to: Date.parse(lead.ends_at) };
}

async function conflicting(ports: MeetingPorts, user_id: string, query: PageOfSpan) {
  const span = spanOf(query, DAYS_MAX.conflicts);
  const [{ occurrences }, own] = await Promise.all([
    inSpan(ports, user_id, span, query.zone),
    ownIn(ports, user_id),
  ]);
  const items: Conflict[] = [];
  let last = "";
  for (const { from, to, firm, pair } of overlapsOf(occurrences)) {
    const [one, other] = pair;
    const key = `${keyOf(other)}/${keyOf(one)}`;
    if (to <= span.from || compare(key, query.cursor) <= 0) continue;
    if (items.length === query.limit) return { items, next_cursor: last };
    last = key;
    items.push({
      kind: firm ? "double_booking" : "possible",
      starts_at: momentOf(from),
      ends_at: momentOf(to),
      occurrences: [occurrenceView(one, own, query.zone), occurrenceView(other, own, query.zone)],
    });
  }
  return { items, next_cursor: "" };
}

async function available(ports: MeetingPorts, query: AvailabilityQuery): Promise<Availability> {
  const span = spanOf(query, DAYS_MAX.availability);
  const people = await Promise.all(query.users.map(async (user_id) => {
    const { occurrences } = await inSpan(ports, user_id, span, query.zone);
    return { user_id, busy: within(united(occurrences.filter((one) => takes(one) !== "free")), span) };
  }));
  const taken = united(people.flatMap(({ busy }) => busy));
  const free = without(workingSpans({ ...query.hours, zone: query.zone }, span), taken);
  return {
    from: momentOf(span.from),
    to: momentOf(span.to),
    zone: query.zone,
    people: people.map(({ user_id, busy }) => ({ user_id, busy: busy.map(intervalOf) })),
    free: free.filter(({ from, to }) => to - from >= query.minutes * 60_000).map(intervalOf),
  };
}

function intervalOf({ from, to }: Span): Interval {
  return { starts_at: momentOf(from), ends_at: momentOf(to) };
}

async function connectionsOf({ state }: MeetingPorts, user_id: string): Promise<Connection[]> {
  const records = await state.records({ user_id }).list(COLLECTIONS.connections, { limit: CONNECTIONS_MAX });
  return records.map(({ value }) => Connection.parse(value));
}

async function ownIn(ports: MeetingPorts, user_id: string): Promise<Own> {
  return ownOf((await connectionsOf(ports, user_id)).map(({ address }) => address));
}

/** The instants of a span. @throws PermanentError `zone_unknown`, `range_empty`, `range_too_long` */
function spanOf({ from, to, zone }: AskedSpan, days_max: number): Span {
  if (!isZone(zone)) {
    throw new PermanentError("zone_unknown", "Name a time zone as IANA does, such as Europe/Berlin.", {
      field: "zone",
    });
  }
  const at = (text: string) => text.length === 10 ? startOfDay(text, zone) : Date.parse(text);
  const span = { from: at(from), to: at(to) };
  if (!(span.from < span.to)) {
    throw new PermanentError("range_empty", "The end must be after the beginning.", { field: "to" });
  }
  if (span.to - span.from > days_max * DAY_MS) {
    throw new PermanentError("range_too_long", `Ask for ${days_max} days at most.`, { field: "to" });
  }
  return span;
}

/** What sorts an occurrence, and names it in a cursor. */
function keyOf({ from, planned, meeting }: Occurrence): string {
  return `${momentOf(from)}|${meeting.meeting_id}|${planned === null ? "" : momentOf(planned)}`;
}

function momentOf(ms: number): string {
  return new Date(ms).toISOString();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
