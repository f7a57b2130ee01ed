import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import { type Database, GroupCommit, integer, openDatabase } from "../../shared/sqlite/mod.ts";

const MIGRATIONS = ["CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT"];

function setup() {
  const dir = Deno.makeTempDirSync();
  const path = `${dir}/notes.sqlite`;
  const db = openDatabase({ path, name: "The notes", migrations: MIGRATIONS, busy_timeout_ms: 0 });
  const group = new GroupCommit(db);
  return { path, db, group, [Symbol.dispose]: () => (db.close(), Deno.removeSync(dir, { recursive: true })) };
}

const add = (text: string) => (db: Database) => db.prepare("INSERT INTO note (text) VALUES (?)").run(text).changes;
const count = (db: Database) => integer(db.prepare("SELECT count(*) AS n FROM note").get(), "n");

Deno.test("openDatabase() keeps the file for this process, synced, in WAL", () => {
  using bundle = setup();
  const second = new DatabaseSync(bundle.path, { timeout: 0 });
  assert.throws(() => second.prepare("SELECT * FROM note").all(), /locked/);
  second.close();
  assert.throws(
    () => openDatabase({ path: bundle.path, name: "The notes", migrations: MIGRATIONS, busy_timeout_ms: 0 }),
    StoreAwayError,
  );
  assert.equal(bundle.db.prepare("PRAGMA synchronous").get()?.synchronous, 2);
  assert.equal(bundle.db.prepare("PRAGMA journal_mode").get()?.journal_mode, "wal");
});

Deno.test("openDatabase() applies each migration once and refuses a file of a newer program", async () => {
  using bundle = setup();
  await bundle.group.run(add("kept"));
  bundle.db.close();
  const more = [...MIGRATIONS, "ALTER TABLE note ADD COLUMN colour TEXT; INSERT INTO note (text) VALUES ('migrated')"];
  for (let time = 0; time < 2; time++) {
    const db = openDatabase({ path: bundle.path, name: "The notes", migrations: more });
    assert.equal(count(db), 2);
    db.close();
  }
  assert.throws(
    () => openDatabase({ path: bundle.path, name: "The notes", migrations: MIGRATIONS }),
    /version 2, this program knows 1/,
  );
});

Deno.test("openDatabase() leaves the old version when a migration fails half way", () => {
  using bundle = setup();
  bundle.db.close();
  const broken = [...MIGRATIONS, "INSERT INTO note (text) VALUES ('half'); INSERT INTO nowhere VALUES (1)"];
  assert.throws(() => openDatabase({ path: bundle.path, name: "The notes", migrations: broken }), /nowhere/);
  const db = openDatabase({ path: bundle.path, name: "The notes", migrations: MIGRATIONS });
  assert.equal(count(db), 0);
  db.close();
});

Deno.test("GroupCommit.run() commits works that arrive together in one transaction", async () => {
  using bundle = setup();
  const changes = await Promise.all(Array.from({ length: 100 }, (_, at) => bundle.group.run(add(`note ${at}`))));
  assert.deepEqual(new Set(changes), new Set([1]));
  assert.equal(bundle.group.commits, 1);
  assert.equal(count(bundle.db), 100);
});

Deno.test("GroupCommit.run() resolves only after the commit", async () => {
  using bundle = setup();
  let inside = true;
  await bundle.group.run(add("note")).then(() => inside = bundle.db.inTransaction);
  assert.equal(inside, false);
});

Deno.test("GroupCommit.run() bounds a transaction and keeps the order", async () => {
  using bundle = setup();
  const order: number[] = [];
  await Promise.all(Array.from({ length: 1_200 }, (_, at) => bundle.group.run(() => void order.push(at))));
  assert.deepEqual(order, Array.from({ length: 1_200 }, (_, at) => at));
  assert.equal(bundle.group.commits, 3);
});

Deno.test("GroupCommit.run() undoes a work that throws alone, with what it wrote before", async () => {
  using bundle = setup();
  const outcomes = await Promise.allSettled([
    bundle.group.run(add("first")),
    bundle.group.run((db) => {
      add("half")(db);
      throw new RangeError("no");
    }),
    bundle.group.run(add("first")),
    bundle.group.run(count),
  ]);
  assert.deepEqual(outcomes.map((outcome) => outcome.status), ["fulfilled", "rejected", "rejected", "fulfilled"]);
  assert.ok(outcomes[1]?.status === "rejected" && outcomes[1].reason instanceof RangeError);
  assert.ok(outcomes[3]?.status === "fulfilled" && outcomes[3].value === 1);
  assert.equal(count(bundle.db), 1);
});

Deno.test("GroupCommit.run() rejects all works with StoreAwayError when the file is gone, and after close()", async () => {
  using bundle = setup();
  const lost = bundle.group.run(add("lost"));
  bundle.db.close();
  await assert.rejects(lost, StoreAwayError);
  bundle.group.close();
  await assert.rejects(bundle.group.run(add("late")), StoreAwayError);
});

Deno.test("GroupCommit.close() commits what is queued", async () => {
  using bundle = setup();
  const queued = bundle.group.run(add("queued"));
  bundle.group.close();
  assert.equal(count(bundle.db), 1);
  await queued;
});

Deno.test("GroupCommit.run() rejects with StoreAwayError while the file is full, and goes on when there is room", async () => {
  using bundle = setup();
  await bundle.group.run(add("before"));
  bundle.db.exec("PRAGMA max_page_count = 1");
  const large = "x".repeat(100_000);
  const outcomes = await Promise.allSettled([bundle.group.run(add(large)), bundle.group.run(count)]);
  assert.ok(outcomes[0]?.status === "rejected" && outcomes[0].reason instanceof StoreAwayError);
  assert.ok(bundle.group.failure instanceof StoreAwayError);
  bundle.db.exec("PRAGMA max_page_count = 1000000");
  await bundle.group.run(add(large));
  assert.equal(bundle.group.failure, undefined);
  assert.equal(count(bundle.db), 2);
});
