/** Each alert of the stores and of what calls us fires when its fault is caused, and is quiet before and after. */
import assert from "node:assert/strict";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import { openQuiet } from "./alert_world.ts";

Deno.test("alerts fire on lost stores, a full disk, full memory, pushes to nobody and a silent scheduler", async () => {
  const world = await openQuiet();
  const { system } = world;
  const { state } = system.stores;
  const { slots } = state;
  const original = { health: state.health.bind(state), numbers: state.numbers.bind(state) };
  const take = slots.take.bind(slots);
  try {
    Object.assign(state, { health: () => Promise.reject(new StoreAwayError("Redis")) });
    await world.watch(1.5);
    assert.deepEqual(world.firing(), ["MillraceStateUnreachable"]);

    const full = [{ name: "store_writes_failing", labels: { store: "state" }, value: 1 }];
    Object.assign(state, original, { numbers: () => Promise.resolve(full) });
    await world.watch(1.5);
    assert.deepEqual(world.firing(), ["MillraceDiskFull"]);

    const memory = [
      { name: "redis_memory_bytes", labels: { node: "0" }, value: 95 },
      { name: "redis_memory_limit_bytes", labels: { node: "0" }, value: 100 },
    ];
    Object.assign(state, { numbers: () => Promise.resolve(memory) });
    await world.watch(1.5);
    assert.deepEqual(world.firing(), ["MillraceRedisMemoryHigh"]);

    Object.assign(state, original);
    const answer = await system.push("/push/nobody-serves-this");
    assert.equal(answer.status, 404);
    await world.watch(1.5);
    assert.deepEqual(world.firing(), ["MillraceSubscriptionNotFound"]);
    await world.watch(11);
    assert.deepEqual(world.firing(), [], "quiet after");

    // Somebody who does not run it holds the tick for ever.
    Object.assign(slots, {
      take: (name: string, max: number, ttl_ms: number) =>
        name === "tick:reconcile" ? Promise.resolve(null) : take(name, max, ttl_ms),
    });
    await world.watch(21);
    assert.deepEqual(world.firing(), ["MillraceSchedulerSilent"]);
    Object.assign(slots, { take });
    await world.watch(6);
    assert.deepEqual(world.firing(), [], "quiet after");
  } finally {
    await world.close();
  }
});
