/** Conflicts, and when people are free: over working hours, zones and clock changes. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { united, without, workingSpans } from "../../../consumers/meetings/intervals.ts";
import type { Span } from "../../../consumers/meetings/model.ts";
import type { CalendarEvent } from "../../../shared/contracts/documents.ts";
import { openWorld, SUNDAYS, type World } from "./meetings_world.ts";

const WEEKDAYS = new Set([1, 2, 3, 4, 5]);
const HOURS = { days: WEEKDAYS, starts: "09:00", ends: "17:00" };

/** A meeting on the second of March between two hours of UTC. */
function between(from: string, to: string, over: Partial<CalendarEvent> = {}): Partial<CalendarEvent> {
  const uid = `${from}-${to}@calendar.test`;
  return {
    ical_uid: uid,
    title: `${from}-${to}`,
    starts_at: `2026-03-02T${from}:00.000Z`,
    ends_at: `2026-03-02T${to}:00.000Z`,
    ...over,
  };
}

async function conflicts(world: World, over: { limit?: number; cursor?: string } = {}) {
  return await world.meetings.conflicts("ada", {
    from: "2026-03-01",
    to: "2026-04-01",
    zone: "UTC",
    cursor: "",
    limit: 100,
    ...over,
  });
}

Deno.test("conflicts are told where time is taken twice: firm ones and possible ones, and none by what is free or off", async () => {
  await using world = await openWorld();
  await world.deliver("a", 1, between("09:00", "11:00"));
  await world.deliver("b", 2, between("10:00", "12:00", { my_response: "accepted" }));
  await world.deliver("c", 3, between("10:30", "10:45", { my_response: "tentative" }));
  await world.deliver("d", 4, between("09:30", "09:45", { show_as: "free" }));
  await world.deliver("e", 5, between("09:15", "09:45", { my_response: "declined" }));
  await world.deliver("f", 6, between("09:00", "11:30", { status: "cancelled" }));
  await world.deliver("g", 7, between("12:00", "13:00"));
  await world.deliver("h", 8, between("10:00", "10:00"));
  const { items, next_cursor } = await conflicts(world);
  assert.deepEqual(
    items.map((
      { kind, starts_at, ends_at, occurrences },
    ) => [kind, starts_at.slice(11, 16), ends_at.slice(11, 16), ...occurrences.map(({ title }) => title)]),
    [
      ["double_booking", "10:00", "11:00", "09:00-11:00", "10:00-12:00"],
      ["possible", "10:30", "10:45", "09:00-11:00", "10:30-10:45"],
      ["possible", "10:30", "10:45", "10:00-12:00", "10:30-10:45"],
    ],
  );
  assert.equal(next_cursor, "");
  const paged = [];
  for (let cursor = "", more = true; more;) {
    const page = await conflicts(world, { limit: 1, cursor });
    paged.push(...page.items);
    cursor = page.next_cursor;
    more = cursor !== "";
  }
  assert.deepEqual(paged, items);
});

Deno.test("a meeting in two calendars is no conflict with itself, and its copy does not hide that it takes time", async () => {
  await using world = await openWorld();
  await world.deliver("a", 1, between("09:00", "10:00", { my_response: "declined" }));
  await world.deliver("b", 2, between("09:00", "10:00", { container: "home", my_response: "accepted" }));
  await world.deliver("c", 3, between("09:30", "09:40"));
  assert.deepEqual((await conflicts(world)).items.map(({ kind }) => kind), ["double_booking"]);
});

async function availability(
  world: World,
  over: { from?: string; to?: string; zone?: string; users?: string[]; minutes?: number; scope?: "user" | "admin" } =
    {},
) {
  const { scope = "user", ...query } = over;
  const found = await world.meetings.availability({ user_id: "ada", scope }, {
    from: "2026-03-02",
    to: "2026-03-03",
    zone: "UTC",
    users: ["ada"],
    hours: HOURS,
    minutes: 30,
    ...query,
  });
  const hours = (spans: { starts_at: string; ends_at: string }[]) =>
    spans.map(({ starts_at, ends_at }) => `${starts_at.slice(5, 16)}/${ends_at.slice(5, 16)}`);
  return found === null ? null : { busy: found.people.map(({ busy }) => hours(busy)), free: hours(found.free) };
}

Deno.test("availability puts busy times together and leaves what is free of the working hours", async () => {
  await using world = await openWorld();
  await world.deliver("a", 1, between("09:00", "10:00"));
  await world.deliver("b", 2, between("09:30", "11:00", { my_response: "tentative" }));
  await world.deliver("c", 3, between("11:10", "12:00"));
  await world.deliver("d", 4, between("16:00", "19:00"));
  await world.deliver("e", 5, between("13:00", "14:00", { show_as: "free" }));
  assert.deepEqual(await availability(world), {
    busy: [["03-02T09:00/03-02T11:00", "03-02T11:10/03-02T12:00", "03-02T16:00/03-02T19:00"]],
    free: ["03-02T12:00/03-02T16:00"],
  });
  assert.deepEqual((await availability(world, { minutes: 10 }))?.free, [
    "03-02T11:00/03-02T11:10",
    "03-02T12:00/03-02T16:00",
  ]);
});

