import assert from "node:assert/strict";
import { checkBackup, restoreBackup, writeBackup } from "../../shared/state/backup/mod.ts";
import type { ScopeSnapshot, State } from "../../shared/state/port.ts";
import { backedUp, fill } from "./state_contract_backup.ts";
import { sqliteWorld } from "./state_world.ts";

type Bytes = Uint8Array<ArrayBuffer>;
const opening = (bytes: Bytes) => () => Promise.resolve(new Blob([bytes]).stream());

async function gzipped(text: string): Promise<Bytes> {
  return await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).bytes();
}

Deno.test("restoreBackup() writes nothing of a backup that is broken off, damaged, newer or none", async () => {
  await using source = sqliteWorld();
  await fill(source.state);
  const whole = await backedUp(source.state);
  const damaged = whole.slice();
  damaged[Math.floor(damaged.length / 2)]! ^= 0xff;
  const head = { created_at: "2026-03-02T09:00:00.000Z", micros: 1 };
  const bad: Record<string, [Bytes, RegExp]> = {
    broken_off: [whole.slice(0, whole.length - 20), /broken off or damaged/],
    damaged: [damaged, /damaged|not JSON|no known form/],
    empty: [new Uint8Array(), /broken off or damaged|does not begin/],
    text: [new TextEncoder().encode("hello"), /no whole gzip file/],
    newer: [await gzipped(JSON.stringify({ ...head, millrace_backup: 2 })), /form 2, this program knows 1/],
    no_end: [await gzipped(JSON.stringify({ ...head, millrace_backup: 1 })), /ends in the middle/],
    other: [await gzipped(`${JSON.stringify({ ...head, millrace_backup: 1 })}\n{"rows":[]}`), /no known form/],
  };
  for (const [name, [bytes, message]] of Object.entries(bad)) {
    await using world = sqliteWorld();
    await assert.rejects(() => restoreBackup(world.state, opening(bytes)), message, name);
    const snapshot = await world.state.snapshot();
    for await (const scope of snapshot.scopes()) assert.fail(`${name} wrote ${scope.name}`);
    await snapshot.close();
  }
});

Deno.test("restoreBackup() refuses a state that holds something, and one whose clock is behind", async () => {
  await using source = sqliteWorld();
  await fill(source.state);
  const bytes = await backedUp(source.state);
  await using used = sqliteWorld();
  await used.move(60_000);
  await fill(used.state);
  await assert.rejects(() => restoreBackup(used.state, opening(bytes)), { code: "state_not_empty" });
  await using behind = sqliteWorld();
  await behind.move(-60_000);
  await assert.rejects(() => restoreBackup(behind.state, opening(bytes)), { code: "clock_behind" });
});

/** The state with a scope that is another one each time it is read, so many times. */
function restless(state: State, changes: number): State {
  let reads = 0;
  const scope: ScopeSnapshot = {
    name: "user:restless",
    floor: 0,
    async *records() {
      reads++;
      const ids = Array.from({ length: 300 }, (_, at) => `${reads}-${at}`);
      yield* ids.map((id) => ({ collection: "contacts", id, value: reads }));
    },
    changed: () => Promise.resolve(reads <= changes),
  };
  return Object.assign(state, {
    snapshot: () =>
      Promise.resolve({
        async *scopes() {
          yield scope;
        },
        async *resources() {},
        close: () => Promise.resolve(),
      }),
  });
}

Deno.test("a scope that changes while it is read is read again, and restored as it was read last", async () => {
  for (const [changes, last, unsettled] of [[0, 1, 0], [2, 3, 0], [99, 4, 1]] as const) {
    await using source = sqliteWorld();
    const bytes: Bytes[] = [];
    const counts = await writeBackup(
      restless(source.state, changes),
      new Date(0),
      new WritableStream<Uint8Array<ArrayBuffer>>({
        write: (chunk) => void bytes.push(chunk),
      }),
    );
    assert.deepEqual([counts.records, counts.unsettled], [300, unsettled]);
    await using target = sqliteWorld();
    await target.move(1);
    const open = async () => await opening(await new Blob(bytes).bytes())();
    assert.equal((await checkBackup(open)).counts.unsettled, unsettled);
    assert.equal((await restoreBackup(target.state, open)).records, 300);
    const found = await target.state.records({ stored: "user:restless" }).list("contacts", { limit: 1_000 });
    assert.deepEqual([found.length, new Set(found.map(({ value }) => value))], [300, new Set([last])]);
  }
});
