/** Graph's notifications: handshake, verification, signals, lifecycle, and what is answered when a store is away. */
import assert from "node:assert/strict";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import { COLLECTIONS, DueRenewal } from "../../shared/contracts/records.ts";
import { change, collection, openWorld, type World } from "./webhooks_world.ts";

const MAIL = { user_id: "ada", connection_id: "connection_1", resource: "mail" };
const PATH = "/webhooks/microsoft/sub_1";
const LIFECYCLE = "/webhooks/microsoft/lifecycle/sub_1";

const TOKENS = [
  "Validation: Testing client application reachability for subscription Request-Id: 12345678-1234",
  "<script>alert(1)</script><br/>",
  "ä & = + %41 \n",
  "",
];

for (const path of [PATH, LIFECYCLE, "/webhooks/microsoft", "/webhooks/microsoft/lifecycle"]) {
  Deno.test(`${path} echoes every validation token decoded, as plain text under nosniff`, async () => {
    await using world = openWorld();
    for (const token of TOKENS) {
      for (const method of ["POST", "GET"]) {
        const answer = await world.app.request(`${path}?validationToken=${encodeURIComponent(token)}`, {
          method,
          headers: { "content-type": "text/plain; charset=utf-8" },
        });
        assert.equal(answer.status, 200);
        assert.equal(await answer.text(), token);
        assert.match(answer.headers.get("content-type") ?? "", /^text\/plain/);
        assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
      }
    }
  });
}

