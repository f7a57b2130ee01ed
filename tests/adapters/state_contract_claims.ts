/** What every state adapter promises about claims, references and slots. */
import assert from "node:assert/strict";
import { sha256 } from "../../shared/contracts/ids.ts";
import { claimText } from "../../shared/contracts/keys.ts";
import type { Claim, Claims, ClaimToken, RefValue } from "../../shared/state/port.ts";
import type { Check } from "./state_world.ts";

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;
const SUBSCRIPTION = "vespa-loader-emails";

async function claimed(claims: Claims, event_id: string): Promise<{ token: ClaimToken; failures: number }> {
  const claim: Claim = await claims.claim(SUBSCRIPTION, event_id);
  assert.ok(claim.kind === "claimed", `expected a claim, got ${claim.kind}`);
  return claim;
}

/** Asserts that nobody has the claim now, by taking it. */
async function assertFree(claims: Claims, event_id: string, failures: number): Promise<ClaimToken> {
  const claim = await claimed(claims, event_id);
  assert.equal(claim.failures, failures);
  return claim.token;
}

export function claimsContract(check: Check): void {
  check("claims.claim() lets one of many racing callers through", async (world) => {
    const views = [world.state, await world.another(), await world.another()];
    const all = await Promise.all(
      Array.from({ length: 60 }, (_, at) => views[at % 3]?.claims.claim(SUBSCRIPTION, `event-${at % 4}`)),
    );
    assert.equal(all.filter((claim) => claim?.kind === "claimed").length, 4);
    assert.equal(all.filter((claim) => claim?.kind === "busy").length, 56);
  });

  check("claims.nameOf() is the SHA-256 of subscription and event id", async (world) => {
    const hashed = await sha256(claimText(SUBSCRIPTION, "event"));
    assert.equal(world.state.claims.nameOf(SUBSCRIPTION, "event"), hashed);
  });

  check("claims.claim() keeps subscriptions and events apart", async (world) => {
    await claimed(world.state.claims, "event");
    assert.equal((await world.state.claims.claim("meetings-calendars", "event")).kind, "claimed");
    assert.equal((await world.state.claims.claim(`${SUBSCRIPTION}e`, "vent")).kind, "claimed");
  });

  check(
    "claims.claim() is busy only while the claim lasts, and the late holder's token is worth nothing",
    async (world) => {
      const { claims } = world.state;
      const first = await claimed(claims, "event");
      const now_ms = await world.state.micros() / 1_000;
      const busy = await claims.claim(SUBSCRIPTION, "event");
      assert.ok(busy.kind === "busy" && busy.until_ms > now_ms + 13_000 && busy.until_ms < now_ms + 17_000);
      await world.move(14_000);
      assert.equal((await claims.claim(SUBSCRIPTION, "event")).kind, "busy");
      await world.move(2_000);
      assert.equal(await claims.renew(first.token), false);
      assert.equal(await claims.complete(first.token, "late"), false);
      assert.equal(await claims.release(first.token, true), null);
      const second = await claimed(claims, "event");
      assert.equal(second.failures, 0);
      assert.equal(await claims.renew(first.token), false);
      assert.equal(await claims.complete(first.token, "late"), false);
      assert.equal(await claims.release(first.token, true), null);
      assert.equal((await claims.claim(SUBSCRIPTION, "event")).kind, "busy");
      assert.equal(await claims.complete(second.token, "indexed"), true);
      assert.deepEqual(await claims.claim(SUBSCRIPTION, "event"), { kind: "done", outcome: "indexed" });
    },
  );

  check("claims.renew() keeps a claim for another 15 s, before and after a failure", async (world) => {
    const { claims } = world.state;
    for (const failures of [0, 1]) {
      const token = await assertFree(claims, "event", failures);
      for (let time = 0; time < 3; time++) {
        await world.move(10_000);
        assert.equal(await claims.renew(token), true);
      }
      await world.move(14_000);
      assert.equal((await claims.claim(SUBSCRIPTION, "event")).kind, "busy");
      assert.equal(await claims.release(token, true), failures + 1);
    }
  });

  check("claims.release() counts failures, which survive releases and take-overs", async (world) => {
    const { claims } = world.state;
    assert.equal(await claims.release(await assertFree(claims, "event", 0), false), 0);
    assert.equal(await claims.release(await assertFree(claims, "event", 0), true), 1);
    assert.equal(await claims.release(await assertFree(claims, "event", 1), false), 1);
    const dead = await assertFree(claims, "event", 1);
    await world.move(16_000);
    assert.equal(await claims.renew(dead), false);
    assert.equal(await claims.complete(dead, "late"), false);
    assert.equal(await claims.release(dead, true), null);
    const token = await assertFree(claims, "event", 1);
    assert.equal(await claims.release(dead, true), null);
    assert.equal(await claims.release(token, true), 2);
    const last = await assertFree(claims, "event", 2);
    assert.equal(await claims.complete(last, "indexed"), true);
    assert.equal(await claims.release(last, true), null);
  });

  check("claims.claim() and renew() keep the failures of an event for another day", async (world) => {
    assert.equal(await world.state.claims.release(await assertFree(world.state.claims, "event", 0), true), 1);
    await world.move(DAY_MS - HOUR_MS);
    await assertFree(world.state.claims, "event", 1);
    await world.move(2 * HOUR_MS);
    const token = await assertFree(world.state.claims, "event", 1);
    await world.move(10_000);
    assert.equal(await world.state.claims.renew(token), true);
    await world.move(DAY_MS - 5_000);
    await world.restart();
    await assertFree(world.state.claims, "event", 1);
    await world.move(DAY_MS + 1_000);
    await assertFree(world.state.claims, "event", 0);
  });

  check("claims.complete() holds for a day, then the event is free again", async (world) => {
    const { claims } = world.state;
    assert.equal(await claims.complete((await claimed(claims, "event")).token, "a|b\nc"), true);
    await world.move(DAY_MS - HOUR_MS);
    assert.deepEqual(await claims.claim(SUBSCRIPTION, "event"), { kind: "done", outcome: "a|b\nc" });
    await world.move(HOUR_MS + 1_000);
    await assertFree(claims, "event", 0);
  });

  check("claims.claim() takes again what was done before a moment, and not what was done since", async (world) => {
    const { claims } = world.state;
    await claims.complete((await claimed(claims, "old")).token, "indexed");
    await world.move(1_000);
    const sought_ms = Math.floor(await world.state.micros() / 1_000);
    await world.move(1_000);
    await claims.complete((await claimed(claims, "new")).token, "indexed");
    const again = async (event: string) => (await claims.claim(SUBSCRIPTION, event, sought_ms)).kind;
    assert.equal(await again("new"), "done");
    assert.equal((await claims.claim(SUBSCRIPTION, "old")).kind, "done");
    const claim = await claims.claim(SUBSCRIPTION, "old", sought_ms);
    assert.ok(claim.kind === "claimed" && claim.failures === 0);
    assert.equal(await again("old"), "busy");
    assert.equal(await claims.complete(claim.token, "indexed again"), true);
    assert.equal(await again("old"), "done");
    await world.restart();
    assert.equal((await world.state.claims.claim(SUBSCRIPTION, "old", sought_ms)).kind, "done");
  });

  check("claims.look() tells what became of a claim, and takes nothing", async (world) => {
    const { claims } = world.state;
    assert.deepEqual(await claims.look(SUBSCRIPTION, "event"), { kind: "none" });
    const first = await claimed(claims, "event");
    assert.deepEqual(await claims.look(SUBSCRIPTION, "event"), { kind: "held", failures: 0 });
    await claims.release(first.token, true);
    assert.deepEqual(await claims.look(SUBSCRIPTION, "event"), { kind: "failed", failures: 1 });
    const second = await claimed(claims, "event");
    assert.deepEqual(await claims.look(SUBSCRIPTION, "event"), { kind: "held", failures: 1 });
    await world.move(16_000);
    assert.equal((await claims.look(SUBSCRIPTION, "event")).kind, "failed");
    assert.equal(await claims.complete(second.token, "late"), false);
    const third = await claimed(claims, "event");
    assert.equal(third.failures, 1);
    await claims.complete(third.token, "a|b");
    const now_ms = await world.state.micros() / 1_000;
    const done = await claims.look(SUBSCRIPTION, "event");
    assert.ok(done.kind === "done" && done.outcome === "a|b" && Math.abs(done.at_ms - now_ms) < 2_000);
    await world.move(DAY_MS + 1_000);
    assert.deepEqual(await claims.look(SUBSCRIPTION, "event"), { kind: "none" });
  });

  check("claims.forget() frees a done, a failed and a held claim from failure 0", async (world) => {
    const { claims } = world.state;
    await claims.complete((await claimed(claims, "done")).token, "indexed");
    await claims.release((await claimed(claims, "failed")).token, true);
    const held = await claimed(claims, "held");
    for (const event of ["done", "failed", "held", "never claimed"]) {
      await claims.forget(SUBSCRIPTION, event);
      await assertFree(claims, event, 0);
    }
    assert.equal(await claims.complete(held.token, "late"), false);
  });

  check("claims outlive their process when done or failed, and end with it or in time when held", async (world) => {
    await world.state.claims.complete((await claimed(world.state.claims, "done")).token, "indexed");
    await world.state.claims.release((await claimed(world.state.claims, "failed")).token, true);
    const held = await claimed(world.state.claims, "held");
    await world.restart();
    const { claims } = world.state;
    assert.deepEqual(await claims.claim(SUBSCRIPTION, "done"), { kind: "done", outcome: "indexed" });
    await assertFree(claims, "failed", 1);
    if (!world.dies_with_process) await world.move(16_000);
    assert.equal(await claims.complete(held.token, "late"), false);
    await assertFree(claims, "held", 0);
  });

  check("claims of dead holders end at most 15 s after the clock was set back an hour", async (world) => {
    const { claims } = world.state;
    await claimed(claims, "new");
    await claims.release((await claimed(claims, "failed")).token, true);
    await assertFree(claims, "failed", 1);
    await world.move(-HOUR_MS);
    for (const event of ["new", "failed"]) assert.equal((await claims.claim(SUBSCRIPTION, event)).kind, "busy");
    await world.move(16_000);
    await assertFree(claims, "new", 0);
    await assertFree(claims, "failed", 1);
  });
}

