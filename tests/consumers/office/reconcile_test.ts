/** The reconcile tick: verifications by due time, and batches whose messages were lost. */
import assert from "node:assert/strict";
import { connected, verificationSlice, watchBatches } from "../../../consumers/office/mod.ts";
import { COLLECTIONS } from "../../../shared/contracts/records.ts";
import { type BatchWorld, openBatchWorld } from "./batch_world.ts";
import { CONNECTION, KEY } from "./world.ts";

const HOUR_MS = 60 * 60_000;

function reconcile(name: string, body: (world: BatchWorld) => Promise<void>): void {
  Deno.test(`reconcile ${name}`, async () => {
    const world = await openBatchWorld();
    try {
      await body(world);
    } finally {
      await world.close();
    }
  });
}

const listed = async (world: BatchWorld) =>
  (await world.batches.list(KEY.user_id, "", 10)).filter(({ kind }) => kind === "verify");

reconcile("verifies a connection once a day, however often the tick is called", async (world) => {
  world.provider.put("m1", "inbox", "mail");
  await connected(world.ports, world.signaller, CONNECTION);
  await world.settle(world.start());
  await world.clock.advance(HOUR_MS);
  assert.deepEqual(await verificationSlice(world.ports), { done: 0, more: false });
  await world.clock.advance(23 * HOUR_MS);
  await Promise.all([verificationSlice(world.ports), verificationSlice(world.ports)]);
  await verificationSlice(world.ports);
  assert.deepEqual((await listed(world)).map(({ kind, cause }) => [kind, cause]), [["verify", "schedule"]]);
  await world.finish();
  assert.equal((await listed(world))[0]?.state, "finished");
  await world.clock.advance(24 * HOUR_MS);
  await verificationSlice(world.ports);
  assert.equal((await listed(world)).length, 2);
});

reconcile("forgets a connection that is gone", async (world) => {
  await connected(world.ports, world.signaller, CONNECTION);
  await world.state.records({ user_id: KEY.user_id }).commit([
    { op: "delete", collection: COLLECTIONS.connections, id: KEY.connection_id },
  ]);
  await world.clock.advance(25 * HOUR_MS);
  assert.equal((await verificationSlice(world.ports)).done, 1);
  assert.equal((await verificationSlice(world.ports)).done, 0);
  assert.equal(world.bus.tasks.length, 0);
});

reconcile(
  "sends the message of a batch again when it was lost, and gives the part up that never moves",
  async (world) => {
    world.provider.put("m1", "inbox", "mail");
    await world.signal("poll");
    await world.settle(world.start());
    const { batch_id } = await world.begin();
    world.bus.tasks.length = 0;
    await world.clock.advance(16 * 60_000);
    assert.equal((await watchBatches(world.ports)).done, 1);
    assert.equal(world.bus.tasks.length, 1);
    await world.finish();
    assert.equal((await world.batches.view(KEY.user_id, batch_id))?.state, "finished");

    const other = await world.begin();
    for (let looks = 0; looks < 12; looks++) {
      world.bus.tasks.length = 0;
      await world.clock.advance(16 * 60_000);
      await watchBatches(world.ports);
    }
    const view = await world.batches.view(KEY.user_id, other.batch_id);
    assert.deepEqual([view?.state, view?.parts.map((part) => part.reason)], ["finished", ["stalled"]]);
    await world.clock.advance(60 * 60_000);
    assert.equal((await watchBatches(world.ports)).done, 0, "what has ended is looked after no more");
  },
);
