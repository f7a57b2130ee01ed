import assert from "node:assert/strict";
import { createCare, pollSlice } from "../../../consumers/office/mod.ts";
import { COLLECTIONS } from "../../../shared/contracts/records.ts";
import { CONNECTION, openWorld, type World } from "./world.ts";

async function withAccount(body: (world: World) => Promise<void>): Promise<void> {
  const world = await openWorld();
  const { user_id, connection_id, address } = CONNECTION;
  await world.state.records({ system: "accounts" }).commit([{
    op: "put",
    collection: COLLECTIONS.accounts,
    id: `microsoft:${address}`,
    value: { connections: [{ user_id, connection_id }] },
  }]);
  try {
    await body(world);
  } finally {
    await world.close();
  }
}

Deno.test("careSlice() starts a connection that was stored but never started, once", () =>
  withAccount(async (world) => {
    const care = createCare(world.ports, world.signaller);
    assert.equal((await care()).done, 1);
    assert.equal(world.take().cause, "first_sync");
    assert.equal((await care()).done, 0);
    assert.equal(world.bus.changes.length, 0);
  }));

Deno.test("careSlice() asks for every resource to be read after the state store lost writes, once a run", () =>
  withAccount(async (world) => {
    const before = createCare(world.ports, world.signaller);
    await before();
    await world.settle(world.start());
    // As after a rollback: a message counts as pending that was handled long ago.
    await world.signal("poll");
    world.take();
    const health = await world.state.health();
    const restarted = { ...health, run_id: "another run" };
    Object.assign(world.state, { health: () => Promise.resolve(restarted) });
    const care = createCare(world.ports, world.signaller);
    assert.equal((await care()).done, 1);
    assert.equal(world.take().cause, "lost_writes");
    const soon = new Date(world.clock.now() + 10 * 60_000).toISOString();
    const due = await world.state.records({ system: "due" })
      .list(COLLECTIONS.dueVerifications, { before: soon, limit: 10 });
    assert.equal(due.length, 1, "what consumers lack is looked for soon");
    assert.equal((await care()).done, 0);
    assert.equal((await createCare(world.ports, world.signaller)()).done, 0, "another process has nothing left to do");
  }));

Deno.test("careSlice() and pollSlice() go on past a connection that can't be read", () =>
  withAccount(async (world) => {
    const broken = { user_id: "bob", connection_id: "b1" };
    await world.state.records({ user_id: "bob" }).commit([
      { op: "put", collection: COLLECTIONS.connections, id: "b1", value: { form: "unknown" } },
    ]);
    await world.state.records({ system: "accounts" }).commit([
      { op: "put", collection: COLLECTIONS.accounts, id: "google:bob@example.com", value: { connections: [broken] } },
    ]);
    await world.state.records({ system: "due" }).commit([{
      op: "put",
      collection: COLLECTIONS.duePolls,
      id: "2000-01-01T00:00:00.000Z|b1|mail",
      value: { ...broken, provider: "google", resource: "mail" },
    }]);
    assert.equal((await createCare(world.ports, world.signaller)()).done, 1);
    assert.equal(world.take().user_id, CONNECTION.user_id);
    assert.equal((await pollSlice(world.ports, world.signaller)).done, 1);
  }));
