import assert from "node:assert/strict";
import {
  checkSlice,
  connected,
  createCare,
  disconnect,
  rememberAccount,
  renewalSlice,
} from "../../../consumers/office/mod.ts";
import { leaveOut } from "../../../consumers/office/leave_out.ts";
import type { OfficePorts, Signaller } from "../../../consumers/office/mod.ts";
import { PermanentError, StoreAwayError, TransientError } from "../../../shared/contracts/errors.ts";
import { COLLECTIONS, Connection, type DueRenewal, ProviderSubscription } from "../../../shared/contracts/records.ts";
import type { SubscribeRequest } from "../../../shared/providers/port.ts";
import { CONNECTION, KEY, openWorld, type World } from "./world.ts";

const DAY_MS = 24 * 60 * 60_000;

interface Remote {
  /** What the provider was asked to make, in order. */
  readonly made: SubscribeRequest[];
  readonly renewed: string[];
  readonly ended: string[];
  renewal: "extend" | "replace";
  renew_within_ms?: number;
  /** What the next request meets. */
  fault: Error | null;
}

async function withSubscriptions(body: (world: World, remote: Remote) => Promise<void>): Promise<void> {
  const world = await openWorld();
  const remote: Remote = { made: [], renewed: [], ended: [], renewal: "extend", fault: null };
  const meet = () => {
    const { fault } = remote;
    remote.fault = null;
    if (fault !== null) throw fault;
    return new Date(world.clock.now() + 6 * DAY_MS).toISOString();
  };
  Object.assign(world.provider, {
    push: () => ({ supported: true, reason: "", renewal: remote.renewal, renew_within_ms: remote.renew_within_ms }),
    unsubscribe: (_mailbox: unknown, { remote_id }: { remote_id: string }) => {
      meet();
      remote.ended.push(remote_id);
      return Promise.resolve();
    },
    subscribe: async (_mailbox: unknown, request: SubscribeRequest) => {
      // Written down before it is asked for: its first notifications may come before the answer.
      assert.ok(await recordOf(world, request.subscription_id));
      const expires_at = meet();
      remote.made.push(request);
      return { remote_id: `remote-${remote.made.length}`, expires_at };
    },
    renew: (_mailbox: unknown, { remote_id }: { remote_id: string }) => {
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

Deno.test("renewalSlice() renews as often as the provider asks for, however long a subscription would live", () =>
  withSubscriptions(async (world, remote) => {
    remote.renew_within_ms = DAY_MS;
    await connected(world.ports, world.signaller, CONNECTION);
    for (const days of [1, 2]) {
      await world.clock.advance(DAY_MS - 60_000);
      assert.equal((await renewalSlice(world.ports, world.signaller)).done, 0);
      await world.clock.advance(61_000);
      await renewalSlice(world.ports, world.signaller);
      assert.equal(remote.renewed.length, days);
    }
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

Deno.test("renewalSlice() puts a connection off whose record can't be read, and goes on", () =>
  withSubscriptions(async (world, remote) => {
    await connected(world.ports, world.signaller, CONNECTION);
    await world.clock.advance(4 * DAY_MS + 1_000);
    const records = world.state.records({ user_id: KEY.user_id });
    const at = { collection: COLLECTIONS.connections, id: KEY.connection_id };
    await records.commit([{ op: "put", ...at, value: { of: "a later version" } }]);
    assert.equal((await renewalSlice(world.ports, world.signaller)).done, 1);
    assert.equal((await renewalSlice(world.ports, world.signaller)).done, 0, "not at once");
    await records.commit([{ op: "put", ...at, value: CONNECTION }]);
    await world.clock.advance(6 * 60_000);
    await renewalSlice(world.ports, world.signaller);
    assert.deepEqual(remote.renewed, ["remote-1"]);
    await records.commit([{ op: "put", ...at, value: { of: "a later version" } }]);
    await world.clock.advance(8 * DAY_MS);
    assert.equal((await renewalSlice(world.ports, world.signaller)).done, 1);
    await world.clock.advance(8 * DAY_MS);
    assert.equal((await renewalSlice(world.ports, world.signaller)).done, 0, "not for ever");
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

const dueRenewals = (world: World) =>
  world.state.records({ system: "due" }).list(COLLECTIONS.dueRenewals, { limit: 100 });

async function currentOf(world: World): Promise<ProviderSubscription> {
  const records = world.state.records({ system: "provider-subscriptions" });
  const pointer = await records.get(COLLECTIONS.currentSubscriptions, `${KEY.connection_id}|${KEY.resource}|`);
  const record = await recordOf(world, String(pointer?.value));
  assert.ok(record);
  return record;
}

/** As the webhook notes what the provider said of a subscription. */
async function note(world: World, event: DueRenewal["event"]): Promise<void> {
  const { subscription_id } = await currentOf(world);
  const id = `${new Date(world.clock.now()).toISOString()}|${subscription_id}`;
  await world.state.records({ system: "due" }).commit([
    { op: "put", collection: COLLECTIONS.dueRenewals, id, value: { subscription_id, event } satisfies DueRenewal },
  ]);
}

async function changeConnection(world: World, change: Partial<Connection>): Promise<void> {
  await world.state.records({ user_id: KEY.user_id }).commit([{
    op: "put",
    collection: COLLECTIONS.connections,
    id: KEY.connection_id,
    value: { ...CONNECTION, ...change },
  }]);
}

Deno.test("renewalSlice() keeps one renewal planned, however often the provider asks for one", () =>
  withSubscriptions(async (world) => {
    await connected(world.ports, world.signaller, CONNECTION);
    for (let events = 0; events < 3; events++) {
      await world.clock.advance(60_000);
      await note(world, "reauthorizationRequired");
      await renewalSlice(world.ports, world.signaller);
    }
    assert.equal((await dueRenewals(world)).length, 1);
  }));

Deno.test("renewalSlice() finishes a subscription whose maker died right after its new record was written", () =>
  withSubscriptions(async (world, remote) => {
    await connected(world.ports, world.signaller, CONNECTION);
    const lost = await currentOf(world);
    await note(world, "subscriptionRemoved");
    // Nothing of what the process calls comes back once the record is there.
    const records = world.state.records({ system: "provider-subscriptions" });
    let dead = false;
    const dying: OfficePorts = {
      ...world.ports,
      state: {
        ...world.state,
        micros: () => world.state.micros(),
        ledger: (key) => world.state.ledger(key),
        records: (scope) => {
          const stored = world.state.records(scope);
          const alive = <T>(result: Promise<T>) => dead ? new Promise<T>(() => {}) : result;
          return {
            get: (collection, id) => alive(stored.get(collection, id)),
            list: (collection, options) => alive(stored.list(collection, options)),
            commit: async (ops, as_of) => {
              if (dead) return await new Promise(() => {});
              const committed = await stored.commit(ops, as_of);
              dead = ops.some((op) => op.op === "put" && op.collection === COLLECTIONS.currentSubscriptions);
              return dead ? await new Promise(() => {}) : committed;
            },
            floor: () => alive(stored.floor()),
            raiseFloor: (revision) => alive(stored.raiseFloor(revision)),
          };
        },
      },
    };
    void renewalSlice(dying, world.signaller);
    await world.until(() => dead);
    assert.notEqual((await currentOf(world)).subscription_id, lost.subscription_id);
    for (let slices = 0; slices < 3; slices++) {
      await world.clock.advance(5 * 60_000);
      await renewalSlice(world.ports, world.signaller);
    }
    assert.equal((await currentOf(world)).state, "active");
    assert.equal(remote.made.length, 2);
    assert.ok(await records.get(COLLECTIONS.providerSubscriptions, lost.subscription_id));
  }));

Deno.test("renewalSlice() asks nothing for a resource that the person connected without, and forgets it", () =>
  withSubscriptions(async (world, remote) => {
    await connected(world.ports, world.signaller, CONNECTION);
    await changeConnection(world, { resources: [] });
    await world.clock.advance(5 * DAY_MS);
    for (let slices = 0; slices < 2; slices++) {
      await renewalSlice(world.ports, world.signaller);
      await world.clock.advance(DAY_MS);
    }
    assert.deepEqual(remote.renewed, []);
    assert.deepEqual(remote.ended, ["remote-1"]);
    assert.deepEqual(await dueRenewals(world), []);
    assert.equal(await recordOf(world, remote.made[0]?.subscription_id ?? ""), null);
  }));

Deno.test("connected() again ends the former subscription once the new one lives, and forgets it in the end", () =>
  withSubscriptions(async (world, remote) => {
    await connected(world.ports, world.signaller, CONNECTION);
    await connected(world.ports, world.signaller, CONNECTION);
    assert.equal(remote.made.length, 2);
    assert.deepEqual(remote.ended, [], "the two overlap");
    await renewalSlice(world.ports, world.signaller);
    assert.deepEqual(remote.ended, ["remote-1"]);
    const former = remote.made[0]?.subscription_id ?? "";
    assert.equal((await recordOf(world, former))?.state, "replaced", "late notifications are still accepted");
    await world.clock.advance(4 * 60 * 60_000 + 1);
    await renewalSlice(world.ports, world.signaller);
    assert.equal(await recordOf(world, former), null);
    const records = world.state.records({ system: "provider-subscriptions" });
    assert.equal(await records.get(COLLECTIONS.remoteSubscriptions, "microsoft:remote-1"), null);
    assert.deepEqual(remote.ended, ["remote-1"], "once");
  }));

Deno.test("renewalSlice() makes another subscription before the end of one that can't be renewed, then ends that", () =>
  withSubscriptions(async (world, remote) => {
    remote.renewal = "replace";
    await connected(world.ports, world.signaller, CONNECTION);
    await world.clock.advance(4 * DAY_MS + 1_000);
    await renewalSlice(world.ports, world.signaller);
    assert.deepEqual([remote.made.length, remote.renewed, remote.ended], [2, [], []]);
    await renewalSlice(world.ports, world.signaller);
    assert.deepEqual(remote.ended, ["remote-1"]);
    assert.equal((await currentOf(world)).remote_id, "remote-2");
  }));

Deno.test("a replaced subscription is ended later when the provider says no at first", () =>
  withSubscriptions(async (world, remote) => {
    await connected(world.ports, world.signaller, CONNECTION);
    await connected(world.ports, world.signaller, CONNECTION);
    remote.fault = new TransientError("provider_away", "away");
    await renewalSlice(world.ports, world.signaller);
    assert.deepEqual(remote.ended, []);
    await world.clock.advance(5 * 60_000 + 1);
    await renewalSlice(world.ports, world.signaller);
    assert.deepEqual(remote.ended, ["remote-1"]);
  }));

Deno.test("a round that finds a new target subscribes to it, and one whose target is gone is ended", () =>
  withSubscriptions(async (world, remote) => {
    let targets = ["list-1"];
    Object.assign(world.provider, { targets: (_resource: string, cursor: string) => cursor === "" ? [] : targets });
    await connected(world.ports, world.signaller, CONNECTION);
    assert.equal(remote.made.length, 0, "nothing is known before the first round");
    const round = async () => {
      await world.settle(world.start());
      await renewalSlice(world.ports, world.signaller);
    };
    await round();
    targets = ["list-1", "list-2"];
    await world.signal("poll");
    await round();
    await world.settle(world.start());
    assert.deepEqual(remote.made.map(({ target }) => target), ["list-1", "list-2"]);
    targets = ["list-2"];
    await world.signal("poll");
    await round();
    assert.deepEqual(remote.ended, ["remote-1"]);
    assert.equal(remote.made.length, 2);
  }));

Deno.test("a round leaves the subscription to the list of its parts alone, beside one for each part", () =>
  withSubscriptions(async (world, remote) => {
    // As Google Calendar: "" is the list, and is watched as each calendar is.
    Object.assign(world.provider, {
      targets: (_resource: string, cursor: string) => cursor === "" ? [""] : ["", "one"],
    });
    await connected(world.ports, world.signaller, CONNECTION);
    for (let round = 0; round < 3; round++) {
      await world.signal("poll");
      await world.settle(world.start());
      await renewalSlice(world.ports, world.signaller);
    }
    assert.deepEqual(remote.made.map(({ target }) => target), ["", "one"]);
    assert.deepEqual(remote.ended, []);
  }));

Deno.test("leaveOut() ends the subscription of a resource that one stands for as a whole", () =>
  withSubscriptions(async (world, remote) => {
    await connected(world.ports, world.signaller, CONNECTION);
    assert.equal(remote.made.length, 1);
    await leaveOut(world.ports, world.signaller, CONNECTION, KEY.resource);
    await renewalSlice(world.ports, world.signaller);
    assert.deepEqual(remote.ended, ["remote-1"]);
  }));

Deno.test("checkSlice() ends what the provider holds and we do not know, and makes again what it lost", () =>
  withSubscriptions(async (world, remote) => {
    await connected(world.ports, world.signaller, CONNECTION);
    const expires_at = new Date(world.clock.now() + DAY_MS).toISOString();
    Object.assign(world.provider, {
      subscriptions: () =>
        Promise.resolve([
          { remote_id: "stray", subscription_id: "nobody-knows", expires_at },
          { remote_id: "somebody-else's", subscription_id: "", expires_at },
        ]),
    });
    assert.equal((await checkSlice(world.ports)).done, 0, "not yet");
    await world.clock.advance(6 * 60 * 60_000 + 1);
    assert.equal((await checkSlice(world.ports)).done, 1);
    assert.deepEqual(remote.ended, ["stray"]);
    remote.fault = new PermanentError("subscription_gone", "gone");
    await renewalSlice(world.ports, world.signaller);
    assert.equal(remote.made.length, 2);
    assert.equal((await checkSlice(world.ports)).done, 0, "again only later");
  }));

Deno.test("renewalSlice() goes on once the provider is configured again", () =>
  withSubscriptions(async (world, remote) => {
    await connected(world.ports, world.signaller, CONNECTION);
    await world.clock.advance(4 * DAY_MS + 1_000);
    await renewalSlice({ ...world.ports, providers: new Map() }, world.signaller);
    await world.clock.advance(5 * 60_000 + 1);
    await renewalSlice(world.ports, world.signaller);
    assert.deepEqual(remote.renewed, ["remote-1"]);
  }));

Deno.test("renewalSlice() says that a resource is polled once its subscription ended unrenewed", () =>
  withSubscriptions(async (world, remote) => {
    await connected(world.ports, world.signaller, CONNECTION);
    await world.clock.advance(4 * DAY_MS + 1_000);
    remote.fault = new TransientError("provider_away", "away");
    await renewalSlice(world.ports, world.signaller);
    assert.equal((await statusOf(world))?.delivery, "push");
    await world.clock.advance(3 * DAY_MS);
    remote.fault = new TransientError("provider_away", "away");
    await renewalSlice(world.ports, world.signaller);
    assert.equal((await statusOf(world))?.delivery, "poll");
  }));

Deno.test("connected() keeps a subscription that was made although its signal found the bus away", () =>
  withSubscriptions(async (world, remote) => {
    const away: Signaller = ({ cause, ...signal }) =>
      cause === "lifecycle" ? Promise.reject(new StoreAwayError("The bus")) : world.signaller({ ...signal, cause });
    await assert.rejects(connected(world.ports, away, CONNECTION), StoreAwayError);
    assert.equal((await currentOf(world)).state, "active");
    await world.clock.advance(5 * 60_000 + 1);
    await renewalSlice(world.ports, world.signaller);
    assert.equal(remote.made.length, 1);
  }));

Deno.test("attempt() of a subscription writes nothing once the account was disconnected meanwhile", () =>
  withSubscriptions(async (world) => {
    const asked = gate();
    Object.assign(world.provider, {
      unsubscribe: () => Promise.resolve(),
      subscribe: async () => {
        await asked.opened;
        return { remote_id: "late", expires_at: new Date(world.clock.now() + DAY_MS).toISOString() };
      },
    });
    const connecting = connected(world.ports, world.signaller, CONNECTION);
    await world.until(() => world.bus.changes.length > 0);
    await disconnect(world.ports, world.signaller, CONNECTION, false);
    asked.open();
    await connecting;
    const records = world.state.records({ system: "provider-subscriptions" });
    assert.deepEqual(await records.list(COLLECTIONS.providerSubscriptions, { limit: 10 }), []);
    assert.deepEqual(await dueRenewals(world), []);
  }));

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => open = resolve);
  return { open, opened };
}

Deno.test("a subscription that notifies a former PUBLIC_URL is made anew at the next tick, and ended once that lives", () =>
  withSubscriptions(async (world, remote) => {
    await rememberAccount(world.state, CONNECTION);
    await connected(world.ports, world.signaller, CONNECTION);
    await createCare(world.ports, world.signaller)();
    await world.settle(world.start());
    const { requested } = await world.state.leases.signals(KEY);
    const moved = { ...world.ports, public_url: "https://elsewhere.test" };
    const tick = async () => {
      const { done } = await createCare(moved, world.signaller)();
      while ((await renewalSlice(moved, world.signaller)).more);
      await renewalSlice(moved, world.signaller);
      return done;
    };
    assert.equal(await tick(), 1);
    assert.equal(remote.made.length, 2);
    const [before, after] = await Promise.all(
      remote.made.map(({ subscription_id }) => recordOf(world, subscription_id)),
    );
    assert.deepEqual([before?.state, before?.public_url], ["replaced", "https://millrace.test"]);
    assert.deepEqual([after?.state, after?.public_url], ["active", "https://elsewhere.test"]);
    assert.deepEqual(remote.ended, ["remote-1"]);
    assert.equal((await world.state.leases.signals(KEY)).requested, requested + 1, "what happened meanwhile is read");
    assert.equal(await tick(), 0, "once is enough");
    assert.equal(remote.made.length, 2);
  }));
