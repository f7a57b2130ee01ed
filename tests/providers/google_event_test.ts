import assert from "node:assert/strict";
import fc from "fast-check";
import { CalendarEvent } from "../../shared/contracts/documents.ts";
import type { ResourceChoice } from "../../shared/contracts/records.ts";
import { choiceOf } from "../../shared/providers/choice.ts";
import { eventOf, type EventReading } from "../../shared/providers/google/event.ts";
import { htmlToText } from "../../shared/providers/html_text.ts";
import { BUSY } from "../../shared/providers/private_event.ts";
import { mutated } from "./random_removal.ts";

const UnboundEvent = CalendarEvent.omit({ doc_id: true, connection_id: true });
const EVERYTHING = choiceOf({ choices: [] }, "calendar");

function reading(choice: Partial<ResourceChoice> = {}, cancelled: readonly string[] = []): EventReading {
  return {
    calendar: { id: "ben@gmail.example", name: "Ben" },
    choice: { ...EVERYTHING, ...choice },
    toText: htmlToText,
    cancelledOf: () => cancelled,
  };
}

function read(item: unknown, options = reading()) {
  const read = eventOf(item, options);
  assert.ok("document" in read, JSON.stringify(read));
  return { ...read, document: UnboundEvent.parse(read.document) };
}

const FULL = {
  kind: "calendar#event",
  etag: '"3568771253016606"',
  id: "e1",
  status: "confirmed",
  htmlLink: "https://www.google.com/calendar/event?eid=x",
  created: "2026-02-01T08:00:00.000Z",
  updated: "2026-02-02T08:00:00.508Z",
  summary: " Harvest\nplan ",
  description: "Bring <b>boots</b>\nand a hat<br>and water",
  location: "Barn 1",
  creator: { email: "ben@gmail.example", self: true },
  organizer: { email: "Ada@Outlook.Example", displayName: "Ada Lovett" },
  start: { dateTime: "2026-03-02T10:00:00+01:00", timeZone: "Europe/Berlin" },
  end: { dateTime: "2026-03-02T11:00:00+01:00", timeZone: "Europe/Berlin" },
  iCalUID: "e1@google.com",
  transparency: "opaque",
  visibility: "private",
  attendees: [
    { email: "ada@outlook.example", displayName: "Ada Lovett", organizer: true, responseStatus: "accepted" },
    { email: "ben@gmail.example", self: true, responseStatus: "tentative" },
    { email: "kim@x.example", optional: true, responseStatus: "declined" },
    { email: "barn@resource.calendar.google.com", displayName: "Barn", resource: true, responseStatus: "accepted" },
    { email: "new@x.example", responseStatus: "needsAction" },
    { responseStatus: "accepted" },
  ],
  hangoutLink: "https://meet.google.com/aaa-bbbb-ccc",
  conferenceData: {
    entryPoints: [
      { entryPointType: "video", uri: "https://meet.google.com/aaa-bbbb-ccc", label: "meet.google.com/aaa-bbbb-ccc" },
      { entryPointType: "phone", uri: "tel:+49-30-1234", label: "+49 30 1234", pin: "4711" },
      { entryPointType: "phone", uri: "tel:+1-555-0100" },
      { entryPointType: "more", uri: "https://tel.meet/aaa" },
    ],
    conferenceSolution: { key: { type: "hangoutsMeet" }, name: "Google Meet" },
  },
  attachments: [{ fileUrl: "https://drive.google.com/open?id=f", title: "Plan", mimeType: "Text/Plain", fileId: "f" }],
  eventType: "default",
  further: { member: 1 },
};

Deno.test("eventOf() reads a whole event", () => {
  const { document, version, container } = read(FULL);
  assert.equal(version, Date.parse("2026-02-02T08:00:00.508Z"));
  assert.equal(container, "ben@gmail.example");
  assert.deepEqual(document, {
    doc_type: "calendar",
    provider: "google",
    provider_id: "e1",
    container: "ben@gmail.example",
    title: "Harvest plan",
    url: "https://www.google.com/calendar/event?eid=x",
    last_updated: "2026-02-02T08:00:00.508Z",
    calendar_name: "Ben",
    ical_uid: "e1@google.com",
    kind: "single",
    series_id: "",
    original_starts_at: "",
    status: "confirmed",
    body: "Bring boots\nand a hat\nand water",
    truncated: false,
    starts_at: "2026-03-02T09:00:00.000Z",
    ends_at: "2026-03-02T10:00:00.000Z",
    all_day: false,
    start_date: "",
    end_date: "",
    time_zone: "Europe/Berlin",
    recurrence: [],
    location: "Barn 1",
    online_url: "https://meet.google.com/aaa-bbbb-ccc",
    online_provider: "Google Meet",
    dial_in: ["+49 30 1234, PIN 4711", "+1-555-0100"],
    organizer: { name: "Ada Lovett", address: "ada@outlook.example" },
    attendees: [
      { name: "", address: "ben@gmail.example", response: "tentative", role: "required" },
      { name: "", address: "kim@x.example", response: "declined", role: "optional" },
      { name: "Barn", address: "barn@resource.calendar.google.com", response: "accepted", role: "resource" },
      { name: "", address: "new@x.example", response: "none", role: "required" },
    ],
    my_response: "tentative",
    show_as: "tentative",
    sensitivity: "private",
    importance: "normal",
    labels: [],
    attachments: [{ id: "f", name: "Plan", mime_type: "text/plain", size_bytes: 0, inline: false }],
    created_at: "2026-02-01T08:00:00.000Z",
  });
});

