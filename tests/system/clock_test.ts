import assert from "node:assert/strict";
import { systemClock } from "../../shared/system/mod.ts";

Deno.test("systemClock.sleep() resolves no earlier than its milliseconds", async () => {
  const before = systemClock.now();
  await systemClock.sleep(20);
  // Timers and the wall clock are rounded to milliseconds apart from each other.
  assert.ok(systemClock.now() - before >= 19);
});

Deno.test("systemClock.sleep() rejects with the reason when its signal is aborted meanwhile", async () => {
  const controller = new AbortController();
  const sleeping = systemClock.sleep(3_600_000, controller.signal);
  const reason = new Error("told to stop");
  controller.abort(reason);
  await assert.rejects(sleeping, reason);
});

Deno.test("systemClock.sleep() rejects with the reason when its signal was aborted before", async () => {
  const reason = new Error("too late");
  await assert.rejects(systemClock.sleep(3_600_000, AbortSignal.abort(reason)), reason);
});

Deno.test("systemClock.sleep() waits when it is longer than a timer can be", async () => {
  const controller = new AbortController();
  let ended = false;
  const sleeping = systemClock.sleep(2 ** 31 + 5, controller.signal).finally(() => ended = true);
  // A timer of more than 31 bits fires after 1 ms, so that this one comes later than the defect would.
  await systemClock.sleep(20);
  assert.equal(ended, false);
  controller.abort();
  await assert.rejects(sleeping, { name: "AbortError" });
});

Deno.test("systemClock.sleep() returns at once when it is asked for less than nothing", async () => {
  await systemClock.sleep(-5);
  await systemClock.sleep(Number.NaN);
});
