import assert from "node:assert/strict";
import { type Bundle, GRAPH, type Json, setup, signIn } from "./bundle.ts";

const HOOK = "http://127.0.0.1:8000/webhooks/microsoft/abc";

function creation(bundle: Bundle, over: Record<string, unknown> = {}): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json", prefer: 'IdType="ImmutableId"' },
    body: JSON.stringify({
      changeType: "created,updated,deleted",
      notificationUrl: HOOK,
      lifecycleNotificationUrl: "http://127.0.0.1:8000/webhooks/microsoft/lifecycle/abc",
      resource: "me/messages",
      expirationDateTime: new Date(bundle.clock.now() + 86_400_000).toISOString(),
      clientState: "secret",
      ...over,
    }),
  };
}

async function subscribed(over: Record<string, unknown> = {}) {
  const bundle = setup();
  const { access_token: token } = await signIn(bundle, "ada");
  const created = await bundle.call(token, `${GRAPH}/subscriptions`, creation(bundle, over));
  assert.equal(created.status, 201, JSON.stringify(created.body));
  return { bundle, token, id: created.body.id as string, ada: bundle.simulator.person("ada") };
}

const items = (bundle: Bundle): Json[] => bundle.received.flatMap((one) => JSON.parse(one.text).value);

Deno.test("creating a subscription needs both addresses to echo the token as plain text within ten seconds", async () => {
  const wrong: [string, (url: URL) => Response | Promise<Response>][] = [
    ["403", () => new Response("no", { status: 403 })],
    ["another text", () => new Response("hello", { headers: { "content-type": "text/plain" } })],
    ["JSON", (url) => Response.json(url.searchParams.get("validationToken"))],
    ["nothing in time", () => new Promise(() => {})],
  ];
  for (const [name, answer] of wrong) {
    const bundle = setup({
      fetch: (input) => {
        const url = new URL(String(input));
        const token = url.searchParams.get("validationToken") ?? "";
        const good = new Response(token, { headers: { "content-type": "text/plain" } });
        // The notification address is fine; the lifecycle address is not.
        return Promise.resolve(url.pathname.includes("lifecycle") ? answer(url) : good);
      },
    });
    const { access_token: token } = await signIn(bundle, "ada");
    const refused = await bundle.clock.runUntil(bundle.call(token, `${GRAPH}/subscriptions`, creation(bundle)));
    assert.deepEqual([refused.status, refused.body.error.code], [400, "ValidationError"], name);
    assert.deepEqual((await bundle.call(token, `${GRAPH}/subscriptions`)).body.value, [], name);
  }
});

Deno.test("the client state comes back from creating, and as null from reading (G-14)", async () => {
  const { bundle, token, id } = await subscribed();
  assert.equal((await bundle.call(token, `${GRAPH}/subscriptions/${id}`)).body.clientState, null);
  const list = await bundle.call(token, `${GRAPH}/subscriptions`);
  assert.deepEqual(list.body.value.map((one: Json) => [one.id, one.clientState]), [[id, null]]);
});

Deno.test("expiry is raised to 45 minutes, refused beyond 10,080 (F-3), and ends the subscription by the clock", async () => {
  const { bundle, token, id, ada } = await subscribed({ expirationDateTime: new Date(0).toISOString() });
  const minute = 60_000;
  const renew = (minutes: number) =>
    bundle.call(token, `${GRAPH}/subscriptions/${id}`, {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ expirationDateTime: new Date(bundle.clock.now() + minutes * minute).toISOString() }),
    });
  await bundle.clock.advance(44 * minute);
  assert.equal((await renew(10_081)).status, 400);
  assert.equal((await renew(50)).status, 200);
  await bundle.clock.advance(50 * minute);
  assert.equal((await renew(50)).status, 401, "by now the token has expired too");
  ada.send();
  await bundle.simulator.idle();
  assert.deepEqual(bundle.received, []);
});

Deno.test("a second subscription for the same combination is refused unless the switch allows it (F-5)", async () => {
  const { bundle, token } = await subscribed();
  assert.equal((await bundle.call(token, `${GRAPH}/subscriptions`, creation(bundle))).status, 409);
  bundle.simulator.faults.duplicateSubscriptions = true;
  assert.equal((await bundle.call(token, `${GRAPH}/subscriptions`, creation(bundle))).status, 201);
});