export function refsContract(check: Check): void {
  const ref = { user_id: "ada", doc_type: "email", doc_id: "0123456789abcdef0123456789abcdef" } as const;
  const value = (revision: number): RefValue => ({
    revision,
    hash: `hash-${revision}`,
    data: `{"subject":"Grüße \\"${revision}\\" 🎈","n":null}`,
  });

  check("refs.put() keeps the newer revision and says which are stored", async (world) => {
    const { refs } = world.state;
    const revision = 1_772_442_000_000_001;
    assert.deepEqual(await refs.put([{ ...ref, ...value(revision) }]), [true]);
    const other = { ...ref, doc_id: "f".repeat(32) };
    const entries = [{ ...ref, ...value(revision - 1) }, { ...other, ...value(1) }];
    assert.deepEqual(await refs.put(entries), [false, true]);
    assert.deepEqual(await refs.get(ref), value(revision));
    assert.deepEqual(await refs.put([{ ...ref, ...value(revision) }, { ...ref, ...value(revision + 1) }]), [
      true,
      true,
    ]);
    assert.deepEqual(await refs.get(ref), value(revision + 1));
    assert.deepEqual(await refs.get(other), value(1));
    assert.equal(await refs.get({ ...ref, user_id: "ben" }), null);
    assert.equal(await refs.get({ ...ref, doc_type: "todo" }), null);
  });

  check("refs.get() finds nothing after seven days or a removal", async (world) => {
    const { refs } = world.state;
    await refs.put([{ ...ref, ...value(9) }]);
    await world.move(7 * DAY_MS - 2_000);
    assert.deepEqual(await refs.get(ref), value(9));
    await world.move(4_000);
    assert.equal(await refs.get(ref), null);
    assert.deepEqual(
      await refs.put([{ ...ref, ...value(3) }]),
      [true],
      "an expired newer revision does not stand in the way",
    );
    await refs.remove([ref, { ...ref, doc_id: "e".repeat(32) }]);
    assert.equal(await refs.get(ref), null);
  });
}

