import assert from "node:assert/strict";
import fc from "fast-check";
import { CalendarEvent } from "../../shared/contracts/documents.ts";
import { eventOf } from "../../shared/providers/microsoft/event.ts";
import { placed } from "./microsoft_place.ts";
import { mutated } from "./random_removal.ts";

const UnboundEvent = CalendarEvent.omit({ doc_id: true, connection_id: true });
const PLACE = placed("Work");

const FULL = {
  "@odata.etag": 'W/"1"',
  id: "event-1",
  type: "singleInstance",
  seriesMasterId: null,
  originalStart: null,
  iCalUId: "ical-1",
  subject: "Harvest planning",
  body: { contentType: "html", content: "<p>Bring the <b>map</b>.</p>" },
  webLink: "https://outlook.example/calendar/1",
  createdDateTime: "2026-07-18T07:43:09.8641979Z",
  lastModifiedDateTime: "2026-07-18T07:46:27.5509919Z",
  start: { dateTime: "2026-08-03T07:00:00.0000000", timeZone: "UTC" },
  end: { dateTime: "2026-08-03T07:30:00.0000000", timeZone: "UTC" },
  originalStartTimeZone: "W. Europe Standard Time",
  isAllDay: false,
  isCancelled: false,
  isOrganizer: false,
  recurrence: null,
  location: { displayName: "Barn" },
  locations: [{ displayName: "Barn" }],
  onlineMeeting: {
    joinUrl: "https://teams.example/join",
    tollNumber: "+31 20 1",
    phones: [{ number: "+31 20 1" }, { number: "+31 20 2" }],
  },
  onlineMeetingUrl: null,
  onlineMeetingProvider: "teamsForBusiness",
  organizer: { emailAddress: { name: "Ada", address: "Ada@Outlook.Example" } },
  attendees: [
    { type: "required", status: { response: "none" }, emailAddress: { name: "Ada", address: "ada@outlook.example" } },
    {
      type: "required",
      status: { response: "tentativelyAccepted" },
      emailAddress: { name: "Ben", address: "Ben@x.example" },
    },
    { type: "optional", status: { response: "none" }, emailAddress: { name: "Ben", address: "ben@x.example" } },
    { type: "resource", status: { response: "accepted" }, emailAddress: { name: "Barn", address: "barn@x.example" } },
  ],
  responseStatus: { response: "accepted" },
  showAs: "oof",
  sensitivity: "private",
  importance: "high",
  categories: ["Red"],
  attachments: [{ id: "file-1", name: "map.pdf", contentType: "application/pdf", size: 10, isInline: false }],
};

const SERIES = {
  ...FULL,
  type: "seriesMaster",
  recurrence: {
    pattern: { type: "weekly", interval: 1, daysOfWeek: ["monday"], firstDayOfWeek: "sunday", index: "first" },
    range: {
      type: "endDate",
      startDate: "2026-08-03",
      endDate: "2026-11-02",
      recurrenceTimeZone: FULL.originalStartTimeZone,
    },
  },
  cancelledOccurrences: ["OID.event-1.2026-10-26", "OID.event-1.2026-08-10"],
};

function read(item: unknown, place = PLACE) {
  const outcome = eventOf(item, place);
  assert.ok("document" in outcome, JSON.stringify(outcome));
  return { ...outcome, event: UnboundEvent.parse(outcome.document) };
}

Deno.test("eventOf() of Graph maps every member of a whole event", () => {
  const { version, event } = read(FULL);
  assert.equal(version, Date.parse("2026-07-18T07:46:27.550Z"));
  assert.deepEqual(event, {
    doc_type: "calendar",
    provider: "microsoft",
    provider_id: "event-1",
    container: "container-1",
    title: "Harvest planning",
    url: "https://outlook.example/calendar/1",
    last_updated: "2026-07-18T07:46:27.550Z",
    calendar_name: "Work",
    ical_uid: "ical-1",
    kind: "single",
    series_id: "",
    original_starts_at: "",
    status: "confirmed",
    body: "Bring the map.",
    starts_at: "2026-08-03T07:00:00.000Z",
    ends_at: "2026-08-03T07:30:00.000Z",
    all_day: false,
    start_date: "",
    end_date: "",
    time_zone: "Europe/Berlin",
    recurrence: [],
    location: "Barn",
    online_url: "https://teams.example/join",
    online_provider: "teamsForBusiness",
    dial_in: ["+31 20 1", "+31 20 2"],
    organizer: { name: "Ada", address: "ada@outlook.example" },
    attendees: [
      { name: "Ben", address: "ben@x.example", response: "tentative", role: "required" },
      { name: "Barn", address: "barn@x.example", response: "accepted", role: "resource" },
    ],
    my_response: "accepted",
    show_as: "away",
    sensitivity: "private",
    importance: "high",
    labels: ["Red"],
    attachments: [{ id: "file-1", name: "map.pdf", mime_type: "application/pdf", size_bytes: 10, inline: false }],
    created_at: "2026-07-18T07:43:09.864Z",
    truncated: false,
  });
});

