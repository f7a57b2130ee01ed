/** Notification channels of the simulated Calendar and Drive, and the errors that all of Google's APIs share. */
import assert from "node:assert/strict";
import {
  CALENDAR,
  channelRequest,
  DRIVE,
  google,
  type GoogleBundle,
  PEOPLE,
  TASKS,
  withQuery,
} from "./google_bundle.ts";

const EVENTS = `${CALENDAR}/calendars/primary/events/watch`;
const HOUR_MS = 3_600_000;

function states({ received }: GoogleBundle): string[] {
  return received.map(({ headers }) => headers.get("x-goog-resource-state") ?? "");
}

function editEvent({ ben: { desk: { calendar } } }: GoogleBundle): void {
  calendar.edit(calendar.in(0)[0] ?? assert.fail(), { title: "Changed" });
}

Deno.test("a channel's sync message comes before the answer to the call that made it, with all headers and no body (G-27, G-28)", async () => {
  const bundle = await google();
  let answered = false;
  bundle.answer = () => {
    assert.equal(answered, false);
    return new Response(null, { status: 200 });
  };
  const { status, body } = await bundle.post(EVENTS, channelRequest("channel-1"));
  answered = true;
  assert.deepEqual([status, body.kind, body.id, typeof body.expiration], [200, "api#channel", "channel-1", "string"]);
  const [sync] = bundle.received;
  assert.equal(sync?.text, "");
  assert.equal(sync?.headers.get("x-goog-resource-state"), "sync");
  assert.equal(sync?.headers.get("x-goog-message-number"), "1");
  assert.equal(sync?.headers.get("x-goog-channel-token"), "secret");
  assert.equal(sync?.headers.get("x-goog-resource-id"), body.resourceId);
  assert.equal(Date.parse(sync?.headers.get("x-goog-channel-expiration") ?? ""), Number(body.expiration));
});

Deno.test("a channel without a token sends none, and one may come after the answer too", async () => {
  const bundle = await google();
  bundle.simulator.faults.earlySyncMessages = false;
  const { token: _, ...request } = channelRequest("channel-1");
  await bundle.post(EVENTS, request);
  await bundle.simulator.idle();
  assert.equal(bundle.received[0]?.headers.get("x-goog-channel-token"), null);
});

Deno.test("changes are told with the state exists, numbers grow, and name no item (F-20)", async () => {
  const bundle = await google();
  await bundle.post(EVENTS, channelRequest("channel-1"));
  editEvent(bundle);
  editEvent(bundle);
  await bundle.simulator.idle();
  assert.deepEqual(states(bundle), ["sync", "exists", "exists"]);
  const numbers = bundle.received.map(({ headers }) => Number(headers.get("x-goog-message-number")));
  assert.deepEqual(numbers, [...numbers].sort((one, two) => one - two));
  assert.ok(bundle.received.every(({ text }) => text === ""));
});

Deno.test("an id can be used once, and a call without a valid address is refused (F-22)", async () => {
  const bundle = await google();
  await bundle.post(EVENTS, channelRequest("channel-1"));
  const again = await bundle.refused(EVENTS, { method: "POST", body: JSON.stringify(channelRequest("channel-1")) });
  assert.deepEqual([again.status, again.reason], [400, "channelIdNotUnique"]);
  assert.equal((await bundle.post(EVENTS, channelRequest("c2", { address: "nowhere" }))).status, 400);
  assert.equal((await bundle.post(EVENTS, channelRequest("c3", { expiration: 1 }))).status, 400);
});

