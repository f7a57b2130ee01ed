/** Verification: whatever was lost behind the program's back is found, repaired where it is missing, and not found twice. */
import assert from "node:assert/strict";
import { COLLECTIONS, Connection } from "../../../shared/contracts/records.ts";
import { type BatchWorld, openBatchWorld } from "./batch_world.ts";
import { KEY } from "./world.ts";

function verify(name: string, body: (world: BatchWorld) => Promise<void>): void {
  Deno.test(`verify ${name}`, async () => {
    const world = await openBatchWorld();
    try {
      world.provider.pageSize = 100;
      await body(world);
    } finally {
      await world.close();
    }
  });
}

const HOUR_MS = 60 * 60_000;

async function mailbox(world: BatchWorld, mails: number): Promise<string[]> {
  for (let n = 0; n < mails; n++) world.provider.put(`m${n}`, n % 2 === 0 ? "inbox" : "archive", `mail ${n}`);
  await world.signal("poll");
  await world.settle(world.start());
  await world.clock.advance(HOUR_MS);
  return (await world.state.ledger(KEY).list("", mails)).map(({ doc_id }) => doc_id);
}

async function run(world: BatchWorld) {
  const { batch_id } = await world.begin({ kind: "verify" });
  await world.finish();
  const view = await world.batches.view(KEY.user_id, batch_id);
  assert.ok(view);
  assert.equal(view.state, "finished");
  const { value } = await world.state.records({ user_id: KEY.user_id }).get(COLLECTIONS.connections, "c1") ?? {};
  const [status] = Connection.parse(value).resources;
  assert.ok(status);
  return { ...view.counts, status, reason: view.parts[0]?.reason };
}

/** Entries vanish from the ledger as if they had never been. */
async function forgetEntries(world: BatchWorld, doc_ids: readonly string[]): Promise<void> {
  const ledger = world.state.ledger(KEY);
  const acquired = await world.state.leases.acquire(KEY, "vandal");
  assert.equal(acquired.kind, "acquired");
  if (acquired.kind !== "acquired") return;
  const entries = [...(await ledger.get(doc_ids)).values()].map((entry) => ({ ...entry, state: "tombstone" as const }));
  await ledger.commit(acquired.lease, { entries });
  assert.equal(await ledger.sweep(Number.MAX_SAFE_INTEGER), doc_ids.length);
  await world.state.leases.abandon(acquired.lease);
}

verify("finds nothing where nothing is missing, and publishes nothing", async (world) => {
  await mailbox(world, 250);
  const events = world.bus.events.length;
  const calls = world.provider.calls.length;
  const found = await run(world);
  assert.deepEqual([found.found, found.differences, found.published, found.failed], [250, 0, 0, 0]);
  assert.equal(world.bus.events.length, events);
  // The live round, then each page once: nothing is looked up by itself.
  assert.deepEqual(world.provider.calls.slice(calls), [
    ...["delta:inbox", "delta:archive"],
    ...["delta:inbox", "delta:inbox", "delta:archive", "delta:archive"],
  ]);
});

verify(
  "finds 50 documents gone from the index, 50 contributions and 50 ledger entries, repairs them, and finds none again",
  async (world) => {
    const ids = await mailbox(world, 400);
    world.loader.forget(ids.slice(0, 50));
    world.shipments.forget(ids.slice(50, 100));
    await forgetEntries(world, ids.slice(100, 150));
    const before = world.bus.only.length;
    const first = await run(world);
    assert.deepEqual([first.differences, first.published, first.failed], [150, 150, 0]);
    assert.deepEqual(world.loader.living(), ids);
    assert.deepEqual(world.shipments.living(), ids);
    assert.equal((await world.state.ledger(KEY).list("", 1_000)).length, 400);
    // Who holds a document is not told of it again.
    const told = (only: string) => world.bus.only.slice(before).filter((each) => each === only).length;
    assert.deepEqual([told("vespa-loader-emails"), told("shipments-emails"), told("")], [50, 50, 50]);
    assert.deepEqual([first.status.differences, first.status.repaired], [150, 150]);
    assert.notEqual(first.status.verified_at, "");

    const second = await run(world);
    assert.deepEqual([second.found, second.differences, second.published], [400, 0, 0]);
    await world.clock.advance(HOUR_MS);
    const third = await run(world);
    assert.deepEqual([third.found, third.differences, third.published], [400, 0, 0]);
    assert.deepEqual([third.status.differences, third.status.repaired], [0, 0]);
  },
);

verify("finds what is gone at the provider without a word, and what a consumer never let go", async (world) => {
  const ids = await mailbox(world, 60);
  world.provider.vanish("m3");
  const [gone] = ids;
  assert.ok(gone);
  const provider_id = (await world.state.ledger(KEY).get([gone])).get(gone)?.provider_id ?? "";
  if (provider_id !== "m3") world.provider.remove(provider_id);
  await world.signal("poll");
  await world.settle(world.start());
  await world.clock.advance(HOUR_MS);
  world.loader.keep(gone);
  const found = await run(world);
  assert.ok(found.differences >= 1 && found.differences <= 2);
  assert.deepEqual(world.loader.living(), world.shipments.living());
  assert.deepEqual(new Set(world.bus.converged().keys()), new Set(world.provider.items.keys()));
  assert.equal((await run(world)).differences, 0);
});

verify("takes what may still be on its way for no difference", async (world) => {
  const ids = await mailbox(world, 10);
  world.provider.edit("m1", "new text");
  await world.signal("poll");
  await world.settle(world.start());
  const edited = world.bus.events.at(-1)?.doc_id ?? "";
  world.loader.forget([edited, ids.find((id) => id !== edited) ?? ""]);
  assert.equal((await run(world)).differences, 1);
});

verify("leaves a first sync alone that is not at its end", async (world) => {
  for (let n = 0; n < 10; n++) world.provider.put(`m${n}`, "inbox", `mail ${n}`);
  const found = await run(world);
  assert.deepEqual([found.reason, found.found, found.status.verified_at], ["not_read_yet", 0, ""]);
});

verify("lets a change that comes in the middle go first, and goes on where it was", async (world) => {
  await mailbox(world, 400);
  let pages = 0;
  world.provider.during = async (call) => {
    if (!call.startsWith("delta") || ++pages !== 4) return;
    world.provider.put("urgent", "inbox", "urgent");
    await world.signal("notification");
  };
  const before = world.bus.events.length;
  const found = await run(world);
  assert.equal(world.bus.events.length, before + 1);
  assert.equal(found.differences, 0);
});