Deno.test("a notification is accepted once its signal is durable, with a new trace", async () => {
  await using world = openWorld();
  await world.subscribe();
  const answer = await world.post(PATH, collection(change()));
  assert.equal(answer.status, 202);
  assert.equal(await answer.text(), "");
  const [signal, ...others] = world.signals;
  assert.deepEqual(others, []);
  assert.deepEqual({ ...signal, traceparent: "" }, {
    key: MAIL,
    provider: "microsoft",
    cause: "notification",
    traceparent: "",
  });
  assert.match(signal?.traceparent ?? "", /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  assert.equal(world.counted("webhooks_accepted_total", { source: "microsoft" }), 1);
  assert.deepEqual(world.deps.lines, [], "no line for each notification");
});

Deno.test("many items of one subscription raise one signal", async () => {
  await using world = openWorld();
  await world.subscribe();
  const items = Array.from({ length: 20 }, (_, at) => change({ changeType: at % 2 ? "updated" : "deleted" }));
  assert.equal((await world.post(PATH, collection(...items))).status, 202);
  assert.equal(world.signals.length, 1);
  assert.equal(world.counted("webhooks_accepted_total", {}), 20);
});

Deno.test("without our id in the URL, each item finds its record by Graph's id", async () => {
  await using world = openWorld();
  await world.subscribe();
  await world.subscribe({ subscription_id: "sub_2", connection_id: "connection_2", remote_id: "remote-2" });
  const answer = await world.post(
    "/webhooks/microsoft",
    collection(change(), change({ subscriptionId: "remote-2" }), change({ subscriptionId: "remote-3" })),
  );
  assert.equal(answer.status, 202);
  assert.deepEqual(world.signals.map(({ key }) => key.connection_id), ["connection_1", "connection_2"]);
  assert.equal(world.counted("webhooks_dropped_total", { reason: "unknown_subscription" }), 1);
});

const DROPPED: readonly (readonly [string, string, unknown, string])[] = [
  ["a wrong client state", PATH, change({ clientState: "attacker-guess" }), "wrong_client_state"],
  ["a client state that is a prefix", PATH, change({ clientState: "client-state" }), "wrong_client_state"],
  ["no client state", PATH, change({ clientState: null }), "wrong_client_state"],
  ["an unknown id in the URL", "/webhooks/microsoft/sub_9", change(), "unknown_subscription"],
  ["an id that is none", "/webhooks/microsoft/%7C%7Cx", change(), "unknown_subscription"],
  ["an item that can't be read", PATH, { subscriptionId: 7 }, "unreadable"],
];

for (const [what, path, item, reason] of DROPPED) {
  Deno.test(`${what} is accepted and dropped, with a counter and a line, and the others are kept`, async () => {
    await using world = openWorld();
    await world.subscribe();
    assert.equal((await world.post(path, collection(item))).status, 202);
    assert.equal(world.signals.length, 0);
    assert.equal(world.counted("webhooks_dropped_total", { source: "microsoft", reason }), 1);
    assert.deepEqual(world.deps.lines.map(({ message, fields }) => [message, fields.reason]), [
      ["webhook.dropped", reason],
    ]);
    if (path !== PATH) return;
    await world.post(path, collection(item, change()));
    assert.equal(world.signals.length, 1);
  });
}

Deno.test("another provider's record does not answer for Microsoft", async () => {
  await using world = openWorld();
  await world.subscribe({ provider: "google" });
  await world.post(PATH, collection(change()));
  assert.equal(world.signals.length, 0);
});

for (const state of ["creating", "active", "failed"] as const) {
  Deno.test(`a subscription that is ${state} is accepted: the client state proves who sends`, async () => {
    await using world = openWorld();
    await world.subscribe({ state, remote_id: "" });
    await world.post(PATH, collection(change()));
    assert.equal(world.signals.length, 1);
  });
}

Deno.test("a replaced subscription is accepted until its time is over", async () => {
  await using world = openWorld();
  const accepted_until = new Date(world.deps.clock.now() + 60_000).toISOString();
  await world.subscribe({ state: "replaced", accepted_until });
  await world.post(PATH, collection(change()));
  await world.deps.clock.advance(60_000);
  await world.post(PATH, collection(change()));
  assert.equal(world.signals.length, 2);
  await world.deps.clock.advance(1);
  assert.equal((await world.post(PATH, collection(change()))).status, 202);
  assert.equal(world.signals.length, 2);
  assert.equal(world.counted("webhooks_dropped_total", { reason: "replaced" }), 1);
});

Deno.test("a removed subscription stops being accepted within five seconds, a new one is accepted at once", async () => {
  await using world = openWorld();
  assert.equal((await world.post(PATH, collection(change()))).status, 202);
  assert.equal(world.signals.length, 0);
  await world.subscribe();
  await world.post(PATH, collection(change()));
  assert.equal(world.signals.length, 1);
  await world.remove("sub_1");
  await world.deps.clock.advance(5_000);
  await world.post(PATH, collection(change()));
  assert.equal(world.signals.length, 1);
});

for (
  const [what, body] of [["not JSON", "{"], ["empty", ""], ["no collection", '{"value":7}'], ["a list", "[]"]] as const
) {
  Deno.test(`a body that is ${what} is refused with 400`, async () => {
    await using world = openWorld();
    const answer = await world.post(PATH, body);
    assert.equal(answer.status, 400);
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
  });
}

Deno.test("a body over the limit is refused with 413", async () => {
  await using world = openWorld();
  const body = JSON.stringify(collection(change({ resource: "x".repeat(5 * 1024 * 1024) })));
  const answer = await world.app.request(PATH, {
    method: "POST",
    body,
    headers: { "content-length": String(body.length) },
  });
  assert.equal(answer.status, 413);
});

Deno.test("while the signal can't be made durable the sender is told to try again", async () => {
  await using world = openWorld();
  await world.subscribe();
  world.signal = () => Promise.reject(new StoreAwayError("The bus"));
  const answer = await world.post(PATH, collection(change()));
  assert.deepEqual([answer.status, answer.headers.get("retry-after")], [503, "5"]);
  assert.equal(world.counted("webhooks_refused_total", { source: "microsoft", reason: "away" }), 1);
});

Deno.test("one signal of several that is not durable refuses the whole request", async () => {
  await using world = openWorld();
  await world.subscribe();
  await world.subscribe({ subscription_id: "sub_2", connection_id: "connection_2", remote_id: "remote-2" });
  world.signal = ({ key }) =>
    key.connection_id === "connection_2"
      ? Promise.reject(new StoreAwayError("The bus"))
      : Promise.resolve({ published: true });
  const answer = await world.post("/webhooks/microsoft", collection(change(), change({ subscriptionId: "remote-2" })));
  assert.equal(answer.status, 503);
});

async function renewals(world: World): Promise<[string, DueRenewal][]> {
  const records = await world.state.records({ system: "due" }).list(COLLECTIONS.dueRenewals, { limit: 10 });
  return records.map(({ id, value }) => [id, DueRenewal.parse(value)]);
}

function lifecycle(event: string) {
  const { changeType: _changeType, resource: _resource, resourceData: _resourceData, ...item } = change();
  return { ...item, lifecycleEvent: event };
}

for (
  const [event, signals] of [["reauthorizationRequired", 0], ["subscriptionRemoved", 1], ["missed", 1]] as const
) {
  for (const path of [LIFECYCLE, PATH]) {
    Deno.test(`${event} on ${path} is noted for the renewals and raises ${signals} signals`, async () => {
      await using world = openWorld();
      await world.subscribe();
      assert.equal((await world.post(path, collection(lifecycle(event)))).status, 202);
      const now = new Date(world.deps.clock.now()).toISOString();
      assert.deepEqual(await renewals(world), [[`${now}|sub_1`, { subscription_id: "sub_1", event }]]);
      assert.deepEqual(world.signals.map(({ cause }) => cause), signals === 0 ? [] : ["lifecycle"]);
    });
  }
}

Deno.test("a removed subscription outweighs what else the request says of it", async () => {
  await using world = openWorld();
  await world.subscribe();
  await world.post(
    LIFECYCLE,
    collection(lifecycle("subscriptionRemoved"), lifecycle("reauthorizationRequired"), lifecycle("missed")),
  );
  assert.deepEqual((await renewals(world)).map(([, { event }]) => event), ["subscriptionRemoved"]);
  assert.equal(world.signals.length, 1);
});

Deno.test("a lifecycle event that is newer than the program has its resource read", async () => {
  await using world = openWorld();
  await world.subscribe();
  await world.post(LIFECYCLE, collection(lifecycle("somethingNew")));
  assert.deepEqual(await renewals(world), []);
  assert.equal(world.signals.length, 1);
});

Deno.test("a lifecycle event with a wrong client state changes nothing", async () => {
  await using world = openWorld();
  await world.subscribe();
  await world.post(LIFECYCLE, collection({ ...lifecycle("subscriptionRemoved"), clientState: "guess" }));
  assert.deepEqual([await renewals(world), world.signals], [[], []]);
});

Deno.test("a flood of notifications for nobody is counted whole and writes one line", async () => {
  await using world = openWorld();
  for (let at = 0; at < 100; at++) await world.post("/webhooks/microsoft/sub_9", collection(change()));
  assert.equal(world.counted("webhooks_dropped_total", { reason: "unknown_subscription" }), 100);
  assert.equal(world.deps.lines.filter(({ message }) => message === "webhook.dropped").length, 1);
});
