/** `/push/{subscription}` and `/push/gmail`: from the request to dispatch or signal, and back to the answer. */
import assert from "node:assert/strict";
import type { Answer, Dispatcher, PushRequest } from "../../consumers/dispatch/mod.ts";
import type { Signal } from "../../consumers/office/mod.ts";
import { addPushRoutes } from "../../routes/push.ts";
import type { Guards } from "../../routes/access.ts";
import { HttpProblem } from "../../routes/problem.ts";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import type { App } from "../../routes/access.ts";
import { openGuards, testApp, type TestDeps } from "./test_app.ts";

interface World extends AsyncDisposable {
  readonly app: App;
  readonly deps: TestDeps;
  readonly delivered: { subscription: string; text: string; bytes: number; request: PushRequest }[];
  readonly signals: Signal[];
  answer: Answer;
  signal: (signal: Signal) => Promise<{ published: boolean }>;
}

async function openWorld(options: { guards?: Guards; office?: boolean } = {}): Promise<World> {
  const dir = Deno.makeTempDirSync();
  const { app, deps } = testApp({ guards: options.guards ?? openGuards() });
  const state = openSqliteState({ path: `${dir}/state.sqlite`, clock: deps.clock, random: deps.random });
  await state.records({ system: "accounts" }).commit([{
    op: "put",
    collection: COLLECTIONS.accounts,
    id: "google:user@example.com",
    value: {
      connections: [{ user_id: "ben", connection_id: "connection_1" }, {
        user_id: "eve",
        connection_id: "connection_2",
      }],
    },
  }]);
  const world: World = {
    app,
    deps,
    delivered: [],
    signals: [],
    answer: { status: 204, outcome: "handled", retry_after_ms: 0 },
    signal: (signal) => {
      world.signals.push(signal);
      return Promise.resolve({ published: true });
    },
    async [Symbol.asyncDispose]() {
      await deps.clock.advance(10_000);
      await state.close();
      await Deno.remove(dir, { recursive: true });
    },
  };
  const dispatcher: Dispatcher = {
    serves: () => true,
    inFlight: () => [],
    stop: () => Promise.resolve(),
    async deliver(subscription, request) {
      try {
        world.delivered.push({ subscription, text: await request.text(), bytes: request.bytes, request });
      } catch {
        return { status: 413, outcome: "too_large", retry_after_ms: 0 };
      }
      return world.answer;
    },
  };
  const signal = (options.office ?? true) ? (given: Signal) => world.signal(given) : null;
  addPushRoutes(app, { dispatcher, state, deps, signal });
  return world;
}

function post(world: World, path: string, body: string, headers: Record<string, string> = {}) {
  return world.app.request(path, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", "content-length": String(body.length), ...headers },
  });
}

Deno.test("POST /push/{subscription} hands body, length and headers to dispatch", async () => {
  await using world = await openWorld();
  const answer = await post(world, "/push/vespa-loader-emails", '{"a":1}', { "x-goog-pubsub-message-id": "7" });
  assert.equal(answer.status, 204);
  const [delivered] = world.delivered;
  assert.deepEqual([delivered?.subscription, delivered?.text, delivered?.bytes], ["vespa-loader-emails", '{"a":1}', 7]);
  assert.equal(delivered?.request.header("x-goog-pubsub-message-id"), "7");
  assert.equal(delivered?.request.header("x-goog-pubsub-publish-time"), undefined);
});

for (
  const [status, retry_after_ms, expected] of [
    [503, 1_200, "2"],
    [503, 0, null],
    [400, 0, null],
  ] as const
) {
  Deno.test(`POST /push/{subscription} passes on ${status} with Retry-After ${expected}`, async () => {
    await using world = await openWorld();
    world.answer = { status, outcome: "away", retry_after_ms };
    const answer = await post(world, "/push/vespa-loader-emails", "{}");
    assert.equal(answer.status, status);
    assert.equal(answer.headers.get("retry-after"), expected);
  });
}

Deno.test("POST /push/{subscription} answers 404 with a problem where nothing is served", async () => {
  await using world = await openWorld();
  world.answer = { status: 404, outcome: "not_served", retry_after_ms: 0 };
  const answer = await post(world, "/push/unknown", "{}");
  assert.equal(answer.status, 404);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
});

