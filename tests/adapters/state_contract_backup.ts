/** Backups: what one adapter writes, the other reads, and nothing is missing or new. */
import assert from "node:assert/strict";
import type { ResourceKey } from "../../shared/contracts/ids.ts";
import { restoreBackup, writeBackup } from "../../shared/state/backup/mod.ts";
import type { LedgerEntry, State } from "../../shared/state/port.ts";
import { type Check, sqliteWorld, type World } from "./state_world.ts";

const NOW = new Date("2026-03-02T09:00:00.000Z");
const KEYS: readonly ResourceKey[] = [
  { user_id: "ada", connection_id: "c1", resource: "mail" },
  { user_id: "ada", connection_id: "c1", resource: "drive" },
  { user_id: "ben", connection_id: "c2", resource: "calendar" },
];

function entry(at: number): LedgerEntry {
  const states = ["pending", "published", "tombstone"] as const;
  const doubts = ["", "removed", "reread"] as const;
  return {
    doc_id: (at * 7919).toString(16).padStart(8, "0").repeat(4),
    doc_type: at % 2 === 0 ? "email" : "calendar",
    provider_id: `AAMkAGI2THVSAAA=${at}`.repeat(1 + at % 6),
    container: `folder-${at % 3}`,
    hash: at % 4 === 0 ? "" : at.toString(16).padStart(32, "0"),
    revision: 1_000 + at,
    version: at % 5,
    state: states[at % 3] ?? "pending",
    epoch: at % 7,
    doubt: doubts[at % 3] ?? "",
  };
}

/** People, the system, an erased person, and ledgers of some size. */
export async function fill(state: State): Promise<void> {
  for (const [user_id, count] of [["ada", 450], ["ben", 3]] as const) {
    for (let start = 0; start < count; start += 50) {
      const ids = Array.from({ length: Math.min(50, count - start) }, (_, at) => start + at);
      await state.records({ user_id }).commit(ids.map((at) => ({
        op: "put",
        collection: at % 2 === 0 ? "contacts" : "meetings",
        id: `${at}|Größe`,
        value: { at, text: "ü".repeat(at % 9), list: [null, true, { at }] },
      })));
    }
  }
  await state.records({ system: "accounts" }).commit([{ op: "put", collection: "accounts", id: "x", value: "text" }]);
  await state.records({ user_id: "gone" }).raiseFloor(12_345);
  for (const [at, key] of KEYS.entries()) {
    const acquired = await state.leases.acquire(key, "test");
    assert.ok(acquired.kind === "acquired");
    await state.ledger(key).issue(acquired.lease, "work");
    const entries = Array.from({ length: at === 0 ? 530 : 2 }, (_, each) => entry(each));
    await state.ledger(key).commit(acquired.lease, { entries, head: JSON.stringify({ cursor: `at ${at}` }) });
    await state.leases.abandon(acquired.lease);
  }
}

/** The bytes of a backup. */
export async function backedUp(state: State): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const [bytes] = await Promise.all([new Response(readable).bytes(), writeBackup(state, NOW, writable)]);
  return bytes;
}

/** A backup's lines but the first, with what stands in no order sorted. */
export async function linesOf(bytes: Uint8Array<ArrayBuffer>): Promise<string[]> {
  const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  return text.trimEnd().split("\n").slice(1);
}

const comparable = async (state: State) =>
  (await linesOf(await backedUp(state))).map((line) => line.replace(/"revision":\d+\}$/, "}"))
    .join("\n").split(/\n(?=\{"(?:scope|resource|end)")/).sort();

/** Moves a store's clock to where another's is, and a little on. */
async function catchUp(world: World, other: State): Promise<void> {
  const behind_us = await other.micros() - await world.state.micros();
  await world.move(Math.max(0, Math.ceil(behind_us / 1_000)) + 1);
}

/** Registers the checks. */
export function backupContract(check: Check): void {
  check("a backup restored on SQLite holds what was written here", async ({ state }) => {
    await fill(state);
    await using other = sqliteWorld();
    const bytes = await backedUp(state);
    await catchUp(other, state);
    const counts = await restoreBackup(other.state, () => Promise.resolve(new Blob([bytes]).stream()));
    assert.deepEqual({ ...counts }, { scopes: 4, records: 454, resources: 3, entries: 534, unsettled: 0 });
    assert.deepEqual(await comparable(other.state), await comparable(state));
    assert.equal(await other.state.records({ user_id: "gone" }).floor(), 12_345);
    assert.deepEqual((await other.state.records({ user_id: "ben" }).get("contacts", "2|Größe"))?.value, {
      at: 2,
      text: "üü",
      list: [null, true, { at: 2 }],
    });
  });

  check("a backup of SQLite restored here holds what was written there", async (world) => {
    const { state } = world;
    await using other = sqliteWorld();
    await fill(other.state);
    const bytes = await backedUp(other.state);
    await catchUp(world, other.state);
    await restoreBackup(state, () => Promise.resolve(new Blob([bytes]).stream()));
    assert.deepEqual(await comparable(state), await comparable(other.state));
    const [key] = KEYS;
    assert.ok(key !== undefined);
    const acquired = await state.leases.acquire(key, "after");
    assert.ok(acquired.kind === "acquired", "no lease is left behind");
    const before = JSON.parse((await linesOf(bytes)).find((line) => line.includes(`"resource"`)) ?? "").revision;
    const { revision } = await state.ledger(key).issue(acquired.lease, "next");
    assert.ok(revision > before, "revisions go on growing");
  });
}
