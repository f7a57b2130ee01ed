/** What every state adapter promises about leases and signals. */
import assert from "node:assert/strict";
import { LeaseLostError } from "../../shared/contracts/errors.ts";
import type { ResourceKey } from "../../shared/contracts/ids.ts";
import type { Acquired, Lease, Leases } from "../../shared/state/port.ts";
import type { Check, World } from "./state_world.ts";

const HOUR_MS = 60 * 60 * 1_000;
const KEY: ResourceKey = { user_id: "ada", connection_id: "c1", resource: "mail" };

/** Takes the lease or fails. */
export async function acquired(leases: Leases, key: ResourceKey, message: string): Promise<Lease> {
  const answer: Acquired = await leases.acquire(key, message);
  assert.ok(answer.kind === "acquired", `expected the lease, got ${answer.kind}`);
  return answer.lease;
}

async function nowMs(world: World): Promise<number> {
  return Math.floor(await world.state.micros() / 1_000);
}

export function leasesContract(check: Check): void {
  check("leases.acquire() gives the lease to one of many", async (world) => {
    const views = [world.state, await world.another(), await world.another()];
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, at) => views[at % 3]?.leases.acquire(KEY, `message-${at}`)),
    );
    assert.equal(all.filter((answer) => answer?.kind === "acquired").length, 1);
    assert.equal(all.filter((answer) => answer?.kind === "held" && !answer.own).length, 29);
    assert.equal((await world.state.leases.acquire({ ...KEY, resource: "calendar" }, "other")).kind, "acquired");
    assert.equal((await world.state.leases.acquire({ ...KEY, user_id: "ben" }, "other")).kind, "acquired");
  });

  check("leases.acquire() tells a holder's own message from others", async (world) => {
    await acquired(world.state.leases, KEY, "message-1");
    const now = await nowMs(world);
    const own = await world.state.leases.acquire(KEY, "message-1");
    assert.ok(own.kind === "held" && own.own && own.until_ms > now + 13_000 && own.until_ms < now + 17_000);
    const other = await world.state.leases.acquire(KEY, "message-2");
    assert.ok(other.kind === "held" && !other.own);
  });

  check("leases that ran out can be taken by anybody, and the late holder is told", async (world) => {
    const { leases } = world.state;
    const first = await acquired(leases, KEY, "message-1");
    await world.move(14_000);
    assert.equal((await leases.acquire(KEY, "message-2")).kind, "held");
    await world.move(2_000);
    const second = await acquired(leases, KEY, "message-2");
    assert.ok(second.token > first.token);
    await assert.rejects(leases.begin(first), LeaseLostError);
    assert.equal(await leases.renew(first), false);
    assert.equal(await leases.release(first), "lost");
    assert.equal(await leases.abandon(first), false);
    assert.equal((await leases.acquire(KEY, "message-3")).kind, "held", "the late holder changed nothing");
    await assert.rejects(leases.begin({ ...first, token: second.token }), LeaseLostError);
    await assert.rejects(leases.begin({ ...second, token: first.token }), LeaseLostError);
    await leases.begin(second);
  });

  check("leases.renew() keeps the lease for another 15 s, and not once it ran out", async (world) => {
    const { leases } = world.state;
    const lease = await acquired(leases, KEY, "message-1");
    for (let time = 0; time < 3; time++) {
      await world.move(10_000);
      assert.equal(await leases.renew(lease), true);
    }
    await world.move(16_000);
    assert.equal(await leases.renew(lease), false);
    await assert.rejects(leases.begin(lease), LeaseLostError);
    assert.equal(await leases.release(lease), "lost");
  });

  check("leases.acquire() counts its token up after release, expiry, drop and restart", async (world) => {
    let last = 0;
    const take = async () => {
      const lease = await acquired(world.state.leases, KEY, "message");
      assert.ok(lease.token > last, `${lease.token} after ${last}`);
      last = lease.token;
      return lease;
    };
    const { leases } = world.state;
    await leases.begin(await take());
    await world.move(16_000);
    assert.equal(await leases.abandon(await take()), true);
    const lease = await take();
    await leases.begin(lease);
    assert.equal(await leases.release(lease), "released");
    await world.move(-HOUR_MS);
    await take();
    await world.state.ledger(KEY).drop();
    await take();
    await world.restart();
    if (!world.dies_with_process) await world.move(16_000);
    await take();
  });

  check("leases.release() gives the lease up only when nothing was requested since the round began", async (world) => {
    const { leases } = world.state;
    await leases.raise(KEY);
    const lease = await acquired(leases, KEY, "message-1");
    assert.equal(await leases.release(lease), "again", "the round has not begun");
    assert.equal((await leases.begin(lease)).started, 1);
    await leases.raise(KEY);
    assert.equal(await leases.release(lease), "again");
    assert.equal((await leases.acquire(KEY, "message-2")).kind, "held", "again keeps the lease");
    assert.deepEqual((({ requested, started }) => ({ requested, started }))(await leases.begin(lease)), {
      requested: 2,
      started: 2,
    });
    assert.equal(await leases.release(lease), "released");
    assert.equal(await leases.release(lease), "lost");
    await acquired(leases, KEY, "message-2");
  });

  check("leases.abandon() gives the lease up whatever was requested", async (world) => {
    const { leases } = world.state;
    await leases.raise(KEY);
    const lease = await acquired(leases, KEY, "message-1");
    assert.equal(await leases.abandon(lease), true);
    assert.equal(await leases.abandon(lease), false);
    await acquired(leases, KEY, "message-2");
  });

  check("leases.waitUntil() lets nobody acquire before, and keeps the later time", async (world) => {
    const { leases } = world.state;
    const now = await nowMs(world);
    const holder = await acquired(leases, KEY, "message-1");
    await leases.waitUntil(KEY, now + 60_000);
    await leases.waitUntil(KEY, now + 30_000);
    assert.equal(await leases.renew(holder), true, "the holder goes on");
    await leases.abandon(holder);
    assert.deepEqual(await leases.acquire(KEY, "message-2"), { kind: "waiting", not_before_ms: now + 60_000 });
    await world.restart();
    await world.move(58_000);
    assert.equal((await world.state.leases.acquire(KEY, "message-2")).kind, "waiting");
    await world.move(4_000);
    await acquired(world.state.leases, KEY, "message-2");
  });

  check("leases of dead holders end at most 15 s after the clock was set back an hour", async (world) => {
    const { leases } = world.state;
    await acquired(leases, KEY, "message-1");
    await world.move(-HOUR_MS);
    assert.equal((await leases.acquire(KEY, "message-2")).kind, "held");
    await world.move(16_000);
    await acquired(leases, KEY, "message-2");
  });
}

