import assert from "node:assert/strict";
import {
  choose,
  connected,
  createCare,
  disconnect,
  endingSlice,
  rememberAccount,
  renewalSlice,
} from "../../../consumers/office/mod.ts";
import { PermanentError, TransientError } from "../../../shared/contracts/errors.ts";
import { COLLECTIONS, Connection, type ResourceChoice } from "../../../shared/contracts/records.ts";
import type { SubscribeRequest, SubscriptionName } from "../../../shared/providers/port.ts";
import { tokenRecord } from "../../../shared/providers/tokens.ts";
import { CONNECTION, KEY, openWorld, type World } from "./world.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

interface Remote {
  readonly live: Set<string>;
  readonly revoked: string[];
  fault: Error | null;
}

/** A connected account with three mails read, tokens, and one subscription at the provider. */
async function withAccount(body: (world: World, remote: Remote) => Promise<void>): Promise<void> {
  const world = await openWorld();
  const remote: Remote = { live: new Set(), revoked: [], fault: null };
  const meet = () => {
    if (remote.fault !== null) throw remote.fault;
  };
  Object.assign(world.provider, {
    push: () => ({ supported: true, reason: "", renewal: "extend" }),
    subscribe: (_mailbox: unknown, { subscription_id }: SubscribeRequest) => {
      const remote_id = `remote-of-${subscription_id}`;
      remote.live.add(remote_id);
      return Promise.resolve({ remote_id, expires_at: new Date(world.clock.now() + DAY_MS).toISOString() });
    },
    unsubscribe: (_mailbox: unknown, { remote_id }: SubscriptionName) => {
      meet();
      remote.live.delete(remote_id);
      return Promise.resolve();
    },
  });
  Object.assign(world.provider.oauth, {
    revoke: ({ refresh_token }: { refresh_token: string }) => {
      meet();
      remote.revoked.push(refresh_token);
      return Promise.resolve();
    },
  });
  const tokens = { access_token: "access", refresh_token: "refresh", expires_at_ms: world.clock.now(), scopes: [] };
  const value = await tokenRecord(world.ports.vault, KEY.connection_id, tokens);
  await records(world).commit([{ op: "put", collection: COLLECTIONS.tokens, id: KEY.connection_id, value }]);
  await rememberAccount(world.state, CONNECTION);
  for (let n = 0; n < 3; n++) world.provider.put(`m${n}`, n === 0 ? "archive" : "inbox", `mail ${n}`);
  try {
    await connected(world.ports, world.signaller, CONNECTION);
    await world.settle(world.start());
    assert.equal(world.bus.converged().size, 3);
    await body(world, remote);
  } finally {
    await world.close();
  }
}

const records = (world: World) => world.state.records({ user_id: KEY.user_id });

async function stored(world: World): Promise<Connection | null> {
  const record = await records(world).get(COLLECTIONS.connections, KEY.connection_id);
  return record === null ? null : Connection.parse(record.value);
}

const hasTokens = async (world: World) => await records(world).get(COLLECTIONS.tokens, KEY.connection_id) !== null;

async function slices(world: World): Promise<void> {
  for (let slice = 0; slice < 4; slice++) {
    await world.settle(world.start());
    await world.clock.advance(5 * MINUTE_MS + 1);
    await endingSlice(world.ports, world.signaller);
  }
}

Deno.test("disconnect() ends subscription, grant, tokens and record at once; what was read stays", () =>
  withAccount(async (world, remote) => {
    await disconnect(world.ports, world.signaller, CONNECTION, false);
    assert.equal(remote.live.size, 0);
    assert.deepEqual(remote.revoked, ["refresh"]);
    assert.equal(await stored(world), null);
    assert.equal(await hasTokens(world), false);
    assert.equal(
      await world.state.records({ system: "accounts" }).get(COLLECTIONS.accounts, "microsoft:ada@example.com"),
      null,
    );
    world.provider.edit("m1", "after the end");
    await world.signal();
    await slices(world);
    assert.equal(world.bus.converged().get("m1")?.subject, "mail 1");
    assert.equal(world.bus.converged().size, 3);
  }));

Deno.test("disconnect() with a purge withdraws every document from every consumer, then forgets the connection", () =>
  withAccount(async (world) => {
    await disconnect(world.ports, world.signaller, CONNECTION, true);
    assert.equal((await stored(world))?.state, "disconnected");
    assert.equal(await hasTokens(world), false, "the tokens are gone at once");
    await slices(world);
    assert.equal(world.bus.converged().size, 0);
    assert.equal(await stored(world), null);
    assert.deepEqual(await world.state.ledger(KEY).list("", 10), []);
  }));