Deno.test("POST /push/{subscription} lets nobody in without a token", async () => {
  const refuse = () =>
    Promise.reject(new HttpProblem({ type: "unauthorized", status: 401, title: "Unauthorized", detail: "…" }));
  await using world = await openWorld({ guards: { ...openGuards(), push: refuse } });
  assert.equal((await post(world, "/push/vespa-loader-emails", "{}")).status, 401);
  assert.equal((await post(world, "/push/gmail", "{}")).status, 401);
  assert.equal(world.delivered.length, 0);
});

Deno.test("POST /push/{subscription} answers 413 for a body over the limit, by header and by stream", async () => {
  await using world = await openWorld();
  const large = "x".repeat(17 * 1024 * 1024);
  assert.equal((await post(world, "/push/vespa-loader-emails", large)).status, 413);
  const streamed = await world.app.request("/push/vespa-loader-emails", {
    method: "POST",
    body: new Blob([large]).stream(),
    headers: { "transfer-encoding": "chunked" },
  });
  assert.equal(streamed.status, 413);
  assert.equal(world.delivered.length, 0);
});

function gmailBody(data: unknown): string {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return JSON.stringify({
    message: { data: new TextEncoder().encode(text).toBase64({ alphabet: "base64url" }), messageId: "1" },
    subscription: "projects/p/subscriptions/gmail-notifications",
  });
}

Deno.test("POST /push/gmail raises the signal of everyone who connected the address", async () => {
  await using world = await openWorld();
  const answer = await post(world, "/push/gmail", gmailBody({ emailAddress: "User@Example.com", historyId: 99 }));
  assert.equal(answer.status, 204);
  assert.deepEqual(
    world.signals.map(({ key, provider, cause }) => ({ ...key, provider, cause })),
    [
      { user_id: "ben", connection_id: "connection_1", resource: "mail", provider: "google", cause: "notification" },
      { user_id: "eve", connection_id: "connection_2", resource: "mail", provider: "google", cause: "notification" },
    ],
  );
  assert.equal(world.delivered.length, 0, "not a delivery of ours");
});

Deno.test("POST /push/gmail reads an unwrapped notification", async () => {
  await using world = await openWorld();
  const body = JSON.stringify({ emailAddress: "user@example.com", historyId: "99" });
  assert.equal((await post(world, "/push/gmail", body, { "x-goog-pubsub-message-id": "1" })).status, 204);
  assert.equal(world.signals.length, 2);
});

for (
  const [what, body, reason] of [
    ["an address that nobody connected", gmailBody({ emailAddress: "x@example.com", historyId: 1 }), "unknown_address"],
    ["data that is no notification", gmailBody({ historyId: 1 }), "unreadable"],
    ["data that is not JSON", gmailBody("{"), "unreadable"],
    ["a body that is no push", "{", "unreadable"],
  ] as const
) {
  Deno.test(`POST /push/gmail acknowledges ${what}, counts it and says so`, async () => {
    await using world = await openWorld();
    assert.equal((await post(world, "/push/gmail", body)).status, 204);
    assert.equal(world.signals.length, 0);
    const counted = world.deps.counters.snapshot().find(({ name }) => name === "webhooks_dropped_total");
    assert.deepEqual(counted?.labels, { reason, source: "gmail" });
    assert.deepEqual(world.deps.lines.map(({ level, message }) => [level, message]), [["warn", "webhook.dropped"]]);
    assert.ok(!JSON.stringify(world.deps.lines).includes("example.com"));
  });
}

Deno.test("POST /push/gmail refuses while the signal can't be made durable", async () => {
  await using world = await openWorld();
  world.signal = () => Promise.reject(new StoreAwayError("The bus"));
  const answer = await post(world, "/push/gmail", gmailBody({ emailAddress: "user@example.com", historyId: 1 }));
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("retry-after"), "5");
});

Deno.test("POST /push/gmail goes to dispatch where office is not served", async () => {
  await using world = await openWorld({ office: false });
  world.answer = { status: 404, outcome: "not_served", retry_after_ms: 0 };
  assert.equal((await post(world, "/push/gmail", gmailBody({ emailAddress: "a@b.c", historyId: 1 }))).status, 404);
});