Deno.test("eventOf() of Graph reads a series with what was taken out of it, in its own zone", () => {
  const { event } = read(SERIES);
  assert.equal(event.kind, "series");
  assert.deepEqual(event.recurrence, [
    // The last day ends an hour later in universal time than the first, since the clocks have changed.
    "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261102T225959Z",
    "EXDATE:20260810T070000Z",
    "EXDATE:20261026T080000Z",
  ]);
});

Deno.test("eventOf() of Graph gives whole days as dates, whatever the zone", () => {
  const days = {
    ...SERIES,
    isAllDay: true,
    start: { dateTime: "2026-08-10T00:00:00.0000000", timeZone: "Europe/Amsterdam" },
    end: { dateTime: "2026-08-11T00:00:00.0000000", timeZone: "Europe/Amsterdam" },
  };
  const { event } = read(days);
  assert.deepEqual([event.all_day, event.start_date, event.end_date], [true, "2026-08-10", "2026-08-11"]);
  assert.deepEqual([event.starts_at, event.ends_at], ["2026-08-10T00:00:00.000Z", "2026-08-11T00:00:00.000Z"]);
  assert.deepEqual(event.recurrence, [
    "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261102",
    "EXDATE;VALUE=DATE:20260810",
    "EXDATE;VALUE=DATE:20261026",
  ]);
});

Deno.test("eventOf() of Graph takes local times in the zone that comes with them", () => {
  const start = { dateTime: "2026-08-03T09:00:00.0000000", timeZone: "W. Europe Standard Time" };
  assert.equal(read({ ...FULL, start }).event.starts_at, "2026-08-03T07:00:00.000Z");
});

Deno.test("eventOf() of Graph reads an exception, and leaves a plain occurrence to its series", () => {
  const exception = { ...FULL, type: "exception", seriesMasterId: "series-1", originalStart: "2026-08-10T07:00:00Z" };
  const { event } = read({ ...exception, isCancelled: true });
  assert.deepEqual(
    [event.kind, event.series_id, event.original_starts_at, event.status],
    ["exception", "series-1", "2026-08-10T07:00:00.000Z", "cancelled"],
  );
  const left_out = { left_out: true, provider_id: "event-1", container: "container-1" };
  assert.deepEqual(eventOf({ ...exception, type: "occurrence" }, PLACE), left_out);
});

Deno.test("eventOf() of Graph gives what the person chose", () => {
  const left_out = { left_out: true, provider_id: "event-1", container: "container-1" };
  const late = placed("Work", { since: "2026-08-03T08:00:00.000Z" });
  assert.deepEqual(eventOf(FULL, late), left_out);
  assert.ok("document" in eventOf(SERIES, late), "a series that is still going on");
  assert.deepEqual(eventOf(SERIES, placed("Work", { since: "2026-12-01T00:00:00.000Z" })), left_out);
  assert.equal(read(FULL, placed("Work", { bodies: false })).event.body, "");
  const busy = read(SERIES, placed("Work", { private_events: "busy" })).event;
  assert.deepEqual([busy.title, busy.body, busy.location, busy.url], ["Busy", "", "", ""]);
  assert.deepEqual([busy.starts_at, busy.recurrence.length], ["2026-08-03T07:00:00.000Z", 3]);
  for (const hidden of ["map", "Ben", "Barn", "teams", "Red", "Ada"]) assert.ok(!JSON.stringify(busy).includes(hidden));
  const open = read({ ...FULL, sensitivity: "normal" }, placed("Work", { private_events: "busy" })).event;
  assert.equal(open.title, "Harvest planning");
});

Deno.test("eventOf() of Graph takes null, {} and an absent member for the same nothing", () => {
  const bare = read({ id: "1" }).event;
  for (const nothing of [null, undefined]) {
    assert.deepEqual(
      read({ ...Object.fromEntries(Object.keys(FULL).map((name) => [name, nothing])), id: "1" }).event,
      bare,
    );
  }
  const objects = ["location", "onlineMeeting", "organizer", "responseStatus", "start", "end", "recurrence", "body"];
  assert.deepEqual(read({ ...Object.fromEntries(objects.map((name) => [name, {}])), id: "1" }).event, bare);
  assert.deepEqual([bare.kind, bare.my_response, bare.show_as, bare.starts_at], ["single", "none", "", ""]);
});

Deno.test("eventOf() of Graph gives a valid document, a refusal or nothing for any mutation of an event", () => {
  for (const whole of [FULL, SERIES]) {
    fc.assert(
      fc.property(mutated(whole), (item) => {
        const outcome = eventOf(item, PLACE);
        if ("document" in outcome) UnboundEvent.parse(outcome.document);
        else if ("reason" in outcome) assert.ok(outcome.reason !== "");
      }),
      { numRuns: 1_500 },
    );
  }
});

Deno.test("eventOf() of Graph bounds what a program may have put into an event", () => {
  const many = <T>(of: (at: number) => T) => Array.from({ length: 2_000 }, (_, at) => of(at));
  const { event } = read({
    ...SERIES,
    attendees: many((at) => ({ emailAddress: { address: `${at}@x.example` } })),
    attachments: many((at) => ({ id: String(at) })),
    cancelledOccurrences: many((at) => `OID.e.${new Date(at * 86_400_000).toISOString().slice(0, 10)}`),
  });
  assert.deepEqual([event.attendees.length, event.attachments.length, event.recurrence.length], [500, 200, 201]);
});
