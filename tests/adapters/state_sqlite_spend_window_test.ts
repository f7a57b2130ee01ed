/** The sliding window of a quota: never more than its limit, and no longer waits than are needed. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { SpendWindow } from "../../shared/state/sqlite/spend_window.ts";

Deno.test("SpendWindow never lets more than its limit be spent within any window", () => {
  const spendings = fc.array(fc.record({ units: fc.integer({ min: 1, max: 40 }), after_ms: fc.nat(20_000) }), {
    maxLength: 60,
  });
  fc.assert(fc.property(spendings, (wanted) => {
    const window = new SpendWindow(60_000);
    const spent: { at: number; units: number }[] = [];
    let now = 1_000_003;
    for (const { units, after_ms } of wanted) {
      now += after_ms;
      for (let wait = window.waitFor(units, 100, now); wait > 0; wait = window.waitFor(units, 100, now)) now += wait;
      window.spend(units, now);
      spent.push({ at: now, units });
      const within = spent.filter(({ at }) => at > now - 60_000).reduce((sum, one) => sum + one.units, 0);
      assert.ok(within <= 100, `${within} within a minute`);
    }
  }));
});

Deno.test("SpendWindow waits no longer than until its oldest spending is out", () => {
  const window = new SpendWindow(60_000);
  window.spend(6, 0);
  window.spend(4, 30_000);
  const wait = window.waitFor(5, 10, 30_000);
  assert.ok(wait >= 30_000 && wait <= 32_000, String(wait));
  assert.equal(window.waitFor(5, 10, 30_000 + wait), 0);
  // What is larger than the limit goes when nothing else does.
  assert.ok(window.waitFor(11, 10, 62_000) > 0);
  assert.equal(window.waitFor(11, 10, 100_000), 0);
  assert.equal(window.isIdle(100_000), true);
});