Deno.test("two channels on one collection are both told until one is stopped (F-22)", async () => {
  const bundle = await google();
  const first = (await bundle.post(EVENTS, channelRequest("channel-1"))).body;
  const second = (await bundle.post(EVENTS, channelRequest("channel-2"))).body;
  assert.equal(first.resourceId, second.resourceId);
  const stop = `${CALENDAR}/channels/stop`;
  assert.equal((await bundle.post(stop, { id: "channel-1", resourceId: "other" })).status, 404);
  assert.equal((await bundle.post(stop, { id: "channel-1", resourceId: first.resourceId })).status, 204);
  assert.equal((await bundle.post(stop, { id: "channel-1", resourceId: first.resourceId })).status, 404);
  bundle.received.length = 0;
  editEvent(bundle);
  await bundle.simulator.idle();
  assert.deepEqual(bundle.received.map(({ headers }) => headers.get("x-goog-channel-id")), ["channel-2"]);
});

Deno.test("a channel lasts a week at most, on Drive an hour unless more is asked for", async () => {
  const bundle = await google();
  const now = bundle.clock.now();
  const life = async (url: string, id: string, more = {}) =>
    Number((await bundle.post(url, channelRequest(id, more))).body.expiration) - now;
  const { startPageToken } = await bundle.get(`${DRIVE}/changes/startPageToken`);
  const changes = `${DRIVE}/changes/watch?pageToken=${startPageToken}`;
  assert.equal(await life(EVENTS, "a"), 7 * 24 * HOUR_MS);
  assert.equal(await life(EVENTS, "b", { expiration: now + 90 * 24 * HOUR_MS }), 7 * 24 * HOUR_MS);
  assert.equal(await life(EVENTS, "c", { params: { ttl: "60" } }), 60_000);
  assert.equal(await life(changes, "d"), HOUR_MS);
  await bundle.clock.advance(61_000);
  bundle.received.length = 0;
  editEvent(bundle);
  await bundle.simulator.idle();
  assert.deepEqual(bundle.received.map(({ headers }) => headers.get("x-goog-channel-id")), ["a", "b"]);
});

Deno.test("each calendar, the list of calendars and each drive has channels of its own (F-25)", async () => {
  const bundle = await google();
  const { calendar, drive } = bundle.ben.desk;
  const drives = bundle.simulator.googleDrives("ben");
  const team = drives.share("Team");
  const token = (await bundle.get(`${DRIVE}/changes/startPageToken`)).startPageToken;
  const shared = { driveId: team.id, supportsAllDrives: "true", pageToken: "1" };
  await bundle.post(EVENTS, channelRequest("events"));
  await bundle.post(`${CALENDAR}/users/me/calendarList/watch`, channelRequest("list"));
  await bundle.post(withQuery(`${DRIVE}/changes/watch`, { pageToken: token }), channelRequest("own"));
  await bundle.post(withQuery(`${DRIVE}/changes/watch`, shared), channelRequest("team"));
  const told = async (act: () => void) => {
    bundle.received.length = 0;
    act();
    await bundle.simulator.idle();
    return bundle.received.map(({ headers }) => headers.get("x-goog-channel-id"));
  };
  assert.deepEqual(await told(() => calendar.addContainer("Harvest")), ["list"]);
  assert.deepEqual(await told(() => editEvent(bundle)), ["events"]);
  assert.deepEqual(await told(() => drive.rename(drive.visible()[0] ?? assert.fail(), "New")), ["own"]);
  assert.deepEqual(await told(() => team.store.create(0, drive.visible()[0]?.content ?? assert.fail())), ["team"]);
  assert.equal(bundle.received[0]?.headers.get("x-goog-resource-state"), "change");
});

Deno.test("what is refused with 503 is repeated, with 429 or 404 not", async () => {
  const bundle = await google();
  await bundle.post(EVENTS, channelRequest("channel-1"));
  for (const [status, attempts] of [[503, 3], [429, 1], [404, 1]] as const) {
    bundle.received.length = 0;
    bundle.answer = () => new Response(null, { status: bundle.received.length < 3 ? status : 204 });
    editEvent(bundle);
    await bundle.clock.runUntil(bundle.simulator.idle());
    assert.equal(bundle.received.length, attempts, `${status}`);
  }
});

