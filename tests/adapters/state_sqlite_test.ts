/** The state's contract, model and protocol on SQLite, and what is SQLite's alone. */
import assert from "node:assert/strict";
import type { ResourceKey } from "../../shared/contracts/ids.ts";
import { integer, openDatabase } from "../../shared/sqlite/mod.ts";
import { MIGRATIONS } from "../../shared/state/sqlite/schema.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import { seededRandom } from "../simulation/random.ts";
import { stateContract } from "./state_contract.ts";
import { acquired } from "./state_contract_leases.ts";
import { modelHolds, runSteps } from "./state_model_run.ts";
import { protocolLosesNothing } from "./state_protocol.ts";
import type { Op } from "./state_steps.ts";
import { SetClock, sqliteWorld } from "./state_world.ts";

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;
const KEY: ResourceKey = { user_id: "ada", connection_id: "c1", resource: "mail" };

/** Rows of a table of a closed file. */
function rowsOf(path: string, table: string): number {
  const db = openDatabase({ path, name: "The state file", migrations: MIGRATIONS });
  const rows = integer(db.prepareOnce(`SELECT count(*) AS n FROM ${table}`).get(), "n");
  db.close();
  return rows;
}

stateContract((name, check) =>
  Deno.test(`SQLite: ${name}`, async () => {
    await using world = sqliteWorld();
    await check(world);
  })
);

Deno.test("SQLite: the state answers as its model does under arbitrary steps, deaths and clock jumps", async () => {
  await modelHolds((seed) => Promise.resolve(sqliteWorld(seed)), { runs: 25, steps: 100 });
});

Deno.test("SQLite: a failed claim that ran out stays gone when the clock goes back after a restart", async () => {
  await using world = sqliteWorld();
  const move = (ms: number) => ({ step: "move" as const, ms });
  const run = (op: Op) => ({ step: "run" as const, ops: [op] });
  const claim = { op: "claim", event: 0, view: 0 } as const;
  await runSteps(world, [
    run(claim),
    run({ op: "releaseClaim", event: 0, pick: 0, view: 0, failed: true }),
    move(-7_000),
    move(DAY_MS + 1_000),
    { step: "die" },
    move(-HOUR_MS - 5_000),
    run(claim),
  ]);
});

Deno.test("SQLite: signals and leases lose no request, whoever is slow or dies", async () => {
  await protocolLosesNothing((seed) => Promise.resolve(sqliteWorld(seed)), { runs: 25, steps: 150 });
});

Deno.test("SQLite: a claim whose failure is being written is neither free nor ended twice", async () => {
  await using world = sqliteWorld();
  const { claims } = world.state;
  const claim = await claims.claim("s", "event");
  assert.ok(claim.kind === "claimed");
  const released = claims.release(claim.token, true);
  await world.move(16_000);
  assert.equal((await claims.claim("s", "event")).kind, "busy");
  assert.equal(await claims.complete(claim.token, "indexed"), false);
  assert.equal(await released, 1);
  const again = await claims.claim("s", "event");
  assert.ok(again.kind === "claimed" && again.failures === 1);
});

