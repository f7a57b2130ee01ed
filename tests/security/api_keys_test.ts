import assert from "node:assert/strict";
import { PermanentError } from "../../shared/contracts/errors.ts";
import { sha256 } from "../../shared/contracts/ids.ts";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import { openApiKeys } from "../../shared/security/mod.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";

function setup() {
  const clock = new SimulatedClock();
  const random = seededRandom(1);
  const state = openSqliteState({ path: ":memory:", clock, random });
  const open = () => openApiKeys(state, { clock, random });
  return { clock, state, open, keys: open() };
}

Deno.test("ApiKeys.create() makes keys that verify to their scope, and stores only their hash", async () => {
  const { state, keys } = setup();
  const { key, info } = await keys.create("user:ada", "laptop");
  assert.match(key.reveal(), /^mr_user_[A-Za-z0-9_-]{43}$/);
  assert.deepEqual(await keys.verify(key.reveal()), info);
  assert.deepEqual([info.scope, info.name], ["user:ada", "laptop"]);
  assert.match((await keys.create("admin", "")).key.reveal(), /^mr_admin_/);
  const stored = await state.records({ system: "api-keys" }).get(COLLECTIONS.apiKeys, await sha256(key.reveal()));
  assert.doesNotMatch(JSON.stringify(stored), new RegExp(key.reveal().slice(8)));
  await state.close();
});

Deno.test("ApiKeys.create() refuses a scope that is neither admin nor a person", async () => {
  const { state, keys } = setup();
  for (const scope of ["", "user:", "user:a b", "root", "admin2"]) {
    await assert.rejects(keys.create(scope, ""), RangeError, scope);
  }
  await state.close();
});

Deno.test("ApiKeys.verify() knows neither an unknown key nor one with a letter changed", async () => {
  const { state, keys } = setup();
  const key = (await keys.create("admin", "")).key.reveal();
  const changed = key.slice(0, -1) + (key.endsWith("A") ? "B" : "A");
  for (const text of [changed, "", "mr_user_", key.toUpperCase(), `${key} `, key.replace("admin", "user")]) {
    assert.equal(await keys.verify(text), null, text);
  }
  await state.close();
});

Deno.test("ApiKeys.revoke() takes effect here at once and in another instance within five seconds", async () => {
  const { clock, state, open, keys } = setup();
  const other = open();
  const { key, info } = await keys.create("user:ada", "");
  assert.ok(await other.verify(key.reveal()));
  assert.ok(await keys.verify(key.reveal()));
  assert.equal(await keys.revoke(info.id), true);
  assert.equal(await keys.verify(key.reveal()), null);
  await clock.advance(5_000);
  assert.equal(await other.verify(key.reveal()), null);
  assert.equal(await keys.revoke(info.id), false);
  await state.close();
});

Deno.test("ApiKeys.revoke() refuses an id too short or shared by several keys, and revokes neither", async () => {
  const { state, keys } = setup();
  const records = state.records({ system: "api-keys" });
  const twins = ["aabbccdd00", "aabbccdd11"].map((start) => start.padEnd(64, "0"));
  for (const key_hash of twins) {
    const value = { key_hash, name: "", scope: "admin", created_at: "2026-01-01T00:00:00.000Z" };
    await records.commit([{ op: "put", collection: COLLECTIONS.apiKeys, id: key_hash, value }]);
  }
  assert.equal(await keys.revoke("aabb"), false);
  await assert.rejects(keys.revoke("aabbccdd"), (error) => error instanceof PermanentError);
  assert.equal((await keys.list({ after: "", limit: 10 })).length, 2);
  assert.equal(await keys.revoke("aabbccdd0"), true);
  assert.deepEqual((await keys.list({ after: "", limit: 10 })).map((info) => info.id), ["aabbccdd1100"]);
  await state.close();
});

Deno.test("ApiKeys.list() pages through all keys once", async () => {
  const { state, keys } = setup();
  const made = new Set<string>();
  for (let count = 0; count < 7; count++) made.add((await keys.create("user:ada", "")).info.id);
  const seen: string[] = [];
  for (let after = "";;) {
    const page = await keys.list({ after, limit: 3 });
    seen.push(...page.map((info) => info.id));
    if (page.length < 3) break;
    after = page.at(-1)?.id ?? "";
  }
  assert.deepEqual(seen, [...made].sort());
  await state.close();
});

Deno.test("a key opens nothing from the moment on that it expires, remembered or not, and is still listed", async () => {
  const { keys, clock, state } = setup();
  const expires_at = new Date(clock.now() + 3_000).toISOString();
  const { key, info } = await keys.create("user:ada", "for a moment", expires_at);
  assert.equal(info.expires_at, expires_at);
  assert.equal((await keys.verify(key.reveal()))?.scope, "user:ada");
  await clock.advance(2_999);
  assert.equal((await keys.verify(key.reveal()))?.scope, "user:ada");
  await clock.advance(1);
  assert.equal(await keys.verify(key.reveal()), null, "what was remembered has ended");
  await clock.advance(60_000);
  assert.equal(await keys.verify(key.reveal()), null);
  assert.deepEqual((await keys.list({ after: "", limit: 10 })).map((each) => each.expires_at), [expires_at]);
  await state.close();
});