Deno.test("notifications are lost, sent twice, late and out of order when asked for (F-24)", async () => {
  const bundle = await google();
  const { faults, counts } = bundle.simulator;
  await bundle.post(EVENTS, channelRequest("channel-1"));
  bundle.received.length = 0;
  faults.dropNotifications = 1;
  editEvent(bundle);
  await bundle.simulator.idle();
  assert.deepEqual([bundle.received.length, counts.notifications.dropped], [0, 1]);
  Object.assign(faults, { dropNotifications: 0, duplicateNotifications: 1, extraUpdates: 1, lateNotifications: 5_000 });
  const at = bundle.clock.now();
  editEvent(bundle);
  await bundle.clock.runUntil(bundle.simulator.idle());
  assert.equal(bundle.received.length, 3);
  assert.ok(bundle.received.every((one) => one.at >= at + 5_000));
});

Deno.test("with emptyFirstDelta, the read that follows a notification finds nothing yet", async () => {
  const bundle = await google();
  const url = `${CALENDAR}/calendars/primary/events`;
  const { nextSyncToken: syncToken } = await bundle.get(url);
  await bundle.post(EVENTS, channelRequest("channel-1"));
  bundle.simulator.faults.emptyFirstDelta = true;
  editEvent(bundle);
  await bundle.simulator.idle();
  const first = await bundle.get(withQuery(url, { syncToken }));
  assert.deepEqual(first.items, []);
  assert.equal((await bundle.get(withQuery(url, { syncToken: first.nextSyncToken }))).items.length, 1);
});

const CALLS = {
  calendar: `${CALENDAR}/users/me/calendarList`,
  people: `${PEOPLE}/people/me/connections?personFields=names`,
  tasks: `${TASKS}/users/@me/lists`,
  drive: `${DRIVE}/files`,
};

Deno.test("a scope that was not granted is 403 insufficientPermissions, for People with details", async () => {
  const bundle = await google({ scopes: "openid email https://www.googleapis.com/auth/gmail.readonly" });
  for (const [api, url] of Object.entries(CALLS)) {
    const { status, reason } = await bundle.refused(url);
    const expected = api === "people" ? "ACCESS_TOKEN_SCOPE_INSUFFICIENT" : "insufficientPermissions";
    assert.deepEqual([status, reason], [403, expected], api);
  }
});

Deno.test("too much is said in the shape of each API: 403 with a reason, 429, or 429 with details (G-25)", async () => {
  const bundle = await google();
  const { faults } = bundle.simulator;
  for (const said of ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"] as const) {
    faults.googleThrottle = said;
    faults.throttle = { next: 1, retryAfterSeconds: 5 };
    const { status, reason, body } = await bundle.refused(CALLS.calendar);
    assert.deepEqual([status, reason, body.error.errors[0].domain], [403, said, "usageLimits"]);
  }
  faults.googleThrottle = "429";
  faults.throttle = { next: 2, retryAfterSeconds: 5 };
  assert.equal((await bundle.refused(CALLS.drive)).status, 429);
  const people = await bundle.refused(CALLS.people);
  assert.deepEqual([people.status, people.reason, people.body.error.errors], [429, "RATE_LIMIT_EXCEEDED", undefined]);
});

Deno.test("each API counts a person's calls in a minute", async () => {
  const bundle = await google();
  bundle.simulator.faults.callsPerMinute = { calendar: 2 };
  for (let call = 0; call < 2; call++) await bundle.get(CALLS.calendar);
  assert.equal((await bundle.refused(CALLS.calendar)).reason, "rateLimitExceeded");
  await bundle.get(CALLS.drive);
  await bundle.clock.advance(60_000);
  await bundle.get(CALLS.calendar);
});

Deno.test("a withdrawn consent and an expired token are 401 everywhere", async () => {
  const bundle = await google();
  bundle.simulator.faults.revokeTokens("ben");
  for (const url of Object.values(CALLS)) assert.equal((await bundle.refused(url)).status, 401);
  const other = await google();
  await other.clock.advance(3_601_000);
  for (const url of Object.values(CALLS)) assert.equal((await other.refused(url)).status, 401);
});