Deno.test("a subscription of one folder is told of that folder only; a move is deleted here and created there", async () => {
  const { bundle, ada } = await subscribed({ resource: "/me/mailFolders('inbox')/messages" });
  const id = ada.send();
  ada.send({ folder: "archive" });
  ada.move(id, "archive");
  ada.edit(id);
  await bundle.simulator.idle();
  assert.deepEqual(items(bundle).map((one) => [one.changeType, one.resourceData.id]), [["created", id], [
    "deleted",
    id,
  ]]);
  const whole = await subscribed();
  whole.ada.move(whole.ada.send(), "archive");
  await whole.bundle.simulator.idle();
  assert.deepEqual(items(whole.bundle).map((one) => one.changeType), ["created", "deleted", "created"]);
});

Deno.test("deleting and reauthorizing answer 204, and an unknown subscription 404", async () => {
  const { bundle, token, id } = await subscribed();
  const url = `${GRAPH}/subscriptions/${id}`;
  assert.equal((await bundle.call(token, `${url}/reauthorize`, { method: "POST" })).status, 204);
  assert.equal((await bundle.call(token, url, { method: "DELETE" })).status, 204);
  assert.equal((await bundle.call(token, url, { method: "DELETE" })).status, 404);
  assert.equal((await bundle.call(token, url)).status, 404);
});

Deno.test("lifecycle events go to their address on demand; subscriptionRemoved also removes", async () => {
  const { bundle, token, id, ada } = await subscribed();
  assert.equal(ada.lifecycle("missed"), 1);
  ada.lifecycle("reauthorizationRequired");
  ada.lifecycle("subscriptionRemoved");
  await bundle.simulator.idle();
  assert.deepEqual(items(bundle).map((one) => one.lifecycleEvent), [
    "missed",
    "reauthorizationRequired",
    "subscriptionRemoved",
  ]);
  assert.ok(bundle.received.every((one) => one.url.pathname.includes("/lifecycle/")));
  assert.ok(items(bundle).every((one) => one.clientState === "secret" && one.changeType === undefined));
  assert.equal((await bundle.call(token, `${GRAPH}/subscriptions/${id}`)).status, 404);
});

Deno.test("a refused notification is repeated with growing waits until accepted", async () => {
  const { bundle, ada } = await subscribed();
  bundle.answer = () => new Response(null, { status: bundle.received.length < 4 ? 503 : 202 });
  ada.send();
  await bundle.clock.runUntil(bundle.simulator.idle(), { stepMs: 1_000 });
  assert.equal(bundle.received.length, 4);
  const waits = bundle.received.slice(1).map((one, at) => one.at - (bundle.received[at]?.at ?? 0));
  assert.ok(waits.every((wait, at) => at === 0 || wait > (waits[at - 1] ?? 0)), waits.join());
  assert.equal(bundle.simulator.counts.notifications.delivered, 1);
});

Deno.test("a notification refused for four hours is given up, and followed by the lifecycle event missed", async () => {
  const { bundle, ada } = await subscribed();
  bundle.answer = (one) => new Response(null, { status: one.url.pathname.includes("lifecycle") ? 202 : 500 });
  const start = bundle.clock.now();
  ada.send();
  await bundle.clock.runUntil(bundle.simulator.idle(), { stepMs: 60_000, limitMs: 5 * 3_600_000 });
  const last = bundle.received.at(-1);
  assert.equal(JSON.parse(last?.text ?? "").value[0].lifecycleEvent, "missed");
  const hours = ((last?.at ?? 0) - start) / 3_600_000;
  assert.ok(hours > 3.5 && hours <= 4, `${hours} hours`);
  assert.equal(bundle.simulator.counts.notifications.givenUp, 1);
});

Deno.test("an answer later than three seconds counts as none, and the notification comes again", async () => {
  const { bundle, ada } = await subscribed();
  bundle.answer = async () => {
    if (bundle.received.length === 1) await bundle.clock.sleep(4_000);
    return new Response(null, { status: 202 });
  };
  ada.send();
  await bundle.clock.runUntil(bundle.simulator.idle());
  assert.equal(bundle.received.length, 2);
  assert.deepEqual(bundle.received[0]?.text, bundle.received[1]?.text);
});

Deno.test("Simulator.close() gives up what is being repeated", async () => {
  const { bundle, ada } = await subscribed();
  bundle.answer = () => new Response(null, { status: 500 });
  ada.send();
  await bundle.clock.advance(20_000);
  const before = bundle.received.length;
  await bundle.simulator.close();
  await bundle.clock.advance(3_600_000);
  assert.equal(bundle.received.length, before);
  assert.equal(bundle.clock.sleeping, 0);
});
