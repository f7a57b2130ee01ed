import assert from "node:assert/strict";
import type { AuditAction } from "../../shared/contracts/audit.ts";
import { type AuditQuery, openAuditLog } from "../../shared/security/mod.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import { testDeps } from "../routes/test_app.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const ALL: AuditQuery = { action: "", user_id: "", from_ms: 0, until_ms: 9e14, cursor: "", limit: 50 };

async function withLog(
  run: (world: {
    log: ReturnType<typeof openAuditLog>;
    deps: ReturnType<typeof testDeps>;
    note(action: AuditAction, object: string, user_id?: string): Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  const deps = testDeps();
  const state = openSqliteState({ path: ":memory:", ...deps });
  const log = openAuditLog(state, deps);
  const note = (action: AuditAction, object: string, user_id = "ada") =>
    log.append({ action, via: "admin_key", by: "", user_id, object, note: "", request_id: "" });
  await run({ log, deps, note });
  await state.close();
}

Deno.test("list() shows entries newest first, by action, person and period, whatever the page", async () => {
  await withLog(async ({ log, deps, note }) => {
    const times: number[] = [];
    for (let at = 0; at < 9; at++) {
      times.push(deps.clock.now());
      await note(at % 3 === 0 ? "synced" : "replayed", String(at), at % 2 === 0 ? "ada" : "ben");
      await deps.clock.advance(1_000);
    }
    async function objects(query: Partial<AuditQuery>): Promise<string> {
      let found = "";
      let cursor = "";
      do {
        const page = await log.list({ ...ALL, limit: 2, ...query, cursor });
        assert.ok(page.items.length <= 2);
        found += page.items.map(({ object }) => object).join("");
        cursor = page.next_cursor;
      } while (cursor !== "");
      return found;
    }
    assert.equal(await objects({}), "876543210");
    assert.equal(await objects({ action: "synced" }), "630");
    assert.equal(await objects({ user_id: "ben" }), "7531");
    assert.equal(await objects({ action: "replayed", user_id: "ada" }), "842");
    assert.equal(await objects({ from_ms: times[2]!, until_ms: times[5]! }), "432");
    assert.equal(await objects({ from_ms: times[4]!, until_ms: times[4]! }), "");
  });
});

Deno.test("list() ends its looking for what nothing matches, and goes on from there", async () => {
  await withLog(async ({ log, note }) => {
    await note("connected", "needle");
    for (let at = 0; at < 2_100; at++) await note("synced", String(at));
    const query: AuditQuery = { ...ALL, action: "connected", limit: 1 };
    const first = await log.list(query);
    const second = await log.list({ ...query, cursor: first.next_cursor });
    const found = [...first.items, ...second.items].map(({ object }) => object);
    assert.notEqual(first.next_cursor, "");
    assert.deepEqual(found, ["needle"]);
  });
});

Deno.test("sweep() removes what is older than the retention, and not a day more", async () => {
  await withLog(async ({ log, deps, note }) => {
    for (let day = 0; day < 10; day++) {
      await note("synced", String(day));
      await deps.clock.advance(DAY_MS);
    }
    assert.equal(await log.sweep(4), 6);
    assert.equal(await log.sweep(4), 0);
    const { items } = await log.list(ALL);
    assert.deepEqual(items.map(({ object }) => object), ["9", "8", "7", "6"]);
  });
});

Deno.test("eraseOf() leaves no entry with the person's id, and they are found by it all the same", async () => {
  await withLog(async ({ log, note }) => {
    for (let at = 0; at < 450; at++) await note("synced", String(at), at % 3 === 0 ? "ada" : "ben");
    await log.eraseOf("ada");
    const ada = await log.list({ ...ALL, user_id: "ada", limit: 200 });
    assert.equal(ada.items.length, 150);
    assert.doesNotMatch(JSON.stringify(await log.list({ ...ALL, limit: 450 })), /"ada"/);
    assert.equal((await log.list({ ...ALL, user_id: "ben", limit: 450 })).items.length, 300);
  });
});
