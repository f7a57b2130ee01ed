/** The consumer of meetings over a real state store and index, with everything that it writes to be looked at. */
import { createMeetingsConsumer, openMeetings } from "../../../consumers/meetings/mod.ts";
import type { Delivery } from "../../../consumers/registry.ts";
import type { CalendarEvent, NormalisedDocument } from "../../../shared/contracts/documents.ts";
import { eventType } from "../../../shared/contracts/event.ts";
import { digest } from "../../../shared/contracts/ids.ts";
import { COLLECTIONS, Connection } from "../../../shared/contracts/records.ts";
import type { Index } from "../../../shared/index/port.ts";
import { openSqliteState } from "../../../shared/state/sqlite/mod.ts";
import type { State } from "../../../shared/state/port.ts";
import { SimulatedClock } from "../../simulation/clock.ts";
import { seededRandom } from "../../simulation/random.ts";
import { emailEvent } from "../dispatch_rig.ts";

const delivery: Delivery = {
  subscription: "meetings-calendars",
  message_id: "m1",
  published_at: "2026-03-02T09:00:00.000Z",
  attempt: 1,
  signal: new AbortController().signal,
  attributes: {},
};

const nobody = { name: "", address: "" };

/** An hour on the second of March, in London. */
export function sampleEvent(over: Partial<CalendarEvent> = {}): CalendarEvent {
  return {
    doc_type: "calendar",
    doc_id: "0".repeat(32),
    provider: "google",
    connection_id: "connection_1",
    provider_id: "e1",
    container: "work",
    title: "Planning",
    url: "",
    last_updated: "2026-03-01T08:00:00.000Z",
    calendar_name: "Work",
    ical_uid: "planning@calendar.test",
    kind: "single",
    series_id: "",
    original_starts_at: "",
    status: "confirmed",
    body: "",
    starts_at: "2026-03-02T09:00:00.000Z",
    ends_at: "2026-03-02T10:00:00.000Z",
    all_day: false,
    start_date: "",
    end_date: "",
    time_zone: "Europe/London",
    recurrence: [],
    location: "",
    online_url: "",
    online_provider: "",
    dial_in: [],
    organizer: nobody,
    attendees: [],
    my_response: "organizer",
    show_as: "busy",
    sensitivity: "normal",
    importance: "normal",
    labels: [],
    attachments: [],
    created_at: "",
    truncated: false,
    ...over,
  };
}

/** Each Sunday morning from the first of March on, in Berlin: over the clock change of the 29th. */
export const SUNDAYS: Partial<CalendarEvent> = {
  kind: "series",
  title: "Sundays",
  ical_uid: "sundays@calendar.test",
  provider_id: "sundays",
  starts_at: "2026-03-01T08:00:00.000Z",
  ends_at: "2026-03-01T08:30:00.000Z",
  time_zone: "Europe/Berlin",
  recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=SU"],
};

/** One occurrence of the Sundays, as it was planned and as it became. */
export function exception(planned: string, over: Partial<CalendarEvent> = {}): Partial<CalendarEvent> {
  return {
    ...SUNDAYS,
    kind: "exception",
    provider_id: `sundays_${planned}`,
    series_id: "sundays",
    recurrence: [],
    original_starts_at: planned,
    starts_at: planned,
    ends_at: new Date(Date.parse(planned) + 30 * 60_000).toISOString(),
    ...over,
  };
}

/** An index that holds nothing. */
export const emptyIndex: Pick<Index, "search" | "document"> = {
  search: () => Promise.resolve({ hits: [], facets: {}, next_cursor: "" }),
  document: () => Promise.resolve(null),
};

export type World = Awaited<ReturnType<typeof openWorld>>;

export function openState(): State {
  return openSqliteState({ path: ":memory:", clock: new SimulatedClock(), random: seededRandom(1) });
}

/** A consumer for each of the handles on one store, as instances have them; events go to them by turns. */
export async function openWorld(
  { handles = [openState()], index = emptyIndex }: {
    handles?: readonly [State, ...State[]];
    index?: Pick<Index, "search" | "document">;
  } = {},
) {
  const [state] = handles;
  const handlers = handles.map((handle) => {
    const consumer = createMeetingsConsumer(handle);
    if (consumer.kind !== "events") throw new TypeError("The consumer handles events");
    return consumer.handle;
  });
  let turn = 0;
  const meetings = openMeetings({ state, index });
  const base = await state.micros();
  const span = { from: "2026-03-01", to: "2026-04-01", zone: "UTC" };
  return {
    state,
    meetings,
    docId: (name: string) => digest("test", name),
    /** Delivers a revision of an event, or its deletion. */
    async deliver(name: string, revision: number, said: Partial<CalendarEvent> | null, user_id = "ada") {
      const doc_id = await digest("test", name);
      const document: NormalisedDocument | null = said === null ? null : sampleEvent({ ...said, doc_id });
      const operation = said === null ? "delete" as const : "create" as const;
      const event = await emailEvent({
        user_id,
        doc_id,
        doc_type: "calendar",
        event_type: eventType("calendar", operation),
        revision: base + revision,
        operation,
      });
      return await handlers[turn++ % handlers.length]?.(event, document, delivery);
    },
    async list(over: Partial<typeof span> & { cancelled?: boolean } = {}, user_id = "ada") {
      return await meetings.list(user_id, { ...span, cancelled: false, cursor: "", limit: 200, ...over });
    },
    /** When meetings begin in that span, as `title day time` of the zone. */
    async starts(over: Partial<typeof span> = {}): Promise<string[]> {
      const { items } = await this.list(over);
      return items.map(({ title, local_start }) => `${title} ${local_start.slice(0, 16).replace("T", " ")}`);
    },
    /** The only meeting that there is in the span, whole. */
    async one(over: Partial<typeof span> = {}) {
      const [{ meeting_id } = { meeting_id: "" }] = (await this.list({ ...over, cancelled: true })).items;
      const meeting = await meetings.get("ada", meeting_id, { ...span, ...over });
      if (meeting === null) throw new Error("There is no such meeting");
      return meeting;
    },
    /** Connects an account, so that its domain is the person's own. */
    async connect(address: string, user_id = "ada", provider: Connection["provider"] = "google") {
      const connection_id = `connection_${address.replace(/\W/g, "_")}`;
      const value = Connection.parse({
        connection_id,
        user_id,
        provider,
        account_id: address,
        address,
        state: "active",
        scopes: [],
        resources: [],
        created_at: "2026-01-01T00:00:00.000Z",
        updated_at: "2026-01-01T00:00:00.000Z",
      });
      await state.records({ user_id }).commit([
        { op: "put", collection: COLLECTIONS.connections, id: connection_id, value },
      ]);
    },
    /** All that the consumer keeps of a person, whole. `events`: the revisions too. */
    async kept({ events = true } = {}) {
      const records = state.records({ user_id: "ada" });
      const { meetingCopies, meetingPlaces, meetingEvents } = COLLECTIONS;
      const kept: Record<string, unknown> = {};
      for (const name of [meetingCopies, meetingPlaces, ...(events ? [meetingEvents] : [])]) {
        for (const { id, value } of await records.list(name, { limit: 1_000 })) kept[`${name}/${id}`] = value;
      }
      return kept;
    },
    [Symbol.asyncDispose]: () => state.close(),
  };
}
