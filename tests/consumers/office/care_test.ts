import assert from "node:assert/strict";
import { checkSlice, createCare, endingSlice, pollSlice, verificationSlice } from "../../../consumers/office/mod.ts";
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
    const at = (minutes: number) => new Date(world.clock.now() + minutes * 60_000).toISOString();
    const due = await world.state.records({ system: "due" })
      .list(COLLECTIONS.dueVerifications, { after: at(10), before: at(20), limit: 10 });
    assert.equal(due.length, 1, "what consumers lack is looked for soon");
    assert.equal((await care()).done, 0);
    assert.equal((await createCare(world.ports, world.signaller)()).done, 0, "another process has nothing left to do");
  }));

/** Bob's connection is in no known form, and everything that is planned for it is due. */
async function withUnreadable(body: (world: World) => Promise<void>): Promise<void> {
  await withAccount(async (world) => {
    const broken = { user_id: "bob", connection_id: "b1" };
    const put = (collection: string, id: string, value: unknown) => ({ op: "put", collection, id, value }) as const;
    await world.state.records({ user_id: "bob" }).commit([
      put(COLLECTIONS.connections, "b1", { form: "unknown" }),
    ]);
    await world.state.records({ system: "accounts" }).commit([
      put(COLLECTIONS.accounts, "google:bob@example.com", { connections: [broken] }),
      put(COLLECTIONS.accounts, "google:eve@example.com", "no form at all"),
    ]);
    const since = new Date(world.clock.now()).toISOString();
    await world.state.records({ system: "due" }).commit([
      put(COLLECTIONS.duePolls, "2000-01-01T00:00:00.000Z|b1|mail", {
        ...broken,
        provider: "google",
        resource: "mail",
      }),
      put(COLLECTIONS.dueChecks, "2000-01-01T00:00:00.000Z|b1", broken),
      put(COLLECTIONS.dueVerifications, "2000-01-01T00:00:00.000Z|b1", broken),
      put(COLLECTIONS.dueEndings, "2000-01-01T00:00:00.000Z|b1", { ...broken, purge: false, since }),
      ...[COLLECTIONS.duePolls, COLLECTIONS.dueChecks].flatMap((collection) =>
        Array.from({ length: 150 }, (_, at) => put(collection, `1999-01-01T00:00:00.000Z|${at}`, { form: "unknown" }))
      ),
    ]);
    await body(world);
  });
}

Deno.test("careSlice() and the ticks go on past what can't be read, and do not come back to it for ever", () =>
  withUnreadable(async (world) => {
    assert.equal((await createCare(world.ports, world.signaller)()).done, 1);
    assert.equal(world.take().user_id, CONNECTION.user_id);
    const slices = [
      () => pollSlice(world.ports, world.signaller),
      () => checkSlice(world.ports),
      () => verificationSlice(world.ports),
    ];
    for (const slice of slices) {
      assert.equal((await slice()).done, 1);
      assert.deepEqual(await slice(), { done: 0, more: false });
    }
    for (let hours = 0; hours < 25; hours++) {
      await endingSlice(world.ports, world.signaller);
      await world.clock.advance(60 * 60_000);
    }
    assert.deepEqual(await endingSlice(world.ports, world.signaller), { done: 0, more: false });
  }));

Deno.test("a connection that can be read again is started anew", () =>
  withUnreadable(async (world) => {
    const slice = createCare(world.ports, world.signaller);
    await slice();
    await pollSlice(world.ports, world.signaller);
    world.bus.changes.length = 0;
    const value = { ...CONNECTION, user_id: "bob", connection_id: "b1" };
    await world.state.records({ user_id: "bob" }).commit([
      { op: "put", collection: COLLECTIONS.connections, id: "b1", value },
    ]);
    assert.equal((await slice()).done, 1);
    assert.deepEqual(world.bus.changes.map(({ user_id, cause }) => [user_id, cause]), [["bob", "first_sync"]]);
  }));