export function slotsContract(check: Check): void {
  check("slots.take() never gives more than its limit over all processes", async (world) => {
    const views = [world.state, await world.another()];
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, at) => views[at % 2]?.slots.take("mail-1", 3, 20_000)),
    );
    const slots = taken.filter((slot) => slot !== null && slot !== undefined);
    assert.equal(slots.length, 3);
    assert.notEqual(await world.state.slots.take("mail-2", 3, 20_000), null);
    const [first] = slots;
    assert.ok(first !== undefined);
    await world.state.slots.give(first);
    await world.state.slots.give(first);
    assert.notEqual(await world.state.slots.take("mail-1", 3, 20_000), null);
    assert.equal(await world.state.slots.take("mail-1", 3, 20_000), null);
  });

  check("slots of dead holders come back when their time is over", async (world) => {
    const { slots } = world.state;
    for (let at = 0; at < 3; at++) assert.notEqual(await slots.take("mail", 3, 20_000), null);
    await world.move(18_000);
    assert.equal(await slots.take("mail", 3, 20_000), null);
    await world.move(4_000);
    assert.notEqual(await slots.take("mail", 3, 20_000), null);
    await world.move(-HOUR_MS);
    for (let at = 0; at < 2; at++) assert.notEqual(await slots.take("mail", 3, 20_000), null);
    assert.equal(await slots.take("mail", 3, 20_000), null);
    await world.move(22_000);
    assert.notEqual(await slots.take("mail", 3, 20_000), null);
  });
}