Deno.test("working hours are those of the zone, on both sides of a clock change, and over midnight", () => {
  const spans = (zone: string, from: string, to: string, over = {}) =>
    workingSpans({ ...HOURS, zone, ...over }, { from: Date.parse(from), to: Date.parse(to) })
      .map((span) =>
        `${new Date(span.from).toISOString().slice(5, 16)}/${new Date(span.to).toISOString().slice(5, 16)}`
      );
  assert.deepEqual(spans("Europe/Berlin", "2026-03-27T00:00Z", "2026-03-31T00:00Z"), [
    "03-27T08:00/03-27T16:00",
    "03-30T07:00/03-30T15:00",
  ]);
  assert.deepEqual(spans("America/New_York", "2026-10-30T00:00Z", "2026-11-03T00:00Z"), [
    "10-30T13:00/10-30T21:00",
    "11-02T14:00/11-02T22:00",
  ]);
  const night = { starts: "22:00", ends: "06:00", days: new Set([6]) };
  assert.deepEqual(
    spans("Europe/Berlin", "2026-03-28T00:00Z", "2026-03-31T00:00Z", night),
    ["03-28T21:00/03-29T04:00"],
    "seven hours",
  );
  assert.deepEqual(
    spans("Europe/Berlin", "2026-10-24T00:00Z", "2026-10-27T00:00Z", night),
    ["10-24T20:00/10-25T05:00"],
    "nine hours",
  );
  const whole = { starts: "00:00", ends: "00:00", days: new Set([7]) };
  assert.deepEqual(
    spans("Europe/Berlin", "2026-03-29T00:00Z", "2026-04-01T00:00Z", whole),
    ["03-29T00:00/03-29T22:00"],
    "cut at the beginning",
  );
  assert.deepEqual(
    spans("Europe/Berlin", "2026-03-29T02:00Z", "2026-03-29T03:00Z", night),
    ["03-29T02:00/03-29T03:00"],
    "the night that the day before began",
  );
});

Deno.test("a series keeps its place in the working day over a clock change", async () => {
  await using world = await openWorld();
  await world.deliver("a", 1, {
    ...SUNDAYS,
    recurrence: ["RRULE:FREQ=DAILY;BYDAY=FR,MO"],
    starts_at: "2026-03-27T08:00:00.000Z",
    ends_at: "2026-03-27T09:00:00.000Z",
  });
  assert.deepEqual((await availability(world, { zone: "Europe/Berlin", from: "2026-03-27", to: "2026-03-31" }))?.free, [
    "03-27T09:00/03-27T16:00",
    "03-30T08:00/03-30T15:00",
  ]);
});

Deno.test("others' time is seen by those they allowed and by operators, when it is taken and nothing else", async () => {
  await using world = await openWorld();
  await world.deliver("a", 1, between("09:00", "10:00"));
  await world.deliver("b", 2, between("10:00", "11:00", { title: "Secret", location: "Room 4" }), "ben");
  const both = { users: ["ada", "ben"] };
  assert.equal(await availability(world, both), null);
  await world.meetings.share("ben", { everybody: false, users: ["cara"] });
  assert.equal(await availability(world, both), null);
  const expected = {
    busy: [["03-02T09:00/03-02T10:00"], ["03-02T10:00/03-02T11:00"]],
    free: ["03-02T11:00/03-02T17:00"],
  };
  assert.deepEqual(await availability(world, { ...both, scope: "admin" }), expected);
  await world.meetings.share("ben", { everybody: false, users: ["ada"] });
  assert.deepEqual(await availability(world, both), expected);
  await world.meetings.share("ben", { everybody: true, users: [] });
  assert.deepEqual(await availability(world, both), expected);
  const whole = await world.meetings.availability({ user_id: "ada", scope: "user" }, {
    from: "2026-03-02",
    to: "2026-03-03",
    zone: "UTC",
    hours: HOURS,
    minutes: 30,
    ...both,
  });
  assert.ok(!JSON.stringify(whole).includes("Secret"));
  assert.deepEqual(whole?.people[1], {
    user_id: "ben",
    busy: [{ starts_at: "2026-03-02T10:00:00.000Z", ends_at: "2026-03-02T11:00:00.000Z" }],
  });
  await world.meetings.share("ben", { everybody: false, users: [] });
  assert.equal(await availability(world, both), null, "and not any more");
});

Deno.test("without() and united() say what looking at each moment says", () => {
  const spans = fc.array(
    fc.tuple(fc.nat(40), fc.nat(12)).map(([from, length]): Span => ({ from, to: from + length })),
    { maxLength: 8 },
  );
  const at = (all: readonly Span[], moment: number) => all.some(({ from, to }) => from <= moment && moment < to);
  fc.assert(fc.property(spans, spans, (some, taken) => {
    const left = without(united(some), united(taken));
    for (let moment = 0; moment < 60; moment++) {
      assert.equal(at(left, moment), at(some, moment) && !at(taken, moment));
    }
    assert.deepEqual(united(left), left);
  }));
});
