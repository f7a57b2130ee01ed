/** Calendar files, as other programs read them. */
import assert from "node:assert/strict";
import ICAL from "ical.js";
import nodeIcal from "node-ical";
import type { CalendarEvent } from "../../../shared/contracts/documents.ts";
import { exception, openWorld, SUNDAYS, type World } from "./meetings_world.ts";

async function file(world: World, over: { from?: string; to?: string; zone?: string } = {}): Promise<string> {
  return await world.meetings.ics("ada", { from: "2026-03-01", to: "2026-04-01", zone: "UTC", ...over });
}

/** The events of a file as node-ical reads them, by their UID. */
function events(text: string) {
  return Object.values(nodeIcal.sync.parseICS(text)).flatMap((part) => part?.type === "VEVENT" ? [part] : []);
}

/** The lines of a file that must hold RFC 5545 3.1 and 3.6, looked at without a library. */
function checkLines(text: string): string[] {
  assert.ok(text.endsWith("END:VCALENDAR\r\n"));
  const lines = text.split("\r\n").slice(0, -1);
  for (const line of lines) {
    assert.ok(new TextEncoder().encode(line).length <= 75, line);
    // deno-lint-ignore no-control-regex
    assert.ok(!/[\x00-\x08\x0a-\x1f\x7f]/.test(line), JSON.stringify(line));
  }
  const unfolded = text.replaceAll("\r\n ", "").split("\r\n").slice(0, -1);
  const open: string[] = [];
  for (const line of unfolded) {
    assert.match(line, /^[A-Z][A-Z0-9-]*(;[A-Z-]+=("[^"]*"|[^";:,]*))*:/, line);
    if (line.startsWith("BEGIN:")) open.push(line.slice(6));
    if (line.startsWith("END:")) assert.equal(open.pop(), line.slice(4));
  }
  assert.deepEqual(open, []);
  return unfolded;
}

Deno.test("a single meeting is read as it is, with its people, place and link", async () => {
  await using world = await openWorld();
  await world.deliver("a", 1, {
    title: 'Plan; with, "all"\nof us',
    location: "Room 4, 2nd floor",
    online_url: "https://meet.google.com/abc-defg-hij",
    organizer: { name: 'Ada; "the" first', address: "ada@firm.test" },
    attendees: [
      { name: "Kim: Lee", address: "kim@partner.test", response: "tentative", role: "optional" },
      { name: "Nobody", address: "", response: "none", role: "required" },
      { name: "Evil", address: "x@y.test\r\nATTACH:file:///etc/passwd", response: "none", role: "required" },
    ],
    sensitivity: "private",
  });
  const text = await file(world);
  const lines = checkLines(text);
  assert.ok(!lines.some((line) => line.startsWith("ATTACH")));
  const [event, ...others] = events(text);
  assert.deepEqual(others, []);
  assert.equal(event?.summary, 'Plan; with, "all"\nof us');
  assert.equal(event.location, "Room 4, 2nd floor");
  assert.equal(event.uid, "planning@calendar.test");
  assert.equal(event.start.toISOString(), "2026-03-02T09:00:00.000Z");
  assert.equal(event.end?.toISOString(), "2026-03-02T10:00:00.000Z");
  assert.match(String(event.description), /https:\/\/meet\.google\.com\/abc-defg-hij/);
  const attendees = lines.filter((line) => line.startsWith("ATTENDEE"));
  assert.equal(attendees.length, 1);
  assert.match(attendees[0] ?? "", /PARTSTAT=TENTATIVE.*mailto:kim@partner\.test$/);
  assert.ok(lines.includes("CLASS:PRIVATE"));
});

Deno.test("a series with exceptions is expanded by another library to what we list, over the clock change", async () => {
  await using world = await openWorld();
  await world.deliver("series", 1, {
    ...SUNDAYS,
    recurrence: [
      "RRULE:FREQ=WEEKLY;BYDAY=SU;UNTIL=20260426T220000Z",
      "EXDATE:20260308T080000Z",
      "RDATE:20260310T080000Z",
    ],
  });
  await world.deliver(
    "moved",
    2,
    exception("2026-03-29T07:00:00.000Z", {
      starts_at: "2026-03-30T12:00:00.000Z",
      ends_at: "2026-03-30T12:30:00.000Z",
    }),
  );
  const span = { from: "2026-03-01", to: "2026-06-01" };
  const text = await file(world, span);
  checkLines(text);
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  const [master, ...exceptions] = calendar.getAllSubcomponents("vevent").map((each) => new ICAL.Event(each));
  assert.ok(master !== undefined && exceptions.length === 1);
  for (const each of exceptions) master.relateException(each);
  const iterator = master.iterator();
  const found: string[] = [];
  for (let next = iterator.next(); next; next = iterator.next()) {
    found.push(master.getOccurrenceDetails(next).startDate.toJSDate().toISOString());
  }
  const listed = (await world.list(span)).items.map(({ starts_at }) => starts_at);
  assert.deepEqual(found.sort(), listed);
  assert.ok(listed.includes("2026-03-22T08:00:00.000Z") && listed.includes("2026-04-05T07:00:00.000Z"));
});

