/** The notifications of Google's channels: verification, signals, and what is answered when a store is away. */
import assert from "node:assert/strict";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import type { ProviderSubscription } from "../../shared/contracts/records.ts";
import { openWorld, SECRET, type World } from "./webhooks_world.ts";

const CALENDAR = "/webhooks/google/calendar";
const DRIVE = "/webhooks/google/drive";

function channel(world: World, over: Partial<ProviderSubscription> = {}) {
  return world.subscribe({ provider: "google", resource: "calendar", target: "ada@x.example", ...over });
}

async function notify(world: World, path: string, headers: Readonly<Record<string, string>> = {}, body = "") {
  return await world.app.request(path, {
    method: "POST",
    body,
    headers: {
      "x-goog-channel-id": "sub_1",
      "x-goog-channel-token": SECRET,
      "x-goog-resource-state": "exists",
      "x-goog-message-number": "10",
      ...headers,
    },
  });
}

const dropped = (world: World, reason: string) => world.counted("webhooks_dropped_total", { source: "google", reason });

Deno.test("a channel's notification is accepted once its signal is durable, with a new trace", async () => {
  await using world = openWorld();
  await channel(world);
  const answer = await notify(world, CALENDAR);
  assert.deepEqual([answer.status, await answer.text()], [202, ""]);
  const [signal, ...others] = world.signals;
  assert.deepEqual(others, []);
  assert.deepEqual({ ...signal, traceparent: "" }, {
    key: { user_id: "ada", connection_id: "connection_1", resource: "calendar" },
    provider: "google",
    cause: "notification",
    traceparent: "",
  });
  assert.match(signal?.traceparent ?? "", /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  assert.equal(world.counted("webhooks_accepted_total", { source: "google" }), 1);
});

Deno.test("every state of a resource but sync raises a signal, whatever the body and its type say", async () => {
  for (const state of ["exists", "not_exists", "change", "changed", "remove", "of-tomorrow", ""]) {
    await using world = openWorld();
    await channel(world, { resource: "drive" });
    const headers = { "x-goog-resource-state": state, "content-type": "application/json; utf-8" };
    assert.equal((await notify(world, DRIVE, headers, "no json")).status, 202);
    assert.equal(world.signals.length, 1, state);
  }
});

Deno.test("a sync message is accepted before the answer that made the channel, and reads nothing", async () => {
  await using world = openWorld();
  await channel(world, { state: "creating", remote_id: "" });
  assert.equal((await notify(world, CALENDAR, { "x-goog-resource-state": "sync" })).status, 202);
  assert.equal(world.counted("webhooks_accepted_total", { source: "google" }), 1);
  assert.deepEqual(world.signals, []);
});

Deno.test("what does not prove to be Google's is dropped with a counter, and answered alike", async () => {
  const cases: readonly [string, string, Record<string, string>][] = [
    ["unknown_channel", CALENDAR, { "x-goog-channel-id": "sub_2" }],
    ["unknown_channel", CALENDAR, { "x-goog-channel-id": "../../etc" }],
    ["unknown_channel", CALENDAR, { "x-goog-channel-id": "" }],
    ["wrong_token", CALENDAR, { "x-goog-channel-token": "client-state-of-subscription-2" }],
    ["wrong_token", CALENDAR, { "x-goog-channel-token": "" }],
    ["wrong_resource", DRIVE, {}],
  ];
  for (const [reason, path, headers] of cases) {
    await using world = openWorld();
    await channel(world);
    assert.equal((await notify(world, path, headers)).status, 202);
    assert.equal(dropped(world, reason), 1, reason);
    assert.deepEqual(world.signals, []);
  }
});

Deno.test("the other provider's subscription is no channel", async () => {
  await using world = openWorld();
  await channel(world, { provider: "microsoft" });
  assert.equal((await notify(world, CALENDAR)).status, 202);
  assert.equal(dropped(world, "unknown_channel"), 1);
});

Deno.test("a replaced channel is accepted during the overlap and dropped after it", async () => {
  await using world = openWorld();
  const accepted_until = new Date(world.deps.clock.now() + 60_000).toISOString();
  await channel(world, { state: "replaced", accepted_until });
  await notify(world, CALENDAR);
  assert.equal(world.signals.length, 1);
  await world.deps.clock.advance(61_000);
  await notify(world, CALENDAR);
  assert.equal(world.signals.length, 1);
  assert.equal(dropped(world, "replaced"), 1);
});

Deno.test("a store that is away is answered 503 with Retry-After: Google sends again after that alone", async () => {
  await using world = openWorld();
  await channel(world);
  world.signal = () => Promise.reject(new StoreAwayError("The state"));
  const answer = await notify(world, CALENDAR);
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("retry-after"), "5");
  assert.equal(world.counted("webhooks_refused_total", { source: "google", reason: "away" }), 1);
});