Deno.test("disconnect() tells a provider that says no again, and gives up after a day", () =>
  withAccount(async (world, remote) => {
    remote.fault = new TransientError("provider_away", "away");
    await disconnect(world.ports, world.signaller, CONNECTION, false);
    assert.equal((await stored(world))?.state, "disconnected");
    assert.equal(await hasTokens(world), true);
    await world.signal();
    await world.settle(world.start());
    remote.fault = null;
    await slices(world);
    assert.deepEqual([remote.live.size, remote.revoked, await stored(world)], [0, ["refresh"], null]);
  }));

Deno.test("disconnect() forgets the account a day after a provider that never answers", () =>
  withAccount(async (world, remote) => {
    remote.fault = new TransientError("provider_away", "away");
    await disconnect(world.ports, world.signaller, CONNECTION, false);
    await world.clock.advance(DAY_MS + 1);
    await endingSlice(world.ports, world.signaller);
    assert.equal(await stored(world), null);
    assert.equal(await hasTokens(world), false);
  }));

Deno.test("disconnect() asks nothing more of a grant that has ended, and takes back none that another one uses", () =>
  withAccount(async (world, remote) => {
    remote.fault = new PermanentError("needs_reauth", "the grant has ended");
    await disconnect(world.ports, world.signaller, CONNECTION, false);
    assert.equal(await stored(world), null);
    remote.fault = null;
    await rememberAccount(world.state, { ...CONNECTION, connection_id: "c2", user_id: "ben" });
    await disconnect(world.ports, world.signaller, CONNECTION, false);
    assert.deepEqual(remote.revoked, []);
  }));

Deno.test("a connection that is made again before its end goes on", () =>
  withAccount(async (world, remote) => {
    remote.fault = new TransientError("provider_away", "away");
    await disconnect(world.ports, world.signaller, CONNECTION, true);
    await records(world).commit([
      { op: "put", collection: COLLECTIONS.connections, id: KEY.connection_id, value: CONNECTION },
    ]);
    remote.fault = null;
    await connected(world.ports, world.signaller, CONNECTION);
    await slices(world);
    assert.equal((await stored(world))?.state, "active");
    assert.deepEqual(remote.revoked, []);
    assert.equal(world.bus.converged().size, 3);
  }));

const OUT: ResourceChoice = {
  resource: "mail",
  included: false,
  containers_in: [],
  containers_out: [],
  since: "",
  bodies: true,
  private_events: "full",
};

Deno.test("choose() withdraws a resource that is left out, and reads it from the beginning when it is given again", () =>
  withAccount(async (world, remote) => {
    const left = await choose(world.ports, world.signaller, CONNECTION, [OUT]);
    assert.ok(left);
    await slices(world);
    assert.equal(world.bus.converged().size, 0);
    assert.equal((await stored(world))?.resources[0]?.state, "left_out");
    await renewalSlice(world.ports, world.signaller);
    assert.equal(remote.live.size, 0, "nothing is watched any more");
    const calls = world.provider.calls.length;
    await world.signal("poll");
    await world.settle(world.start());
    assert.equal(world.provider.calls.length, calls, "nothing is read");
    await choose(world.ports, world.signaller, left, [{ ...OUT, included: true }]);
    await world.settle(world.start());
    assert.equal(world.bus.converged().size, 3);
    assert.equal(remote.live.size > 0, true);
    assert.equal((await stored(world))?.resources[0]?.state, "active");
  }));

Deno.test("choose() stops a sync that is under way", () =>
  withAccount(async (world) => {
    for (let n = 10; n < 40; n++) world.provider.put(`m${n}`, "inbox", `mail ${n}`);
    world.provider.pageSize = 3;
    let pages = 0;
    world.provider.during = async () => {
      if (++pages === 3) await choose(world.ports, world.signaller, CONNECTION, [OUT]);
    };
    await world.signal();
    await world.settle(world.start());
    assert.equal(world.bus.converged().size, 0);
    assert.ok(pages < 6, `${pages} pages`);
  }));

Deno.test("choose() is obeyed by a sync that is under way: another holder goes on by the new choice", () =>
  withAccount(async (world) => {
    const read_by: (readonly string[])[] = [];
    const changes = world.provider.changes.bind(world.provider);
    world.provider.changes = (mailbox, ...rest) => {
      read_by.push(mailbox.connection.choices.flatMap((choice) => choice.containers_out));
      return changes(mailbox, ...rest);
    };
    for (let n = 10; n < 40; n++) world.provider.put(`m${n}`, "inbox", `mail ${n}`);
    let pages = 0;
    world.provider.during = async () => {
      const choice = { ...OUT, included: true, containers_out: ["archive"] };
      if (++pages === 3) await choose(world.ports, world.signaller, CONNECTION, [choice]);
    };
    await world.signal();
    await world.settle(world.start());
    assert.deepEqual(read_by.slice(0, 3), [[], [], []]);
    assert.ok(read_by.length > 3);
    assert.deepEqual(read_by.slice(3).filter((out) => out[0] !== "archive"), [], "nobody reads on by the old choice");
    assert.equal((await stored(world))?.resources[0]?.state, "active");
  }));