Deno.test("the file of one meeting is that of the list, and whole days are days in it", async () => {
  await using world = await openWorld();
  const days: Partial<CalendarEvent> = {
    ...SUNDAYS,
    all_day: true,
    start_date: "2026-03-01",
    end_date: "2026-03-03",
    starts_at: "2026-03-01T00:00:00.000Z",
    ends_at: "2026-03-03T00:00:00.000Z",
    recurrence: ["RRULE:FREQ=WEEKLY;UNTIL=20260320", "EXDATE;VALUE=DATE:20260308"],
  };
  await world.deliver("series", 1, days);
  await world.deliver(
    "off",
    2,
    exception("2026-03-15T00:00:00.000Z", {
      ...days,
      kind: "exception",
      recurrence: [],
      status: "cancelled",
      start_date: "2026-03-15",
      end_date: "2026-03-17",
    }),
  );
  const [{ meeting_id } = { meeting_id: "" }] = (await world.list()).items;
  const text = await world.meetings.icsOf("ada", meeting_id) ?? "";
  assert.equal(text, await file(world));
  const lines = checkLines(text);
  const of = (name: string) => lines.filter((line) => line.startsWith(name));
  assert.deepEqual(of("DTSTART"), ["DTSTART;VALUE=DATE:20260301", "DTSTART;VALUE=DATE:20260315"]);
  assert.deepEqual(of("DTEND"), ["DTEND;VALUE=DATE:20260303", "DTEND;VALUE=DATE:20260317"]);
  assert.deepEqual(of("EXDATE"), ["EXDATE;VALUE=DATE:20260308"]);
  assert.deepEqual(of("RECURRENCE-ID"), ["RECURRENCE-ID;VALUE=DATE:20260315"]);
  assert.match(of("RRULE")[0] ?? "", /UNTIL=20260320(;|$)/);
  assert.deepEqual(of("STATUS"), ["STATUS:CONFIRMED", "STATUS:CANCELLED"]);
  assert.equal(of("BEGIN:VTIMEZONE").length, 0);
});

Deno.test("the time zones of a file hold for another library, on both hemispheres and without clock changes", async () => {
  for (
    const zone of [
      "Europe/Berlin",
      "America/New_York",
      "Australia/Sydney",
      "Asia/Tokyo",
      "Europe/Dublin",
      "Africa/Casablanca",
      "Asia/Kolkata",
    ]
  ) {
    await using world = await openWorld();
    await world.deliver("a", 1, { ...SUNDAYS, time_zone: zone, recurrence: ["RRULE:FREQ=WEEKLY"] });
    const text = await file(world);
    checkLines(text);
    const [component] = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vtimezone");
    assert.ok(component !== undefined, zone);
    const timezone = new ICAL.Timezone(component);
    for (let month = 0; month < 36; month++) {
      const at = Temporal.PlainDateTime.from("2026-01-15T12:00:00").add({ months: month });
      const offset = timezone.utcOffset(ICAL.Time.fromDateTimeString(at.toString()));
      assert.equal(offset * 1_000_000_000, at.toZonedDateTime(zone).offsetNanoseconds, `${zone} ${at}`);
    }
  }
});

Deno.test("a refused rule, an unknown zone and a file without meetings are still a calendar", async () => {
  await using world = await openWorld();
  checkLines(await file(world));
  await world.deliver("a", 1, {
    ...SUNDAYS,
    time_zone: "Nowhere/At\r\nAll",
    recurrence: ["RRULE:FREQ=SECONDLY", "X-EVIL:1"],
    ical_uid: "evil\r\nATTACH:file",
  });
  const text = await file(world);
  const lines = checkLines(text);
  assert.ok(!lines.some((line) => /^(RRULE|X-EVIL|ATTACH)/.test(line)));
  assert.equal(events(text)[0]?.start.toISOString(), "2026-03-01T08:00:00.000Z");
});
