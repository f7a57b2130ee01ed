/** What every state adapter promises about records and about itself. */
import assert from "node:assert/strict";
import { type MetricConfig, METRICS } from "../../shared/contracts/metrics.ts";
import type { RecordOp, Records } from "../../shared/state/port.ts";
import type { Check } from "./state_world.ts";

const put = (id: string, value: unknown, collection = "meetings"): RecordOp => ({ op: "put", collection, id, value });
const version = async (records: Records, id: string) => (await records.get("meetings", id))?.version ?? 0;

export function recordsContract(check: Check): void {
  check("records.commit() writes values that get() returns, apart for each scope and collection", async (world) => {
    const records = world.state.records({ user_id: "ada" });
    const value = { title: 'Grüße "🎈"\n', n: [1, null, true, 0.5], nested: { empty: {} } };
    assert.deepEqual(await records.commit([put("1", value), put("1", "other", "contacts")]), { kind: "committed" });
    assert.deepEqual((await records.get("meetings", "1"))?.value, value);
    assert.equal((await records.get("contacts", "1"))?.value, "other");
    assert.equal(await records.get("meetings", "2"), null);
    for (const scope of [{ user_id: "ben" }, { system: "ada" }, { system: "user:ada" }]) {
      assert.equal(await world.state.records(scope).get("meetings", "1"), null);
    }
  });

  check("records.commit() changes nothing when a check fails, and says which", async (world) => {
    const records = world.state.records({ user_id: "ada" });
    await records.commit([put("1", "one"), put("2", "two")]);
    const [one, two] = [await version(records, "1"), await version(records, "2")];
    assert.deepEqual(
      await records.commit([
        put("3", "three"),
        { op: "check", collection: "meetings", id: "1", version: one },
        { op: "delete", collection: "meetings", id: "1" },
        { op: "check", collection: "meetings", id: "2", version: two + 1 },
      ]),
      { kind: "conflict", index: 3 },
    );
    assert.equal(await records.get("meetings", "3"), null);
    assert.equal(await version(records, "1"), one);
    const absent: RecordOp = { op: "check", collection: "meetings", id: "3", version: 0 };
    assert.deepEqual(await records.commit([absent, put("3", "three")]), { kind: "committed" });
    assert.deepEqual(await records.commit([absent, put("3", "four")]), { kind: "conflict", index: 0 });
    assert.equal((await records.get("meetings", "3"))?.value, "three");
  });

  check("records.commit() lets one of many through who read the same version", async (world) => {
    const views = [world.state.records({ user_id: "ada" }), (await world.another()).records({ user_id: "ada" })];
    let conflicts = 0;
    await Promise.all(Array.from({ length: 30 }, async (_, at) => {
      const records = views[at % 2];
      assert.ok(records !== undefined);
      for (;;) {
        const found = await records.get("meetings", "sum");
        const check: RecordOp = { op: "check", collection: "meetings", id: "sum", version: found?.version ?? 0 };
        const committed = await records.commit([check, put("sum", Number(found?.value ?? 0) + 1)]);
        if (committed.kind === "committed") break;
        conflicts++;
      }
    }));
    assert.equal((await views[0]?.get("meetings", "sum"))?.value, 30);
    assert.ok(conflicts > 0, "nobody ever conflicted");
  });

  check("records.commit() gives a version that the record never had, also after a deletion", async (world) => {
    const records = () => world.state.records({ user_id: "ada" });
    const seen = new Set<number>();
    for (let time = 0; time < 4; time++) {
      await records().commit([put("1", time)]);
      const written = await version(records(), "1");
      assert.ok(written > 0 && !seen.has(written));
      seen.add(written);
      if (time % 2 === 0) await records().commit([{ op: "delete", collection: "meetings", id: "1" }]);
      if (time === 1) await world.restart();
    }
    const stale: RecordOp = { op: "check", collection: "meetings", id: "1", version: Math.min(...seen) };
    assert.deepEqual(await records().commit([stale, put("1", "lost update")]), { kind: "conflict", index: 0 });
  });

  check("records.commit() writes nothing that rests on what was erased", async (world) => {
    const records = world.state.records({ user_id: "ada" });
    const floor = 1_772_442_000_000_000;
    assert.equal(await records.floor(), 0);
    await records.raiseFloor(floor);
    await records.raiseFloor(floor - 1);
    assert.equal(await records.floor(), floor);
    assert.deepEqual(await records.commit([put("1", "x")], floor), { kind: "erased" });
    assert.deepEqual(await records.commit([put("1", "x")], floor - 1), { kind: "erased" });
    assert.equal(await records.get("meetings", "1"), null);
    assert.deepEqual(await records.commit([put("1", "x")], floor + 1), { kind: "committed" });
    assert.deepEqual(await records.commit([put("2", "x")]), { kind: "committed" });
    assert.equal(await world.state.records({ user_id: "ben" }).floor(), 0);
    await world.restart();
    assert.equal(await world.state.records({ user_id: "ada" }).floor(), floor);
  });

  check("records.list() goes by the bytes of the ids, between after and before, at most limit", async (world) => {
    const records = world.state.records({ system: "due" });
    const ids = ["", "!", "2026-01-01|a", "2026-01-02|b", "A", "Z", "a", "z", "é", "ﬀ", "🎈"];
    await records.commit([...ids].reverse().map((id) => put(id === "" ? "\u0001" : id, `value of ${id}`)));
    await records.commit([put("elsewhere", 1, "contacts")]);
    const listed = async (options: { after?: string; before?: string; limit: number }) =>
      (await records.list("meetings", options)).map((record) => record.id);
    assert.deepEqual(await listed({ limit: 100 }), ["\u0001", ...ids.slice(1)]);
    assert.deepEqual(await listed({ limit: 2, after: "2026-01-01|a" }), ["2026-01-02|b", "A"]);
    assert.deepEqual(await listed({ limit: 100, after: "2026-", before: "2026-01-02|b" }), ["2026-01-01|a"]);
    assert.deepEqual(await listed({ limit: 100, after: "é" }), ["ﬀ", "🎈"]);
    assert.deepEqual(await listed({ limit: 100, before: "!" }), ["\u0001"]);
    await records.commit([{ op: "delete", collection: "meetings", id: "A" }, put("Z", "new")]);
    const rest = await records.list("meetings", { after: "2026-01-02|b", before: "b", limit: 10 });
    assert.deepEqual(rest.map(({ id, value }) => [id, value]), [["Z", "new"], ["a", "value of a"]]);
    assert.equal(rest[0]?.version, (await records.get("meetings", "Z"))?.version);
  });
}

export function selfContract(check: Check): void {
  check("state.micros() follows the store's clock", async (world) => {
    const before = await world.state.micros();
    assert.ok(Number.isSafeInteger(before) && before > 1_700_000_000_000_000);
    await world.move(60_000);
    const passed = await world.state.micros() - before;
    assert.ok(passed >= 60_000_000 && passed < 65_000_000, `${passed}`);
  });

  check("state.health() names the run", async (world) => {
    const health = await world.state.health();
    assert.ok(health.run_id !== "");
    await world.restart();
    assert.equal((await world.state.health()).run_id, health.run_id, "the store went on");
  });

  check("state.numbers() are of the table of metrics, with the labels that it names", async (world) => {
    const numbers = await world.state.numbers();
    assert.ok(numbers.length > 0);
    for (const { name, labels, value } of numbers) {
      const config: MetricConfig = METRICS[name];
      assert.deepEqual(Object.keys(labels).sort(), [...config.labels].sort(), name);
      assert.ok(Number.isFinite(value), name);
    }
  });
}
