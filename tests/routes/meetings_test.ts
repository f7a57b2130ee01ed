import assert from "node:assert/strict";
import { z } from "zod";
import { addMeetingRoutes } from "../../routes/meetings.ts";
import { openWorld as openMeetings, SUNDAYS } from "../consumers/meetings/meetings_world.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { openGuards, testApp } from "./test_app.ts";

const BASE = "/v1/meetings";
/** When the tests are. */
const NOW = "2026-03-02T07:00:00.000Z";
const Item = z.looseObject({
  meeting_id: z.string(),
  title: z.string(),
  starts_at: z.string(),
  local_start: z.string(),
});
const Page = z.object({ items: z.array(Item), next_cursor: z.string(), incomplete: z.array(z.unknown()) });
const Whole = z.looseObject({
  meeting_id: z.string(),
  occurrences: z.array(Item),
  sources: z.array(z.object({ doc_id: z.string(), url: z.string() }).loose()),
  related: z.array(z.unknown()),
});
const Agenda = z.object({
  day: z.string(),
  zone: z.string(),
  all_day: z.array(Item),
  items: z.array(Item),
  incomplete: z.array(z.unknown()),
});
const Problem = z.object({ type: z.string(), field: z.string().optional() }).loose();

async function openWorld() {
  const world = await openMeetings();
  const clock = new SimulatedClock({ start: NOW });
  const appOf = (user_id: string, scope: "user" | "admin" = "user") => {
    const { app } = testApp({ guards: openGuards({ user_id, scope, via: "api_key" }) });
    addMeetingRoutes(app, { meetings: world.meetings, clock });
    return app;
  };
  const apps = { ada: appOf("ada"), ben: appOf("ben"), operator: appOf("ada", "admin") };
  const get = async (path = "", who: keyof typeof apps = "ada") => await apps[who].request(BASE + path);
  return {
    ...world,
    get,
    async share(body: unknown, who: keyof typeof apps) {
      const init = { method: "PUT", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
      return await apps[who].request(`${BASE}/sharing`, init);
    },
    async read<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
      const answer = await get(path);
      assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`);
      return schema.parse(await answer.json());
    },
    async refused(path: string, status = 400) {
      const answer = await get(path);
      assert.equal(answer.status, status, path);
      assert.equal(answer.headers.get("content-type"), "application/problem+json");
      return Problem.parse(await answer.json());
    },
  };
}

Deno.test("GET meetings lists what is coming up, in the order of time, in the zone that is asked for, by pages", async () => {
  await using world = await openWorld();
  await world.deliver("series", 1, SUNDAYS);
  await world.deliver("single", 2, {});
  await world.deliver("past", 3, {
    title: "Past",
    ical_uid: "past",
    starts_at: "2026-03-02T05:00:00.000Z",
    ends_at: "2026-03-02T06:00:00.000Z",
  });
  const all = await world.read("?zone=Europe/Berlin", Page);
  assert.deepEqual(all.items.map(({ title, local_start }) => `${title} ${local_start}`), [
    "Planning 2026-03-02T10:00:00",
    "Sundays 2026-03-08T09:00:00",
    "Sundays 2026-03-15T09:00:00",
    "Sundays 2026-03-22T09:00:00",
    "Sundays 2026-03-29T09:00:00",
  ]);
  assert.deepEqual([all.next_cursor, all.incomplete], ["", []]);
  const paged = [];
  for (let cursor = "", more = true; more;) {
    const page = await world.read(`?zone=Europe/Berlin&limit=2&cursor=${cursor}`, Page);
    paged.push(...page.items);
    cursor = page.next_cursor;
    more = cursor !== "";
    assert.match(cursor, /^[A-Za-z0-9_-]*$/);
  }
  assert.deepEqual(paged, all.items);
  const day = await world.read("?from=2026-03-08&to=2026-03-09&zone=Europe/Berlin", Page);
  assert.deepEqual(day.items.map(({ title }) => title), ["Sundays"]);
  assert.equal((await world.read("?from=2026-03-02T00:00:00Z", Page)).items[0]?.title, "Past");
  assert.deepEqual((await world.read("?from=2026-03-02T09:00:00%2B01:00", Page)).items[0]?.title, "Planning");
});

Deno.test("GET meetings refuses what it can't serve, and says which field", async () => {
  await using world = await openWorld();
  const refusals: readonly (readonly [string, string, string])[] = [
    ["?zone=Mars/Olympus", "zone_unknown", "zone"],
    ["?zone=%2B02:00", "zone_unknown", "zone"],
    ["?from=2026-03-02&to=2026-03-02", "range_empty", "to"],
    ["?from=2026-01-01&to=2029-01-01", "range_too_long", "to"],
    ["?from=soon", "request_invalid", "from"],
    ["?from=2026-02-30", "request_invalid", "from"],
    ["?limit=0", "request_invalid", "limit"],
    ["?cursor=%25", "cursor_invalid", "cursor"],
    ["?form=2026-03-02", "request_invalid", "form"],
    ["/conflicts?from=2026-01-01&to=2026-12-01", "range_too_long", "to"],
    ["/availability?from=2026-01-01&to=2026-12-01", "range_too_long", "to"],
    ["/availability?work_starts=9am", "request_invalid", "work_starts"],
    ["/availability?work_days=mon,funday", "request_invalid", "work_days.1"],
    ["/availability?users=not%20a%20user", "request_invalid", "users.0"],
    ["/agenda?day=today", "request_invalid", "day"],
    ["/agenda?zone=Mars/Olympus", "zone_unknown", "zone"],
    ["/export.ics?from=2026-01-01&to=2036-01-01", "range_too_long", "to"],
    ["/not-an-id", "request_invalid", "meeting_id"],
  ];
  for (const [path, type, field] of refusals) {
    const problem = await world.refused(path);
    assert.deepEqual([problem.type, problem.field], [`urn:millrace:problem:${type}`, field], path);
  }
});

Deno.test("GET one meeting shows its occurrences and the events behind it, and to nobody else", async () => {
  await using world = await openWorld();
  await world.deliver("series", 1, SUNDAYS);
  const [{ meeting_id } = { meeting_id: "" }] = (await world.read("", Page)).items;
  const whole = await world.read(`/${meeting_id}?to=2026-03-20`, Whole);
  assert.deepEqual(whole.occurrences.map(({ starts_at }) => starts_at.slice(0, 10)), ["2026-03-08", "2026-03-15"]);
  const doc_id = await world.docId("series");
  assert.deepEqual(whole.sources.map(({ doc_id, url }) => [doc_id, url]), [[doc_id, `/v1/documents/${doc_id}`]]);
  for (const path of [`/${meeting_id}`, `/${meeting_id}/ics`]) {
    assert.equal((await world.get(path)).status, 200);
    assert.equal((await world.get(path, "ben")).status, 404, path);
  }
  await world.refused(`/${"0".repeat(32)}`, 404);
  await world.refused(`/${"0".repeat(32)}/ics`, 404);
});

Deno.test("GET agenda has the day of its zone, whole days apart, by default today", async () => {
  await using world = await openWorld();
  await world.deliver("late", 1, {
    title: "Late",
    starts_at: "2026-03-02T23:30:00.000Z",
    ends_at: "2026-03-03T00:30:00.000Z",
  });
  await world.deliver("day", 2, {
    title: "Fair",
    ical_uid: "fair",
    all_day: true,
    start_date: "2026-03-03",
    end_date: "2026-03-04",
    starts_at: "2026-03-03T00:00:00.000Z",
    ends_at: "2026-03-04T00:00:00.000Z",
  });
  const titles = async (query: string) => {
    const { day, all_day, items } = await world.read(`/agenda${query}`, Agenda);
    return [day, all_day.map(({ title }) => title), items.map(({ title }) => title)];
  };
  assert.deepEqual(await titles(""), ["2026-03-02", [], ["Late"]]);
  assert.deepEqual(await titles("?day=2026-03-03"), ["2026-03-03", ["Fair"], ["Late"]]);
  assert.deepEqual(await titles("?day=2026-03-02&zone=Asia/Tokyo"), ["2026-03-02", [], []]);
  assert.deepEqual(await titles("?day=2026-03-03&zone=Asia/Tokyo"), ["2026-03-03", ["Fair"], ["Late"]]);
  assert.equal((await titles("?zone=Pacific/Honolulu"))[0], "2026-03-01", "today is another day there");
});

Deno.test("GET conflicts and availability of a person, and of others only if they or an operator allow it", async () => {
  await using world = await openWorld();
  await world.deliver("a", 1, {});
  await world.deliver("b", 2, {
    ical_uid: "b",
    starts_at: "2026-03-02T09:30:00.000Z",
    ends_at: "2026-03-02T10:30:00.000Z",
  });
  await world.deliver("c", 3, {
    title: "Secret",
    ical_uid: "c",
    starts_at: "2026-03-02T11:00:00.000Z",
    ends_at: "2026-03-02T12:00:00.000Z",
  }, "ben");
  const Conflicts = z.object({
    items: z.array(z.object({ kind: z.string(), starts_at: z.string() }).loose()),
    next_cursor: z.string(),
  });
  assert.deepEqual((await world.read("/conflicts", Conflicts)).items.map(({ kind, starts_at }) => [kind, starts_at]), [[
    "double_booking",
    "2026-03-02T09:30:00.000Z",
  ]]);
  const Interval = z.strictObject({ starts_at: z.string(), ends_at: z.string() });
  const Available = z.strictObject({
    from: z.string(),
    to: z.string(),
    zone: z.string(),
    free: z.array(Interval),
    people: z.array(z.strictObject({ user_id: z.string(), busy: z.array(Interval) })),
  });
  const query = "?from=2026-03-02&to=2026-03-03";
  const own = await world.read(`/availability${query}`, Available);
  assert.deepEqual(own.people, [{
    user_id: "ada",
    busy: [{ starts_at: "2026-03-02T09:00:00.000Z", ends_at: "2026-03-02T10:30:00.000Z" }],
  }]);
  assert.deepEqual(own.free, [{ starts_at: "2026-03-02T10:30:00.000Z", ends_at: "2026-03-02T17:00:00.000Z" }]);
  const both = `/availability${query}&users=ada,ben`;
  await world.refused(both, 404);
  await world.refused(`/availability${query}&users=nobody-there`, 404);
  const expected = [{ starts_at: "2026-03-02T10:30:00.000Z", ends_at: "2026-03-02T11:00:00.000Z" }, {
    starts_at: "2026-03-02T12:00:00.000Z",
    ends_at: "2026-03-02T17:00:00.000Z",
  }];
  const byOperator = Available.parse(await (await world.get(both, "operator")).json());
  assert.deepEqual(byOperator.free, expected);
  assert.equal((await world.share({ everybody: false, users: ["ada"] }, "ben")).status, 200);
  assert.deepEqual((await world.read(both, Available)).free, expected);
  assert.deepEqual(await (await world.get("/sharing", "ben")).json(), { everybody: false, users: ["ada"] });
  assert.deepEqual(await (await world.get("/sharing")).json(), { everybody: false, users: [] });
  for (
    const body of [{}, { everybody: "yes", users: [] }, { everybody: true, users: ["not a user"] }, {
      everybody: true,
      users: [],
      more: 1,
    }]
  ) {
    assert.equal((await world.share(body, "ben")).status, 400, JSON.stringify(body));
  }
  const late = await world.read(
    `/availability${query}&work_starts=12:00&work_ends=13:00&work_days=tue&minutes=5`,
    Available,
  );
  assert.deepEqual(late.free, []);
});

Deno.test("GET export.ics and one meeting's ics are calendar files to be saved", async () => {
  await using world = await openWorld();
  await world.deliver("series", 1, SUNDAYS);
  const [{ meeting_id } = { meeting_id: "" }] = (await world.read("", Page)).items;
  for (const path of ["/export.ics", `/${meeting_id}/ics`]) {
    const answer = await world.get(path);
    assert.equal(answer.headers.get("content-type"), "text/calendar; charset=utf-8");
    assert.match(answer.headers.get("content-disposition") ?? "", /^attachment; filename="[a-z]+\.ics"$/);
    assert.match(await answer.text(), /^BEGIN:VCALENDAR\r\n[^]*UID:sundays@calendar\.test\r\n[^]*END:VCALENDAR\r\n$/);
  }
});
