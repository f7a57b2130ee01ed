import assert from "node:assert/strict";
import { openRateLimit } from "../../routes/rate_limit.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { openBundle } from "./app_bundle.ts";

Deno.test("openRateLimit() lets a minute's share through at once, then one for each that has grown back", async () => {
  const clock = new SimulatedClock();
  const limit = openRateLimit(60, clock);
  for (let count = 0; count < 60; count++) assert.equal(limit("ada"), 0);
  assert.equal(limit("ada"), 1_000);
  assert.equal(limit("ben"), 0, "each has a bucket of their own");
  await clock.advance(999);
  assert.equal(limit("ada"), 1);
  await clock.advance(1);
  assert.deepEqual([limit("ada"), limit("ada")], [0, 1_000]);
  await clock.advance(3_600_000);
  for (let count = 0; count < 60; count++) assert.equal(limit("ada"), 0);
  assert.ok(limit("ada") > 0, "an hour away fills it once");
  const open = openRateLimit(0, clock);
  for (let count = 0; count < 1_000; count++) assert.equal(open("ada"), 0);
});

Deno.test("a key that asks too often is told when to go on; others and the operator are not held up", async () => {
  const { app, as, operator, state, deps } = await openBundle({ http: { requests_per_minute: 2 } });
  const [ada, other, ben] = [await as("ada"), await as("ada"), await as("ben")];
  const status = async (headers: Record<string, string>) => (await app.request("/v1/connections", { headers })).status;
  assert.deepEqual([await status(ada), await status(ada), await status(ada)], [200, 200, 429]);
  const refused = await app.request("/v1/connections", { headers: ada });
  assert.deepEqual([refused.headers.get("retry-after"), (await refused.json()).type], [
    "30",
    "urn:millrace:problem:too_many_requests",
  ]);
  assert.deepEqual([await status(other), await status(ben)], [200, 200]);
  for (let count = 0; count < 5; count++) assert.equal(await status({ ...operator, "millrace-user": "ada" }), 200);
  await deps.clock.advance(30_000);
  assert.equal(await status(ada), 200);
  await state.close();
});

Deno.test("/v1/admin/keys makes a key that ends, and refuses one that would have ended already", async () => {
  const { app, operator, state, deps } = await openBundle();
  const make = (expires_at: string) =>
    app.request("/v1/admin/keys", {
      method: "POST",
      headers: { ...operator, "content-type": "application/json" },
      body: JSON.stringify({ scope: "user:ada", name: "guest", expires_at }),
    });
  const expires_at = new Date(deps.clock.now() + 60_000).toISOString();
  const made = await make(expires_at);
  const { key, ...info } = await made.json();
  assert.deepEqual([made.status, info.expires_at], [201, expires_at]);
  const headers = { authorization: `Bearer ${key}` };
  assert.equal((await app.request("/v1/connections", { headers })).status, 200);
  await deps.clock.advance(60_000);
  assert.equal((await app.request("/v1/connections", { headers })).status, 401);
  const past = await make(expires_at);
  assert.deepEqual([past.status, (await past.json()).field], [400, "expires_at"]);
  await state.close();
});