export function signalsContract(check: Check): void {
  check("leases.raise() asks for a message only when none is pending", async (world) => {
    const { leases } = world.state;
    assert.deepEqual(await leases.raise(KEY), { requested: 1, publish: true });
    assert.deepEqual(await leases.raise(KEY), { requested: 2, publish: true }, "nothing was published yet");
    await leases.published(KEY, 2);
    assert.deepEqual(await leases.raise(KEY), { requested: 3, publish: false });
    const lease = await acquired(leases, KEY, "message-1");
    assert.deepEqual(await leases.raise(KEY), { requested: 4, publish: false });
    await leases.begin(lease);
    assert.deepEqual(await leases.raise(KEY), { requested: 5, publish: true }, "the pending message was used up");
    const now = await nowMs(world);
    await leases.published(KEY, 5);
    const { published_at_ms, ...counters } = await leases.signals(KEY);
    assert.deepEqual(counters, { requested: 5, published: 5, started: 4 });
    assert.ok(Math.abs(published_at_ms - now) < 2_000);
  });

  check("leases.raise() counts each of many requests", async (world) => {
    const views = [world.state, await world.another()];
    const raised = await Promise.all(Array.from({ length: 50 }, (_, at) => views[at % 2]?.leases.raise(KEY)));
    assert.equal(new Set(raised.map((raise) => raise?.requested)).size, 50);
    assert.equal((await world.state.leases.signals(KEY)).requested, 50);
  });

  check("leases.published() never goes above requested nor back", async (world) => {
    const { leases } = world.state;
    await leases.raise(KEY);
    await leases.raise(KEY);
    await leases.published(KEY, 99);
    assert.equal((await leases.signals(KEY)).published, 2);
    await leases.published(KEY, 1);
    assert.equal((await leases.signals(KEY)).published, 2);
    await leases.raise(KEY);
    await leases.begin(await acquired(leases, KEY, "message-1"));
    await leases.published(KEY, 1);
    assert.equal((await leases.raise(KEY)).publish, true, "a late note of an old message stands for nothing new");
  });

  check("leases.raise() asks again when the pending message is older than ten minutes", async (world) => {
    const { leases } = world.state;
    await leases.raise(KEY);
    await leases.published(KEY, 1);
    await world.move(598_000);
    assert.equal((await leases.raise(KEY)).publish, false);
    await world.move(4_000);
    assert.deepEqual(await leases.raise(KEY), { requested: 3, publish: true });
    await leases.published(KEY, 3);
    assert.equal((await leases.raise(KEY)).publish, false);
    await world.move(-HOUR_MS);
    assert.equal((await leases.raise(KEY)).publish, false);
    await world.move(602_000);
    assert.equal((await leases.raise(KEY)).publish, true, "also when the clock was set back in between");
  });

  check("leases.acquire() and begin() return the counters of their moment", async (world) => {
    const { leases } = world.state;
    await leases.raise(KEY);
    await leases.published(KEY, 1);
    await leases.raise(KEY);
    const answer = await leases.acquire(KEY, "message-1");
    assert.ok(answer.kind === "acquired");
    const { published_at_ms, ...before } = answer.signals;
    assert.deepEqual(before, { requested: 2, published: 1, started: 0 });
    assert.deepEqual(await leases.begin(answer.lease), { ...before, published_at_ms, started: 2 });
  });
}
