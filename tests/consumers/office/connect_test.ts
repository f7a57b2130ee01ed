import assert from "node:assert/strict";
import { connected, createCare, pollSlice } from "../../../consumers/office/mod.ts";
import type { OfficePorts } from "../../../consumers/office/mod.ts";
import { TransientError } from "../../../shared/contracts/errors.ts";
import type { SyncTask } from "../../../shared/contracts/messages.ts";
import { COLLECTIONS, type Connection } from "../../../shared/contracts/records.ts";
import { CONNECTION, delivery, KEY, openWorld, type World } from "./world.ts";

const QUARTER_MS = 15 * 60_000;

function office(name: string, body: (world: World) => Promise<void>): void {
  Deno.test(name, async () => {
    const world = await openWorld();
    try {
      await body(world);
    } finally {
      await world.close();
    }
  });
}

/** Writes the connection, or with null takes it away. */
async function store(world: World, connection: Connection | null): Promise<void> {
  const at = { collection: COLLECTIONS.connections, id: KEY.connection_id };
  await world.state.records({ user_id: KEY.user_id }).commit([
    connection === null ? { op: "delete", ...at } : { op: "put", ...at, value: connection },
  ]);
}

const withoutProviders = (world: World): OfficePorts => ({ ...world.ports, providers: new Map() });

function taskFor(doc_id: string): SyncTask {
  return {
    task_id: "t1",
    kind: "publish_again",
    ...KEY,
    provider: "microsoft",
    doc_ids: [doc_id],
    only: ["vespa-loader-emails"],
    batch_id: "",
    correlation_id: "",
    traceparent: "",
  };
}

office("connected() reads at once although a message counts as pending that met the ended grant", async (world) => {
  await store(world, { ...CONNECTION, state: "needs_reauth" });
  await world.signal("notification");
  assert.equal(await world.start().handle(world.take()), "needs_reauth");
  await store(world, CONNECTION);
  await connected(world.ports, world.signaller, CONNECTION);
  assert.equal(world.bus.changes.length, 1);
  assert.equal(world.take().cause, "first_sync");
});

office("pollSlice() forgets a resource that the person connected without", async (world) => {
  await connected(world.ports, world.signaller, CONNECTION);
  world.take();
  await store(world, { ...CONNECTION, resources: [] });
  await world.clock.advance(QUARTER_MS);
  await pollSlice(world.ports, world.signaller);
  assert.equal(world.bus.changes.length, 0);
  const due = world.state.records({ system: "due" });
  assert.deepEqual(await due.list(COLLECTIONS.duePolls, { limit: 10 }), []);
});

office("a change of a resource that the person connected without is not read", async (world) => {
  await world.signal("notification");
  await store(world, { ...CONNECTION, resources: [] });
  assert.equal(await world.start().handle(world.take()), "resource_gone");
  assert.deepEqual(world.provider.calls, []);
});

office(
  "pollSlice() forgets the plan of a connection that is gone, so that it is started when it comes back",
  async (world) => {
    await world.state.records({ system: "accounts" }).commit([{
      op: "put",
      collection: COLLECTIONS.accounts,
      id: `microsoft:${CONNECTION.address}`,
      value: { connections: [{ user_id: KEY.user_id, connection_id: KEY.connection_id }] },
    }]);
    const care = createCare(world.ports, world.signaller);
    await care();
    await store(world, null);
    await world.clock.advance(QUARTER_MS);
    await pollSlice(world.ports, world.signaller);
    // Stored again, and the process ended before anything was begun.
    await store(world, CONNECTION);
    assert.equal((await care()).done, 1);
  },
);

office("createCare() starts again what ended between the plans of its poll and its subscription", async (world) => {
  await world.state.records({ system: "accounts" }).commit([{
    op: "put",
    collection: COLLECTIONS.accounts,
    id: `microsoft:${CONNECTION.address}`,
    value: { connections: [{ user_id: KEY.user_id, connection_id: KEY.connection_id }] },
  }]);
  const push = world.provider.push;
  Object.assign(world.provider, {
    push: () => {
      throw new Error("the process ends here");
    },
  });
  await assert.rejects(connected(world.ports, world.signaller, CONNECTION), /ends here/);
  Object.assign(world.provider, { push });
  assert.equal((await createCare(world.ports, world.signaller)()).done, 1);
  assert.equal(world.take().cause, "first_sync");
});

office(
  "pollSlice() asks for nothing while the provider is not configured, and goes on when it is again",
  async (world) => {
    await connected(world.ports, world.signaller, CONNECTION);
    await world.settle(world.start());
    for (let polls = 0; polls < 3; polls++) {
      await world.clock.advance(QUARTER_MS);
      await pollSlice(withoutProviders(world), world.signaller);
    }
    assert.equal(world.bus.changes.length, 0);
    await world.clock.advance(QUARTER_MS);
    await pollSlice(world.ports, world.signaller);
    assert.equal(world.bus.changes.length, 1);
  },
);

office("a task to publish again waits for the person to sign in, and is not lost", async (world) => {
  world.provider.put("m1", "inbox", "mail");
  await world.signal("poll");
  await world.settle(world.start());
  const task = taskFor(world.bus.events[0]?.doc_id ?? "");
  await store(world, { ...CONNECTION, state: "needs_reauth" });
  const refused = (error: unknown) => error instanceof TransientError && error.scope === "one";
  await assert.rejects(world.start().task(task, delivery("office-sync-tasks")), refused);
});
