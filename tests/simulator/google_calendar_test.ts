/** The simulated Calendar API. */
import assert from "node:assert/strict";
import { type Json, ORIGIN } from "./bundle.ts";
import { CALENDAR, GOOGLE, google, type GoogleBundle, withQuery } from "./google_bundle.ts";

const LIST = `${CALENDAR}/users/me/calendarList`;

function eventsOf(bundle: GoogleBundle, number = 0): string {
  const id = bundle.ben.desk.calendar.container(number).name;
  const address = number === 0 ? "primary" : [...bundle.ben.items("calendar").values()]
    .find((one) => bundle.ben.desk.calendar.at(one.number)?.container === number)?.container;
  assert.ok(address !== undefined, id);
  return `${CALENDAR}/calendars/${encodeURIComponent(address)}/events`;
}

Deno.test("calendarList has the primary calendar under the person's address, and tells of what came, changed and went", async () => {
  const bundle = await google();
  const first = await bundle.get(LIST);
  const [primary] = first.items;
  assert.deepEqual([primary.id, primary.primary, primary.accessRole], [bundle.ben.address, true, "owner"]);
  const { calendar } = bundle.ben.desk;
  const made = calendar.addContainer("Harvest");
  const [, gone] = calendar.containers();
  calendar.deleteContainer(gone ?? assert.fail());
  const changes = await bundle.get(withQuery(LIST, { syncToken: first.nextSyncToken }));
  assert.deepEqual(changes.items.map((one: Json) => one.deleted ?? one.summary), ["Harvest", true]);
  calendar.renameContainer(made, "Barn");
  const more = await bundle.get(withQuery(LIST, { syncToken: changes.nextSyncToken }));
  assert.deepEqual(more.items.map((one: Json) => one.summary), ["Barn"]);
});

Deno.test("events.list pages through everything and ends with a sync token, whose round tells what changed", async () => {
  const bundle = await google({ desk: { events: 60, contacts: 0, files: 0, tasks: 0 } });
  const url = eventsOf(bundle);
  const all = await bundle.pages(withQuery(url, { maxResults: "5" }), "items");
  const live = all.items.filter((one) => one.status !== "cancelled");
  const { calendar } = bundle.ben.desk;
  assert.equal(live.length, calendar.in(0).length);
  assert.ok(all.count > 2 && all.last.nextSyncToken !== undefined);
  const [event] = calendar.in(0).filter((one) => calendar.kind(one) === "single");
  calendar.edit(event ?? assert.fail(), { title: "Moved" });
  const changed = await bundle.get(withQuery(url, { syncToken: all.last.nextSyncToken }));
  assert.deepEqual(changed.items.map((one: Json) => one.summary), ["Moved"]);
  const quiet = await bundle.get(withQuery(url, { syncToken: changed.nextSyncToken }));
  assert.deepEqual(quiet.items, []);
});

Deno.test("an event that is deleted has only kind, etag, id and status (G-19)", async () => {
  const bundle = await google();
  const url = eventsOf(bundle);
  const { nextSyncToken } = await bundle.get(url);
  const { calendar } = bundle.ben.desk;
  const event = calendar.in(0).find((one) => calendar.kind(one) === "single") ?? assert.fail();
  calendar.delete(event);
  const { items } = await bundle.get(withQuery(url, { syncToken: nextSyncToken }));
  assert.deepEqual(items.map(Object.keys), [["kind", "etag", "id", "status"]]);
  const again = await bundle.get(`${url}/${items[0].id}`);
  assert.equal(again.status, "cancelled");
});

Deno.test("an occurrence that is taken out is told with its series and when it was planned, its series is not", async () => {
  const bundle = await google({ desk: { events: 80, contacts: 0, files: 0, tasks: 0 } });
  const { calendar } = bundle.ben.desk;
  const series = calendar.in(0).find((one) => calendar.kind(one) === "series") ?? assert.fail();
  const url = eventsOf(bundle);
  const { nextSyncToken } = await bundle.get(url);
  const planned = calendar.occurrences(series, 0, Date.parse("2100-01-01"))[0]?.planned ?? assert.fail();
  calendar.cancelOccurrence(series, planned);
  const { items } = await bundle.get(withQuery(url, { syncToken: nextSyncToken }));
  assert.equal(items.length, 1);
  const [out] = items;
  assert.equal(out.status, "cancelled");
  assert.ok(out.id.startsWith(`${out.recurringEventId}_`));
  assert.ok(out.originalStartTime.dateTime.startsWith(planned));
  const full = await bundle.get(withQuery(url, { maxResults: "2500" }));
  assert.ok(full.items.some((one: Json) => one.id === out.id), "a full list has it as well");
});

Deno.test("an event that is moved to another calendar is cancelled in the old one and keeps its id", async () => {
  const bundle = await google();
  const { calendar } = bundle.ben.desk;
  const event = calendar.in(0).find((one) => calendar.kind(one) === "single") ?? assert.fail();
  const url = eventsOf(bundle);
  const { nextSyncToken } = await bundle.get(url);
  calendar.move(event, 1);
  const { items: [old] } = await bundle.get(withQuery(url, { syncToken: nextSyncToken }));
  const there = await bundle.get(`${eventsOf(bundle, 1)}/${old.id}`);
  assert.deepEqual([old.status, there.status === "cancelled"], ["cancelled", false]);
});

