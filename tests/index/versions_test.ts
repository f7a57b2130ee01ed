/** Versions of the index: each adapter keeps them apart, and erasing a person reaches all of them. */
import assert from "node:assert/strict";
import { FIRST_VERSIONS, type IndexVersions } from "../../shared/contracts/index_versions.ts";
import { openSqliteIndexes } from "../../shared/index/sqlite/mod.ts";
import { VersionRecord } from "../../shared/index/version_record.ts";
import { type IndexStore, VersionedIndex } from "../../shared/index/versioned.ts";
import { openVespaIndexes } from "../../shared/index/vespa/mod.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import { docIdOf, put, query, removal } from "../adapters/index_samples.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";
import { VespaDouble } from "./vespa_double.ts";

const STORES: Readonly<Record<string, () => Promise<AsyncDisposable & { readonly open: () => Promise<IndexStore> }>>> =
  {
    async SQLite() {
      const folder = await Deno.makeTempDir();
      return {
        open: () => Promise.resolve(openSqliteIndexes({ folder, clock: new SimulatedClock() })),
        [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
      };
    },
    async "Vespa double"() {
      const { fetch } = await VespaDouble.start();
      const options = { endpoint: "https://vespa.test", clock: new SimulatedClock(), random: seededRandom(1), fetch };
      return { open: () => Promise.resolve(openVespaIndexes(options)), [Symbol.asyncDispose]: () => Promise.resolve() };
    },
  };

async function titles(index: VersionedIndex, version: number, user_id = "ada"): Promise<readonly string[]> {
  const { hits, facets } = await (await index.version(version)).search(query("", { user_id, sort: "oldest" }));
  const counted = facets.type?.reduce((sum, { count }) => sum + count, 0) ?? 0;
  assert.equal(counted, hits.length, "a count is of the same version as the hits");
  return hits.map(({ title }) => title).sort();
}

async function everybody(index: VersionedIndex, version: number): Promise<readonly string[]> {
  const known = new Set<string>();
  let cursor = "";
  do {
    const page = await (await index.version(version)).people(cursor);
    for (const user_id of page.users) known.add(user_id);
    cursor = page.next_cursor;
  } while (cursor !== "");
  return [...known].sort();
}

for (const [name, openStore] of Object.entries(STORES)) {
  Deno.test(`${name}: versions of the index hold nothing of each other, and go one at a time`, async () => {
    await using place = await openStore();
    let versions: IndexVersions = { ...FIRST_VERSIONS, extra: 2, newest: 2 };
    const index = new VersionedIndex(await place.open(), () => Promise.resolve(versions));
    await (await index.version(1)).feed([
      put(1, { title: "first" }),
      put(2, { title: "gone" }),
      put(3, { title: "of ben", user_id: "ben" }),
    ]);
    await (await index.version(2)).feed([put(1, { title: "second" }), put(4, { title: "of cara", user_id: "cara" })]);
    assert.deepEqual([await titles(index, 1), await titles(index, 2)], [["first", "gone"], ["second"]]);
    assert.deepEqual([await everybody(index, 1), await everybody(index, 2)], [["ada", "ben"], ["ada", "cara"]]);
    // What is deleted in one stays in the other, whose own event tells it.
    await (await index.version(1)).feed([removal(2, 5)]);
    assert.equal((await (await index.version(2)).revisions("ada", [docIdOf(2)])).size, 0);

    const shown = async () => (await index.search(query(""))).hits.map(({ title }) => title);
    assert.deepEqual(await shown(), ["first"]);
    versions = { ...versions, active: 2 };
    assert.deepEqual(await shown(), ["second"]);
    versions = { ...versions, active: 1 };
    assert.deepEqual(await shown(), ["first"]);

    versions = { ...FIRST_VERSIONS, active: 2, base: 2, newest: 2 };
    await index.drop(1);
    await index.drop(1);
    assert.deepEqual(await shown(), ["second"]);
    assert.deepEqual([await titles(index, 1), await everybody(index, 1)], [[], []]);
    assert.deepEqual(await titles(index, 2, "cara"), ["of cara"]);
    await index.close();

    const again = new VersionedIndex(await place.open(), () => Promise.resolve(versions));
    assert.deepEqual(await titles(again, 2), ["second"]);
    await again.close();
  });

  Deno.test(`${name}: a person is erased from every version, also from one that is about to go`, async () => {
    await using place = await openStore();
    const leaving = { version: 1, subscriptions_of: 2, after: "2026-03-02T09:00:00.000Z" };
    const versions: IndexVersions = { ...FIRST_VERSIONS, active: 2, base: 2, extra: 3, newest: 3, leaving };
    const index = new VersionedIndex(await place.open(), () => Promise.resolve(versions));
    for (const version of [1, 2, 3]) {
      await (await index.version(version)).feed([
        put(1, { title: "ada's" }),
        put(2, { title: "ben's", user_id: "ben" }),
      ]);
    }
    await index.purge("ada");
    for (const version of [1, 2, 3]) {
      assert.deepEqual(await titles(index, version), [], `version ${version}`);
      assert.deepEqual(await titles(index, version, "ben"), ["ben's"]);
      // Nothing is left of its tombstones either: what is older is new again.
      assert.equal((await (await index.version(version)).revisions("ada", [docIdOf(1)])).size, 0);
    }
    await index.close();
  });
}

Deno.test("VersionRecord: a change is seen by others within a second, and lost races are run again", async () => {
  const clock = new SimulatedClock();
  const state = openSqliteState({ path: ":memory:", clock, random: seededRandom(1) });
  const [one, other] = [new VersionRecord(state, clock), new VersionRecord(state, clock)];
  assert.deepEqual(await other.read(), FIRST_VERSIONS);
  await Promise.all([
    one.change((before) => ({ ...before, newest: before.newest + 1 })),
    other.change((before) => ({ ...before, newest: before.newest + 1 })),
  ]);
  assert.equal((await one.readNow()).newest, 3);
  await one.change((before) => ({ ...before, newest: 9 }));
  await clock.advance(1_000);
  assert.equal((await other.read()).newest, 9);
  await state.close();
  // The store is away: what was known is still good enough to search by.
  await clock.advance(5_000);
  assert.equal((await other.read()).newest, 9);
});
