/** Graph's subscriptions to calendars, contacts, drives and To Do: what may be subscribed to, and what is told. */
import assert from "node:assert/strict";
import { DESK_SCOPES, deskBundle, subscribe, told } from "./graph_desk_answers.ts";
import { GRAPH, type Json, round } from "./bundle.ts";

const ALL = "created,updated,deleted";
const WRITING = `${DESK_SCOPES} Files.ReadWrite.All Tasks.ReadWrite`;
const CALENDAR = `${GRAPH}/me/calendarView/delta?startDateTime=2025-01-01T00:00:00Z&endDateTime=2028-01-01T00:00:00Z`;

Deno.test("drives and To Do can't be subscribed to with what is enough for reading", async () => {
  const { bundle, token, ada } = await deskBundle();
  const list = [...ada.items("tasks").values()][0]?.container;
  for (const [resource, types] of [["/me/drive/root", "updated"], [`/me/todo/lists/${list}/tasks`, ALL]] as const) {
    const refused = await subscribe(bundle, token, resource, types);
    assert.deepEqual([refused.status, refused.body.error.code], [403, "Forbidden"]);
  }
  for (const resource of ["/me/events", "/me/contacts"]) {
    assert.equal((await subscribe(bundle, token, resource, ALL)).status, 201);
  }
  const writing = await deskBundle(WRITING);
  assert.equal((await subscribe(writing.bundle, writing.token, "/me/drive/root", "updated")).status, 201);
  assert.equal((await subscribe(writing.bundle, writing.token, `/me/todo/lists/${list}/tasks`, ALL)).status, 201);
});

Deno.test("each kind has its own change types and longest life", async () => {
  const { bundle, token, ada } = await deskBundle(WRITING);
  const list = [...ada.items("tasks").values()][0]?.container;
  const lives = [["/me/events", ALL, 6.9], ["/me/contacts", ALL, 6.9], ["/me/drive/root", "updated", 29], [
    `/me/todo/lists/${list}/tasks`,
    ALL,
    2.9,
  ]] as const;
  for (const [resource, types, days] of lives) {
    assert.equal((await subscribe(bundle, token, resource, types, days * 1.1)).status, 400, resource);
    const made = await subscribe(bundle, token, resource, types, days);
    assert.equal(made.status, 201, resource);
    const renewal = {
      method: "PATCH",
      body: JSON.stringify({ expirationDateTime: new Date(bundle.clock.now() + days * 1.1 * 86_400_000) }),
    };
    assert.equal((await bundle.call(token, `${GRAPH}/subscriptions/${made.body.id}`, renewal)).status, 400, resource);
  }
  assert.equal((await subscribe(bundle, token, "/drives/x/root", "updated")).status, 400);
  assert.equal((await subscribe(bundle, token, "/me/drive/root", "created")).status, 400);
  assert.equal((await subscribe(bundle, token, "/me/todo/lists", ALL)).status, 400, "lists can't be watched");
});

Deno.test("a change is told to those who watch the part, the container or all of it, by immutable id", async () => {
  const { bundle, token, desk, ada, get } = await deskBundle();
  const [first, second] = (await get("me/calendars")).value.map((one: Json) => one.id);
  const ids: Record<string, string> = {};
  for (
    const [name, resource] of [
      ["all", "/me/events"],
      ["first", `/me/calendars/${first}/events`],
      ["second", `/me/calendars/${second}/events`],
      ["contacts", "/me/contacts"],
    ]
  ) ids[(await subscribe(bundle, token, resource ?? "", ALL)).body.id] = name ?? "";
  const event = desk.calendar.in(0).find((one) => desk.calendar.kind(one) === "single") ?? assert.fail();
  const id = [...ada.items("calendar").values()].find(({ number }) => number === event.number)?.id;
  const items = async (act: () => void) =>
    ((await told(bundle, act)).value as Json[]).map((item) => {
      assert.equal(item.resourceData.id, id);
      return `${ids[item.subscriptionId]} ${item.changeType}`;
    }).sort();
  assert.deepEqual(await items(() => desk.calendar.edit(event, { title: "A" })), ["all updated", "first updated"]);
  assert.deepEqual(await items(() => desk.calendar.move(event, 1)), ["all updated", "first deleted", "second created"]);
  assert.deepEqual(await items(() => desk.calendar.delete(event)), ["all deleted", "second deleted"]);
});