export function progressContract(check: Check): void {
  check("progress.get() gives each part's last value in their order, and null for others'", async (world) => {
    const other = await world.another();
    await world.state.progress.put("b1", "p1", { found: 1 });
    await world.state.progress.put("b1", "p1", { found: 2 });
    await world.state.progress.put("b1", "p2", { found: 3, note: "Grüße" });
    assert.deepEqual(await other.progress.get("b1", ["p2", "p9", "p1"]), [{ found: 3, note: "Grüße" }, null, {
      found: 2,
    }]);
    assert.deepEqual(await other.progress.get("b2", ["p1"]), [null]);
  });

  check("progress.get() finds nothing three days after the last put", async (world) => {
    await world.state.progress.put("b1", "old", 1);
    await world.state.progress.put("b1", "kept", 1);
    await world.move(2 * DAY_MS);
    await world.state.progress.put("b1", "kept", 2);
    await world.move(DAY_MS - 2_000);
    assert.deepEqual(await world.state.progress.get("b1", ["old", "kept"]), [1, 2]);
    await world.move(4_000);
    assert.deepEqual(await world.state.progress.get("b1", ["old", "kept"]), [null, 2]);
    await world.move(2 * DAY_MS);
    assert.deepEqual(await world.state.progress.get("b1", ["old", "kept"]), [null, null]);
  });

  check("progress.put() keeps a value by its copy", async (world) => {
    const value = { found: 1 };
    await world.state.progress.put("b1", "p1", value);
    value.found = 2;
    assert.deepEqual(await world.state.progress.get("b1", ["p1"]), [{ found: 1 }]);
  });
}

/** Registers the contract of the cache of fragments. */
export function fragmentsContract(check: Check): void {
  const parent = "a".repeat(32), other_parent = "b".repeat(32), id = "c".repeat(32);
  const part = (revision: number, fragment_id = id) => ({
    fragment_id,
    revision,
    value: { text: `Grüße ${revision}` },
  });

  check("fragments.get() gives the newest version that was put, to its person alone", async (world) => {
    const { fragments } = world.state;
    assert.equal(await fragments.get("ada", parent, id), null);
    await fragments.put("ada", parent, [part(7), part(7, "d".repeat(32))]);
    await fragments.put("ada", parent, [part(5)]);
    assert.deepEqual(await fragments.get("ada", parent, id), part(7));
    await fragments.put("ada", parent, [part(9)]);
    assert.deepEqual(await fragments.get("ada", parent, id), part(9));
    assert.deepEqual(await fragments.get("ada", parent, "d".repeat(32)), part(7, "d".repeat(32)));
    assert.equal(await fragments.get("ben", parent, id), null);
    assert.equal(await fragments.get("ada", other_parent, id), null);
    await fragments.put("ada", parent, []);
  });

  check("fragments.get() finds nothing thirty days after the last put", async (world) => {
    const { fragments } = world.state;
    await fragments.put("ada", parent, [part(7)]);
    await world.move(30 * DAY_MS - 2_000);
    assert.deepEqual(await fragments.get("ada", parent, id), part(7));
    await world.move(4_000);
    assert.equal(await fragments.get("ada", parent, id), null);
  });

  check("fragments.purge() removes all of a person, and nothing of others", async (world) => {
    const { fragments } = world.state;
    const many = Array.from({ length: 700 }, (_, at) => part(1, at.toString(16).padStart(32, "0")));
    await fragments.put("ada", parent, many);
    await fragments.put("ben", other_parent, [part(1)]);
    await fragments.purge("ada");
    const left = await Promise.all(many.map(({ fragment_id }) => fragments.get("ada", parent, fragment_id)));
    assert.ok(left.every((one) => one === null));
    assert.deepEqual(await fragments.get("ben", other_parent, id), part(1));
    await fragments.purge("ada");
    await fragments.put("ada", parent, [part(1)]);
    assert.deepEqual(await fragments.get("ada", parent, id), part(1));
  });
}
