import assert from "node:assert/strict";
import { ShortMemory } from "../../routes/webhooks/short_memory.ts";
import { SimulatedClock } from "../simulation/clock.ts";

Deno.test("ShortMemory forgets a value when its time is over", async () => {
  const clock = new SimulatedClock();
  const memory = new ShortMemory<number>(clock, 5_000, 10);
  memory.set("a", 1);
  await clock.advance(4_999);
  assert.equal(memory.get("a"), 1);
  await clock.advance(1);
  assert.equal(memory.get("a"), undefined);
});

Deno.test("ShortMemory keeps the newest and never more than its bound", () => {
  const memory = new ShortMemory<number>(new SimulatedClock(), 5_000, 10);
  for (let at = 0; at < 1_000; at++) {
    memory.set(String(at), at);
    const kept = Array.from({ length: at + 1 }, (_, key) => memory.get(String(key))).filter((value) =>
      value !== undefined
    );
    assert.ok(kept.length <= 10, `${kept.length} kept`);
    for (let newest = Math.max(0, at - 4); newest <= at; newest++) assert.ok(kept.includes(newest));
  }
});