Deno.test("G-13: a drive says only that something changed; To Do names another path and no tenant", async () => {
  const { bundle, token, desk, ada } = await deskBundle(WRITING);
  const list = [...ada.items("tasks").values()][0]?.container;
  const drive = (await subscribe(bundle, token, "/me/drive/root", "updated")).body.id;
  await subscribe(bundle, token, `/me/todo/lists/${list}/tasks`, ALL);
  const file = desk.drive.visible()[0] ?? assert.fail();
  const { value: [change] } = await told(bundle, () => desk.drive.trash(file));
  assert.deepEqual(
    [change.subscriptionId, change.changeType, change.resource, change.resourceData],
    [drive, "updated", "me/drive/root", null],
  );
  const task = desk.tasks.in(0)[0] ?? assert.fail();
  const { value: [done] } = await told(bundle, () => desk.tasks.complete(task));
  assert.match(done.resource, /^todob2\/graph\/v1\/users\('.*'\)\/todoApp\/lists\('.*'\)\/tasks$/);
  assert.deepEqual([done.tenantId, done.changeType], ["", "updated"]);
});

Deno.test("lifecycle events reach the kinds that know them", async () => {
  const { bundle, token, ada } = await deskBundle(WRITING);
  for (
    const [resource, types] of [["/me/events", ALL], ["/me/contacts", ALL], ["/me/drive/root", "updated"]] as const
  ) {
    await subscribe(bundle, token, resource, types);
  }
  assert.equal(ada.lifecycle("missed"), 2);
  assert.equal(ada.lifecycle("reauthorizationRequired"), 3);
  assert.equal(ada.lifecycle("subscriptionRemoved"), 2);
  assert.equal((await bundle.call(token, `${GRAPH}/subscriptions`)).body.value.length, 1, "the drive's is still there");
});

Deno.test("F-4, F-18: notifications of each part are dropped, doubled, late, and ahead of the data", async () => {
  const { bundle, token, desk } = await deskBundle(WRITING);
  const { faults, counts } = bundle.simulator;
  await subscribe(bundle, token, "/me/events", ALL);
  await subscribe(bundle, token, "/me/drive/root", "updated");
  const event = desk.calendar.in(0).find((one) => desk.calendar.kind(one) === "single") ?? assert.fail();
  const file = desk.drive.visible()[0] ?? assert.fail();
  const both = () => {
    desk.calendar.edit(event, {});
    desk.drive.rename(file, "renamed");
  };
  const items = async () => {
    bundle.received.length = 0;
    both();
    await bundle.clock.runUntil(bundle.simulator.idle());
    return bundle.received.flatMap(({ text }) => JSON.parse(text).value).length;
  };
  assert.equal(await items(), 2);
  faults.duplicateNotifications = 1;
  assert.equal(await items(), 4);
  faults.duplicateNotifications = 0;
  faults.dropNotifications = 1;
  assert.deepEqual([await items(), counts.notifications.dropped], [0, 2]);
  faults.dropNotifications = 0;
  faults.lateNotifications = 30_000;
  const before = bundle.clock.now();
  assert.equal(await items(), 2);
  assert.ok((bundle.received[0]?.at ?? 0) - before >= 30_000);
  faults.lateNotifications = 0;
  const links = [await round(bundle, token, CALENDAR), await round(bundle, token, `${GRAPH}/me/drive/root/delta`)];
  faults.emptyFirstDelta = true;
  assert.equal(await items(), 2);
  for (const { deltaLink } of links) {
    const early = await round(bundle, token, deltaLink);
    assert.deepEqual(early.items.filter((one) => one.root === undefined), []);
    assert.equal((await round(bundle, token, early.deltaLink)).items.filter((one) => one.root === undefined).length, 1);
  }
});
