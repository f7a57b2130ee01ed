import assert from "node:assert/strict";
import { SimulatedClock } from "./clock.ts";
import { seededRandom } from "./random.ts";

Deno.test("SimulatedClock.advance() wakes sleepers in time order, each at its own instant", async () => {
  const clock = new SimulatedClock({ start: 1_000 });
  const seen: [string, number][] = [];
  const note = (name: string, ms: number) => clock.sleep(ms).then(() => seen.push([name, clock.now()]));
  note("late", 300);
  note("early", 100);
  note("early too", 100);
  note("beyond", 301);
  await clock.advance(300);
  assert.deepEqual(seen, [["early", 1_100], ["early too", 1_100], ["late", 1_300]]);
  assert.equal(clock.now(), 1_300);
  assert.equal(clock.sleeping, 1);
});

Deno.test("SimulatedClock.advance() wakes a sleep that was asked for on the way", async () => {
  const clock = new SimulatedClock({ start: 0 });
  const seen: number[] = [];
  (async () => {
    for (let round = 0; round < 3; round++) {
      await clock.sleep(10);
      await crypto.subtle.digest("SHA-256", new Uint8Array(32));
      seen.push(clock.now());
    }
  })();
  await clock.advance(35);
  assert.deepEqual(seen, [10, 20, 30]);
});

Deno.test("SimulatedClock.sleep() rejects with the signal's reason and leaves no sleeper", async () => {
  const clock = new SimulatedClock();
  const stop = new AbortController();
  const sleep = clock.sleep(1_000, stop.signal);
  stop.abort(new Error("stopped"));
  await assert.rejects(sleep, { message: "stopped" });
  await assert.rejects(clock.sleep(1_000, stop.signal), { message: "stopped" });
  assert.equal(clock.sleeping, 0);
});

Deno.test("SimulatedClock.runUntil() passes on the outcome and gives up at its limit", async () => {
  const clock = new SimulatedClock({ start: 0 });
  assert.equal(await clock.runUntil(clock.sleep(950).then(() => "done"), { stepMs: 100 }), "done");
  assert.equal(clock.now(), 1_000);
  await assert.rejects(clock.runUntil(Promise.reject(new Error("failed"))), { message: "failed" });
  await assert.rejects(clock.runUntil(new Promise(() => {}), { stepMs: 50, limitMs: 200 }), /200 simulated ms/);
  assert.equal(clock.now(), 1_200);
});

Deno.test("seededRandom() repeats itself for a seed and differs between seeds", () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed);
    return [random.next(), [...random.bytes(5)], random.uuid()];
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
  assert.match(seededRandom(1).uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const random = seededRandom(3);
  const mean = Array.from({ length: 10_000 }, () => random.next()).reduce((sum, next) => sum + next, 0) / 10_000;
  assert.ok(mean > 0.48 && mean < 0.52, `mean ${mean}`);
});