Deno.test("eventOf() reads the dates of an event that lasts whole days", () => {
  const { document } = read({ id: "e", start: { date: "2026-08-05" }, end: { date: "2026-08-07" } });
  const { all_day, start_date, end_date, starts_at, ends_at, time_zone } = document;
  assert.deepEqual([all_day, start_date, end_date, time_zone], [true, "2026-08-05", "2026-08-07", ""]);
  assert.deepEqual([starts_at, ends_at], ["2026-08-05T00:00:00.000Z", "2026-08-07T00:00:00.000Z"]);
});

Deno.test("eventOf() reads a time without an offset in its zone", () => {
  const { document } = read({ id: "e", start: { dateTime: "2026-07-05T09:00:00", timeZone: "America/New_York" } });
  assert.equal(document.starts_at, "2026-07-05T13:00:00.000Z");
});

Deno.test("eventOf() tells series, exception and single, and says what was taken out of a series", () => {
  const series = read(
    { id: "s", recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=MO", "EXDATE;VALUE=DATE:20260907"] },
    reading({}, ["20260817", "20260810T070000Z"]),
  ).document;
  assert.equal(series.kind, "series");
  assert.deepEqual(series.recurrence, [
    "RRULE:FREQ=WEEKLY;BYDAY=MO",
    "EXDATE;VALUE=DATE:20260907",
    "EXDATE:20260810T070000Z",
    "EXDATE;VALUE=DATE:20260817",
  ]);
  const exception = read({
    id: "s_20260810T070000Z",
    recurringEventId: "s",
    originalStartTime: { dateTime: "2026-08-10T09:00:00+02:00", timeZone: "Europe/Amsterdam" },
  }).document;
  assert.deepEqual(
    [exception.kind, exception.series_id, exception.original_starts_at],
    ["exception", "s", "2026-08-10T07:00:00.000Z"],
  );
});

Deno.test("eventOf() shows free, away and elsewhere, and names special kinds of event", () => {
  const of = (event: Record<string, unknown>) => read({ id: "e", ...event }).document;
  assert.equal(of({ transparency: "transparent" }).show_as, "free");
  assert.equal(of({ status: "tentative" }).show_as, "tentative");
  assert.equal(of({ status: "tentative" }).status, "tentative");
  assert.deepEqual([of({ eventType: "outOfOffice" }).show_as, of({ eventType: "outOfOffice" }).labels], [
    "away",
    ["outOfOffice"],
  ]);
  assert.equal(of({ eventType: "workingLocation" }).show_as, "elsewhere");
  assert.equal(of({}).show_as, "busy");
});

Deno.test("eventOf() says organizer of one's own event, whatever the own attendee entry says", () => {
  const mine = { email: "ben@gmail.example", self: true };
  const { document } = read({ id: "e", organizer: mine, attendees: [{ ...mine, organizer: true }] });
  assert.equal(document.my_response, "organizer");
  assert.deepEqual(document.attendees, []);
});

Deno.test("eventOf() takes the older link where there is no conference data", () => {
  const { document } = read({ id: "e", hangoutLink: "https://meet.google.com/x" });
  assert.deepEqual([document.online_url, document.online_provider], ["https://meet.google.com/x", "Google Meet"]);
});

Deno.test("eventOf() gives what the choice gives", () => {
  assert.equal(read(FULL, reading({ bodies: false })).document.body, "");
  const busy = read(FULL, reading({ private_events: "busy" })).document;
  assert.deepEqual([busy.title, busy.body, busy.attendees, busy.online_url], [BUSY, "", [], ""]);
  assert.equal(busy.starts_at, "2026-03-02T09:00:00.000Z");
  const since = (moment: string) => reading({ since: moment });
  const isLeftOut = (item: unknown, moment: string) => "left_out" in eventOf(item, since(moment));
  assert.equal(isLeftOut(FULL, "2026-03-02T10:00:00.001Z"), true);
  assert.equal(isLeftOut(FULL, "2026-03-02T10:00:00.000Z"), false);
  const series = (rule: string) => ({ ...FULL, recurrence: [rule] });
  assert.equal(isLeftOut(series("RRULE:FREQ=DAILY"), "2027-01-01T00:00:00.000Z"), false);
  assert.equal(isLeftOut(series("RRULE:FREQ=DAILY;UNTIL=20260401T000000Z"), "2027-01-01T00:00:00.000Z"), true);
  assert.equal(isLeftOut(series("RRULE:FREQ=DAILY;UNTIL=20270101"), "2027-01-01T00:00:00.000Z"), false);
});

Deno.test("eventOf() refuses by name what is no event", () => {
  assert.deepEqual(eventOf({ id: "e", attendees: "all" }, reading()), {
    provider_id: "e",
    container: "ben@gmail.example",
    reason: "The event can't be read: Invalid input: expected array, received string",
    field: "attendees",
  });
  assert.equal("reason" in eventOf(null, reading()), true);
});

Deno.test("eventOf() gives a valid document or a refusal whatever is missing or odd", () => {
  fc.assert(fc.property(mutated(FULL), fc.constantFrom("full", "busy"), (item, private_events) => {
    const outcome = eventOf(item, reading({ private_events }));
    if ("document" in outcome) UnboundEvent.parse(outcome.document);
    else assert.ok("reason" in outcome && outcome.reason !== "");
  }));
});
