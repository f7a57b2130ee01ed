/** The SQLite index: the contract, and what only a file can do. */
import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { join } from "node:path";
import type { Clock } from "../../shared/contracts/deps.ts";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import { openSqliteIndex } from "../../shared/index/sqlite/mod.ts";
import { MIGRATIONS } from "../../shared/index/sqlite/schema.ts";
import { openDatabase } from "../../shared/sqlite/mod.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { indexContract } from "./index_contract.ts";
import { docIdOf, fragmentsOf, put, query, removal } from "./index_samples.ts";

async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const dir = await Deno.makeTempDir();
  return {
    path: join(dir, "index.sqlite"),
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

indexContract("SQLite index", async (clock: Clock) => {
  const file = await folder();
  const index = openSqliteIndex({ path: file.path, clock });
  return {
    index,
    async [Symbol.asyncDispose]() {
      await index.close();
      await file[Symbol.asyncDispose]();
    },
  };
});

Deno.test("openSqliteIndex() finds what an earlier process wrote, tombstones too", async () => {
  await using file = await folder();
  const clock = new SimulatedClock();
  const first = openSqliteIndex({ path: file.path, clock });
  await first.feed([put(1, { title: "kept" }), removal(2, 5)]);
  await first.close();
  const second = openSqliteIndex({ path: file.path, clock });
  const { hits } = await second.search(query("kept"));
  assert.deepEqual(hits.map((hit) => hit.doc_id), [docIdOf(1)]);
  assert.deepEqual(await second.feed([put(2, { revision: 4 }), put(1, { title: "new", revision: 2 })]), [
    "stale",
    "applied",
  ]);
  await second.close();
});

Deno.test("openSqliteIndex() refuses a file that is open already", async () => {
  await using file = await folder();
  const clock = new SimulatedClock();
  const first = openSqliteIndex({ path: file.path, clock });
  assert.throws(() => openSqliteIndex({ path: file.path, clock }), StoreAwayError);
  await first.close();
});

Deno.test("SqliteIndex says that its store is away once it is closed", async () => {
  await using file = await folder();
  const index = openSqliteIndex({ path: file.path, clock: new SimulatedClock() });
  await index.ping();
  await index.close();
  await assert.rejects(index.ping(), StoreAwayError);
  await assert.rejects(index.search(query("x")), StoreAwayError);
  await assert.rejects(index.feed([put(1)]), StoreAwayError);
});

/** What is in the index's file and in those beside it. */
async function contents(path: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const { name } of Deno.readDir(join(path, ".."))) {
    texts.push(new TextDecoder("latin1").decode(await Deno.readFile(join(path, "..", name))));
  }
  return texts;
}

Deno.test("SqliteIndex.purge() leaves no word of the person in the files", async () => {
  await using file = await folder();
  const index = openSqliteIndex({ path: file.path, clock: new SimulatedClock() });
  const secret = "kryptonite", other = "harmless";
  await index.feed(
    Array.from(
      { length: 600 },
      (_, number) =>
        put(number, {
          title: secret,
          body: `${secret} in a body ${number} `.repeat(20),
          details: secret,
          people: [{ name: `${secret} ${number}`, address: `${secret}${number}@x.example` }],
          folder: { role: "", name: secret },
          fragments: fragmentsOf(`${secret} elsewhere`),
        }),
    ),
  );
  await index.feed([put(1, { user_id: "ben", title: other })]);
  assert.ok((await contents(file.path)).some((text) => text.includes(secret)), "they were there");
  await index.purge("ada");
  const texts = await contents(file.path);
  await index.close();
  texts.push(...await contents(file.path));
  assert.ok(texts.some((text) => text.includes(other)), "the other person's words are readable");
  assert.ok(!texts.some((text) => text.includes(secret)), "the erased person's are not");
});

Deno.test("SqliteIndex.sweep() finishes a purge that a crash cut short", async () => {
  await using file = await folder();
  const clock = new SimulatedClock();
  const first = openSqliteIndex({ path: file.path, clock });
  await first.feed(Array.from({ length: 1_200 }, (_, number) => put(number, { title: "kryptonite" })));
  const purging = first.purge("ada");
  // The first slices are committed; closing takes the place of the crash.
  await new Promise((resolve) => setTimeout(resolve, 0));
  await first.close();
  await assert.rejects(purging, StoreAwayError);
  const second = openSqliteIndex({ path: file.path, clock });
  assert.deepEqual((await second.search(query("kryptonite"))).hits, []);
  for (let round = 0; round < 10; round++) await second.sweep(clock.now());
  await second.close();
  const bytes = new TextDecoder("latin1").decode(await Deno.readFile(file.path));
  assert.ok(!bytes.includes("kryptonite"));
});

Deno.test("openSqliteIndex() empties a file of the first version, which is read again, and serves it", async () => {
  await using file = await folder();
  const clock = new SimulatedClock();
  const old = openDatabase({ path: file.path, name: "The index file", migrations: MIGRATIONS.slice(0, 1) });
  old.exec(`
    INSERT INTO users (user_id) VALUES ('ada');
    INSERT INTO documents VALUES (4294967328, 1, '${docIdOf(1)}', 1, 0, 1, 1, 1);
    INSERT INTO texts VALUES (4294967328, 'kryptonite', 'body', '[]', '[]', '', 'con-1', '', '{}', -1);
    CREATE VIEW words_1_texts AS SELECT id, title, body, people, authors FROM texts;
    CREATE VIRTUAL TABLE words_1 USING fts5(title, body, people, authors, content = 'words_1_texts', content_rowid = 'id');
    INSERT INTO words_1 (words_1) VALUES ('rebuild');
  `);
  old.close();
  const index = openSqliteIndex({ path: file.path, clock });
  assert.deepEqual((await index.search(query("kryptonite"))).hits, []);
  assert.deepEqual(await index.feed([put(1, { title: "again" })]), ["applied"]);
  for (let round = 0; round < 3; round++) await index.sweep(clock.now());
  assert.equal((await index.search(query("again"))).hits.length, 1);
  await index.close();
  assert.ok((await contents(file.path)).every((text) => !text.includes("kryptonite")));
});

Deno.test("SqliteIndex.search() counts very many matches in turns, the same as at once, and lets others in between", async () => {
  await using file = await folder();
  const clock = new SimulatedClock();
  const writes = Array.from(
    { length: 95 },
    (_, number) => put(number, { body: "common", doc_type: number % 3 === 0 ? "todo" : "email", user_id: "ada" }),
  );
  const whole = openSqliteIndex({ path: file.path, clock });
  await whole.feed(writes);
  const expected = await whole.search(query("common "));
  await whole.close();

  const index = openSqliteIndex({ path: file.path, clock, counted_in_turn: 10 });
  let turns = 0, running = true;
  const others = () => {
    turns++;
    if (running) setImmediate(others);
  };
  setImmediate(others);
  assert.deepEqual(await index.search(query("common ")), expected);
  assert.ok(turns >= 9, `${turns} turns for ten parts`);
  assert.equal(expected.facets.type?.reduce((sum, { count }) => sum + count, 0), 95);
  turns = 0;
  assert.deepEqual((await index.search(query("rare "))).hits, []);
  assert.ok(turns <= 1, "what has few matches is counted at once");
  // Whoever is erased while their matches are counted is not found, by nobody's error.
  const searching = index.search(query("common "));
  const purging = index.purge("ada");
  assert.deepEqual((await searching).hits, []);
  await purging;
  running = false;
  await index.close();
});