Deno.test("choose() that gives a resource again while it is being withdrawn has it read whole", () =>
  withAccount(async (world) => {
    const left = await choose(world.ports, world.signaller, CONNECTION, [OUT]);
    assert.ok(left);
    const again = world.bus.publish.bind(world.bus);
    let given = false;
    world.bus.publish = async (...args) => {
      const answers = await again(...args);
      if (args[0] === "emails" && !given) {
        given = true;
        await choose(world.ports, world.signaller, left, [{ ...OUT, included: true }]);
        // Whoever is told to read meets the withdrawal.
        const first = world.bus.changes.pop();
        assert.equal(first?.cause, "first_sync");
        if (first !== undefined) assert.equal(await world.start().handle(first), "held_by_another");
      }
      return answers;
    };
    await world.settle(world.start());
    assert.equal(world.bus.converged().size, 3);
    assert.equal((await stored(world))?.resources[0]?.state, "active");
  }));

Deno.test("the walk over all accounts withdraws what a crash kept from being withdrawn", () =>
  withAccount(async (world) => {
    await records(world).commit([{
      op: "put",
      collection: COLLECTIONS.connections,
      id: KEY.connection_id,
      value: { ...CONNECTION, choices: [OUT] },
    }]);
    const care = createCare(world.ports, world.signaller);
    await care();
    await world.settle(world.start());
    assert.equal(world.bus.converged().size, 0);
    await care();
    assert.deepEqual(world.bus.changes, []);
  }));

Deno.test("a container that the person leaves out is withdrawn without a lookup, and nothing else is", () =>
  withAccount(async (world) => {
    const changes = world.provider.changes.bind(world.provider);
    world.provider.changes = async (...args) => ({ ...await changes(...args), left_out_containers: ["archive"] });
    await world.signal("poll");
    await world.settle(world.start());
    assert.deepEqual([...world.bus.converged().keys()].sort(), ["m1", "m2"]);
    assert.deepEqual(world.provider.calls.filter((call) => call.startsWith("lookup")), []);
  }));

Deno.test("an item that the person leaves out is withdrawn", () =>
  withAccount(async (world) => {
    const changes = world.provider.changes.bind(world.provider);
    world.provider.changes = async (...args) => {
      const page = await changes(...args);
      const documents = page.documents.map(({ provider_id, container }) => ({
        provider_id,
        container,
        read: () => ({ left_out: true as const, provider_id, container }),
      }));
      return { ...page, documents };
    };
    world.provider.edit("m1", "too old for the choice");
    await world.signal("poll");
    await world.settle(world.start());
    assert.deepEqual([...world.bus.converged().keys()].sort(), ["m0", "m2"]);
  }));

Deno.test("connected() withdraws what a new consent leaves out, and a purge after it misses nothing", () =>
  withAccount(async (world, remote) => {
    const [status] = CONNECTION.resources;
    assert.ok(status);
    const less: Connection = { ...CONNECTION, resources: [{ ...status, granted: false }] };
    await records(world).commit([
      { op: "put", collection: COLLECTIONS.connections, id: KEY.connection_id, value: less },
    ]);
    await connected(world.ports, world.signaller, less);
    await world.settle(world.start());
    assert.equal(world.bus.converged().size, 0);
    assert.equal((await stored(world))?.resources[0]?.state, "left_out");
    await renewalSlice(world.ports, world.signaller);
    assert.equal(remote.live.size, 0, "nothing is watched any more");
    await disconnect(world.ports, world.signaller, CONNECTION, true);
    await slices(world);
    assert.deepEqual([await stored(world), await world.state.ledger(KEY).list("", 10)], [null, []]);
  }));

Deno.test("a withdrawal that was broken off leaves nothing out of what is given again", () =>
  withAccount(async (world) => {
    for (let n = 3; n < 250; n++) world.provider.put(`m${n}`, "inbox", `mail ${n}`);
    world.provider.pageSize = 100;
    await world.signal();
    await world.settle(world.start());
    assert.equal(world.bus.converged().size, 250);
    const left = await choose(world.ports, world.signaller, CONNECTION, [OUT]);
    assert.ok(left);
    const dying = world.start();
    const publish = world.bus.publish.bind(world.bus);
    let deletes = 0;
    world.bus.publish = async (...args) => {
      const answers = await publish(...args);
      if (args[0] === "emails" && ++deletes === 1) dying.kill();
      return answers;
    };
    const withdrawal = world.take();
    void dying.handle(withdrawal);
    await world.until(() => deletes > 0);
    await choose(world.ports, world.signaller, left, [{ ...OUT, included: true }]);
    await world.clock.advance(MINUTE_MS);
    world.bus.changes.push(withdrawal);
    await world.settle(world.start());
    assert.equal(world.bus.converged().size, 250);
  }));
