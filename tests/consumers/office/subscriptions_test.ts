import assert from "node:assert/strict";
import { connected, renewalSlice } from "../../../consumers/office/mod.ts";
import { PermanentError, TransientError } from "../../../shared/contracts/errors.ts";
import { COLLECTIONS, Connection, ProviderSubscription } from "../../../shared/contracts/records.ts";
import type { SubscribeRequest } from "../../../shared/providers/port.ts";
import { CONNECTION, KEY, openWorld, type World } from "./world.ts";

const DAY_MS = 24 * 60 * 60_000;

interface Remote {
  /** What the provider was asked to make, in order. */
  readonly made: SubscribeRequest[];
  readonly renewed: string[];
  /** What the next request meets. */
  fault: Error | null;
}

async function withSubscriptions(body: (world: World, remote: Remote) => Promise<void>): Promise<void> {
  const world = await openWorld();
  const remote: Remote = { made: [], renewed: [], fault: null };
  const meet = () => {
    const { fault } = remote;
    remote.fault = null;
    if (fault !== null) throw fault;
    return new Date(world.clock.now() + 6 * DAY_MS).toISOString();
  };
  Object.assign(world.provider, {
    push: () => ({ supported: true, reason: "" }),
    subscribe: async (_mailbox: unknown, request: SubscribeRequest) => {
      // Written down before it is asked for: its first notifications may come before the answer.
      assert.ok(await recordOf(world, request.subscription_id));
      const expires_at = meet();
      remote.made.push(request);
      return { remote_id: `remote-${remote.made.length}`, expires_at };
    },
    renew: (_mailbox: unknown, _resource: unknown, remote_id: string) => {
      const expires_at = meet();
      remote.renewed.push(remote_id);
      return Promise.resolve({ remote_id, expires_at });
    },
  });
  try {
    await body(world, remote);
  } finally {
    await world.close();
  }
}

async function recordOf(world: World, id: string): Promise<ProviderSubscription | null> {
  const records = world.state.records({ system: "provider-subscriptions" });
  const stored = await records.get(COLLECTIONS.providerSubscriptions, id);
  return stored === null ? null : ProviderSubscription.parse(stored.value);
}

async function statusOf(world: World) {
  const stored = await world.state.records({ user_id: KEY.user_id }).get(COLLECTIONS.connections, KEY.connection_id);
  return Connection.parse(stored?.value).resources[0];
}

const causes = (world: World) => world.bus.changes.splice(0).map((change) => change.cause);

Deno.test("connected() subscribes, reads once more after it, and renews at two thirds of the life", () =>
  withSubscriptions(async (world, remote) => {
    await connected(world.ports, world.signaller, CONNECTION);
    assert.equal(remote.made.length, 1);
    assert.deepEqual(causes(world), ["first_sync"], "one message is pending, and stands for both requests");
    assert.equal((await world.state.leases.signals(KEY)).requested, 2);
    assert.equal((await renewalSlice(world.ports, world.signaller)).done, 0);
    await world.clock.advance(4 * DAY_MS + 1_000);
    await renewalSlice(world.ports, world.signaller);
    assert.deepEqual(remote.renewed, ["remote-1"]);
    assert.equal((await renewalSlice(world.ports, world.signaller)).done, 0, "due again only later");
  }));

Deno.test("renewalSlice() makes a subscription anew that is gone, under a record and secret of its own", () =>
  withSubscriptions(async (world, remote) => {
    await connected(world.ports, world.signaller, CONNECTION);
    await world.clock.advance(4 * DAY_MS + 1_000);
    remote.fault = new PermanentError("subscription_gone", "gone");
    await renewalSlice(world.ports, world.signaller);
    const [first, second] = remote.made;
    assert.ok(first && second);
    assert.notEqual(second.client_state, first.client_state);
    const replaced = await recordOf(world, first.subscription_id);
    assert.equal(replaced?.state, "replaced");
    assert.equal(Date.parse(replaced.accepted_until), world.clock.now() + 4 * 60 * 60_000);
    const current = await recordOf(world, second.subscription_id);
    assert.equal(current?.state, "active");
    const pointer = await world.state.records({ system: "provider-subscriptions" })
      .get(COLLECTIONS.remoteSubscriptions, "microsoft:remote-2");
    assert.equal(pointer?.value, second.subscription_id);
    assert.equal((await world.state.leases.signals(KEY)).requested, 3, "the lapse told nobody");
  }));

Deno.test("renewalSlice() tries a failed subscription again, polls meanwhile, and leaves the old record replaced", () =>
  withSubscriptions(async (world, remote) => {
    remote.fault = new TransientError("provider_away", "away");
    await connected(world.ports, world.signaller, CONNECTION);
    const failed = await statusOf(world);
    assert.equal(failed?.delivery, "poll");
    assert.match(failed.reason, /away/);
    assert.equal((await renewalSlice(world.ports, world.signaller)).done, 0, "not at once");
    await world.clock.advance(5 * 60_000 + 1);
    await renewalSlice(world.ports, world.signaller);
    assert.equal(remote.made.length, 1);
    const healed = await statusOf(world);
    assert.equal(healed?.delivery, "push");
    assert.equal(healed.reason, "");
  }));

Deno.test("renewalSlice() asks nothing of the provider for a connection that needs a new consent", () =>
  withSubscriptions(async (world, remote) => {
    await connected(world.ports, world.signaller, CONNECTION);
    await world.state.records({ user_id: KEY.user_id }).commit([{
      op: "put",
      collection: COLLECTIONS.connections,
      id: KEY.connection_id,
      value: { ...CONNECTION, state: "needs_reauth" },
    }]);
    await world.clock.advance(5 * DAY_MS);
    await renewalSlice(world.ports, world.signaller);
    assert.deepEqual(remote.renewed, []);
    assert.equal((await renewalSlice(world.ports, world.signaller)).done, 0);
  }));
