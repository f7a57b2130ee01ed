/** The push route with the real dispatcher: what their own tests replace by fakes works together. */
import assert from "node:assert/strict";
import { addPushRoutes } from "../../routes/push.ts";
import { emailEvent, LOADER, openRig, pushBody } from "../consumers/dispatch_rig.ts";
import { testApp } from "./test_app.ts";

function openWorld() {
  const rig = openRig();
  const { app } = testApp({ deps: rig.deps });
  addPushRoutes(app, { dispatcher: rig.dispatcher, state: rig.state, deps: rig.deps, signal: null });
  const post = async (body: string, headers: Record<string, string> = {}) =>
    await app.request(`/push/${LOADER}`, { method: "POST", body, headers });
  return { rig, post, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
}

Deno.test("a wrapped and an unwrapped push go through the route to the handler", async () => {
  await using world = openWorld();
  const seen: string[] = [];
  world.rig.handle = (_event, _document, { message_id }) => {
    seen.push(message_id);
    return Promise.resolve("applied");
  };
  const first = await emailEvent();
  assert.equal((await world.post(pushBody(LOADER, first, { message_id: "wrapped" }))).status, 204);
  const second = JSON.stringify(await emailEvent({ revision: first.revision + 1 }));
  assert.equal((await world.post(second, { "X-Goog-Pubsub-Message-Id": "unwrapped" })).status, 204);
  assert.deepEqual(seen, ["wrapped", "unwrapped"]);
  assert.equal(world.rig.bus.kept.length, 0);
});

Deno.test("a push that its handler refuses is answered 503 with Retry-After", async () => {
  await using world = openWorld();
  const newer = { ...await emailEvent(), schema_version: 2 };
  const answer = await world.post(pushBody(LOADER, newer));
  assert.deepEqual([answer.status, answer.headers.get("retry-after")], [503, "30"]);
});