Deno.test("SQLite: done claims are known before, while and after they are written, and are written before long", async () => {
  const dir = Deno.makeTempDirSync();
  const clock = new SetClock();
  const options = { path: `${dir}/state.sqlite`, clock, random: seededRandom(1) };
  const state = openSqliteState(options);
  const { claims } = state;
  let completed = 0;
  const complete = async () => {
    const claim = await claims.claim("s", `event-${completed++}`);
    assert.ok(claim.kind === "claimed");
    assert.equal(await claims.complete(claim.token, "indexed"), true);
    assert.equal(await claims.complete(claim.token, "twice"), false);
  };
  const allDone = async () => {
    for (let at = 0; at < completed; at++) {
      assert.deepEqual(await claims.claim("s", `event-${at}`), { kind: "done", outcome: "indexed" });
    }
  };
  for (let at = 0; at < 1_100; at++) await complete();
  await allDone();
  await complete();
  clock.now_ms += 1_000;
  await complete();
  await allDone();
  await claims.forget("s", "event-0");
  await claims.forget("s", "event-1101");
  for (const event of ["event-0", "event-1101"]) assert.equal((await claims.claim("s", event)).kind, "claimed");
  // A process that is killed here has these in its file: the next one counts them before anything is flushed.
  Deno.copyFileSync(options.path, `${dir}/copy.sqlite`);
  Deno.copyFileSync(`${options.path}-wal`, `${dir}/copy.sqlite-wal`);
  assert.equal(rowsOf(`${dir}/copy.sqlite`, "claim"), 1_100);
  await state.close();
  assert.equal(rowsOf(options.path, "claim"), 1_100);
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("SQLite: revisions grow over a restart with the clock set back, after a drop and above a floor", async () => {
  await using world = sqliteWorld();
  const issue = async () => {
    const lease = await acquired(world.state.leases, KEY, "message");
    return (await world.state.ledger(KEY).issue(lease, "page")).revision;
  };
  const first = await issue();
  await world.state.ledger(KEY).drop();
  await world.move(-HOUR_MS);
  await world.restart();
  const second = await issue();
  assert.ok(second > first, "after a drop");
  const floor = second + HOUR_MS * 1_000;
  await world.state.records({ user_id: "ada" }).raiseFloor(floor);
  await world.restart();
  assert.ok(await issue() > floor, "above the floor");
});

Deno.test("SQLite: a drop that was cut short is finished at the next start", async () => {
  const dir = Deno.makeTempDirSync();
  const options = { path: `${dir}/state.sqlite`, clock: new SetClock(), random: seededRandom(1) };
  const state = openSqliteState(options);
  const lease = await acquired(state.leases, KEY, "message");
  const entries = Array.from({ length: 3_000 }, (_, at) => ({
    doc_id: at.toString(16).padStart(32, "0"),
    doc_type: "email" as const,
    provider_id: String(at),
    container: "inbox",
    hash: "",
    revision: 1,
    version: 0,
    state: "published" as const,
    epoch: 0,
    doubt: "" as const,
  }));
  await state.ledger(KEY).commit(lease, { entries });
  const cut = state.ledger(KEY).drop();
  await Promise.all([state.close(), assert.rejects(cut)]);
  assert.equal(rowsOf(options.path, "dropped"), 1, "the drop was cut short");
  const again = openSqliteState(options);
  assert.deepEqual(await again.ledger(KEY).list("", 1), []);
  // The rest of the drop goes on slice by slice, one in each of the next transactions.
  for (let slice = 0; slice < 5; slice++) await again.leases.waitUntil(KEY, 0);
  await again.close();
  assert.equal(rowsOf(options.path, "entry"), 0);
  assert.equal(rowsOf(options.path, "dropped"), 0);
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("SQLite: claims and references that ran out are removed in slices as writes pass by", async () => {
  const dir = Deno.makeTempDirSync();
  const clock = new SetClock();
  const options = { path: `${dir}/state.sqlite`, clock, random: seededRandom(1) };
  const state = openSqliteState(options);
  let events = 0;
  const fill = async (count: number) => {
    await Promise.all(Array.from({ length: count }, async () => {
      const claim = await state.claims.claim("s", `event-${++events}`);
      assert.ok(claim.kind === "claimed");
      await state.claims.complete(claim.token, "indexed".repeat(20));
    }));
    const refs = Array.from({ length: count }, (_, at) => ({
      user_id: "ada",
      doc_type: "email" as const,
      doc_id: `${clock.now_ms}-${at}`,
      revision: 1,
      hash: "",
      data: `{"body":"${"x".repeat(500)}"}`,
    }));
    await state.refs.put(refs);
  };
  await fill(1_500);
  for (let day = 0; day < 8; day++) {
    clock.now_ms += 8 * DAY_MS;
    for (let slice = 0; slice < 5; slice++) await fill(300);
  }
  await state.close();
  // Of each round, what was written last: the slices follow the writes, at most once a minute when little is left.
  for (const table of ["claim", "ref"]) {
    const rows = rowsOf(options.path, table);
    assert.ok(rows <= 2_000, `${rows} rows of ${table} after 8 rounds of 1,500`);
  }
  Deno.removeSync(dir, { recursive: true });
});