Deno.test("singleEvents gives occurrences in place of series, and timeMin leaves out what is over", async () => {
  const bundle = await google({ desk: { events: 60, contacts: 0, files: 0, tasks: 0 } });
  const url = eventsOf(bundle);
  const timeMin = new Date(bundle.clock.now()).toISOString();
  const timeMax = new Date(bundle.clock.now() + 30 * 86_400_000).toISOString();
  const query = { singleEvents: "true", timeMin, timeMax, maxResults: "2500" };
  const { items } = await bundle.get(withQuery(url, query));
  assert.ok(items.length > 0 && items.every((one: Json) => one.recurrence === undefined));
  for (const { start, end } of items) {
    assert.ok(Date.parse(end.dateTime ?? end.date) > Date.parse(timeMin) - 86_400_000);
    assert.ok(Date.parse(start.dateTime ?? start.date) < Date.parse(timeMax) + 86_400_000);
  }
});

Deno.test("the person's own answer stands among the attendees (G-20)", async () => {
  const bundle = await google({ desk: { events: 60, contacts: 0, files: 0, tasks: 0 } });
  const { items } = await bundle.get(withQuery(eventsOf(bundle), { maxResults: "2500" }));
  const asked = items.filter((one: Json) => one.organizer?.self !== true && one.attendees !== undefined);
  assert.ok(asked.length > 0);
  for (const one of asked) assert.ok(one.attendees.some((guest: Json) => guest.self === true && guest.responseStatus));
});

Deno.test("a lost sync token is 410 fullSyncRequired, a malformed one 400, one with timeMin 400", async () => {
  const bundle = await google();
  const url = eventsOf(bundle);
  const { nextSyncToken: syncToken } = await bundle.get(url);
  const timed = await bundle.refused(withQuery(url, { syncToken, timeMin: "2026-01-01T00:00:00Z" }));
  assert.deepEqual([timed.status, timed.body.error.errors[0].location], [400, "timeMin"]);
  assert.equal((await bundle.refused(withQuery(url, { syncToken: "nonsense" }))).status, 400);
  assert.equal((await bundle.refused(withQuery(url, { syncToken, singleEvents: "true" }))).status, 400);
  bundle.simulator.faults.loseCursors = "all";
  const lost = await bundle.refused(withQuery(url, { syncToken }));
  assert.deepEqual([lost.status, lost.reason], [410, "fullSyncRequired"]);
  const late = await bundle.refused(withQuery(url, { updatedMin: "2020-01-01T00:00:00Z" }));
  assert.deepEqual([late.status, late.reason], [410, "updatedMinTooLongAgo"]);
});

Deno.test("deletes and new events between two pages are told by the sync token, and leave no page short", async () => {
  const bundle = await google({ desk: { events: 60, contacts: 0, files: 0, tasks: 0 } });
  const url = withQuery(eventsOf(bundle), { maxResults: "5" });
  const { calendar } = bundle.ben.desk;
  const first = await bundle.get(url);
  const before = calendar.in(0).map(({ number }) => number);
  calendar.delete(calendar.at(before[0] ?? -1) ?? assert.fail());
  calendar.create(0, { ...(calendar.at(before[1] ?? -1)?.content ?? assert.fail()), title: "New" });
  const rest = await bundle.pages(withQuery(url, { pageToken: first.nextPageToken }), "items");
  assert.ok(!rest.items.some((one) => one.summary === "New"));
  const delta = await bundle.get(withQuery(eventsOf(bundle), { syncToken: rest.last.nextSyncToken }));
  assert.deepEqual(delta.items.map((one: Json) => one.status), ["cancelled", delta.items[1].status]);
  assert.equal(delta.items[1].summary, "New");
});

Deno.test("a batch holds calls to events, each answered under its own id", async () => {
  const bundle = await google();
  const { items } = await bundle.get(eventsOf(bundle));
  const paths = [items[0].id, "nothing"].map((id) => `/calendar/v3/calendars/primary/events/${id}`);
  const parts = paths.map((path, at) =>
    `--b\r\nContent-Type: application/http\r\nContent-ID: <${at}>\r\n\r\nGET ${path} HTTP/1.1\r\n\r\n`
  );
  const response = await bundle.simulator.fetch(
    new Request(`${GOOGLE}/batch/calendar/v3`, {
      method: "POST",
      headers: { authorization: `Bearer ${bundle.token}`, "content-type": "multipart/mixed; boundary=b" },
      body: `${parts.join("")}--b--`,
    }),
  );
  const text = await response.text();
  assert.equal(response.status, 200);
  assert.match(text, /<response-0>\r\n\r\nHTTP\/1.1 200/);
  assert.match(text, /<response-1>\r\n\r\nHTTP\/1.1 404/);
});

Deno.test("an unknown calendar is 404, one that was deleted too", async () => {
  const bundle = await google();
  const url = eventsOf(bundle, 1);
  bundle.ben.desk.calendar.deleteContainer(bundle.ben.desk.calendar.container(1));
  for (const gone of [url, `${CALENDAR}/calendars/nobody%40example.com/events`]) {
    assert.equal((await bundle.refused(gone)).status, 404);
  }
  assert.ok(url.startsWith(ORIGIN));
});
