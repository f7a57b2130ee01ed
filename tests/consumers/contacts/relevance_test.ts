/** How much a contact matters: by what was exchanged, how long ago, and in which directions. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { mostRelevantFirst, relevanceOf } from "../../../consumers/contact_discovery/relevance.ts";

const NOW = "2026-03-02T08:00:00.000Z";

Deno.test("relevanceOf() halves points with every half-life, and says what is left of each kind", () => {
  const { score, points, half_life_months, two_way_factor } = relevanceOf(
    { sent: { "2026-03": 80, "2025-09": 80 }, document: { "2025-03": 40 } },
    NOW,
  );
  assert.equal(half_life_months, 6);
  assert.deepEqual(points, [{ kind: "sent", points: 120 }, { kind: "document", points: 10 }]);
  assert.equal(two_way_factor, 1);
  assert.equal(score, Math.round(Math.log2(1 + 130 / 10) * 100) / 100);
});

Deno.test("relevanceOf() rewards exchange in both directions, most when it is even", () => {
  const factor = (sent: number, received: number) =>
    relevanceOf({ sent: { "2026-03": 80 * sent }, received: { "2026-03": 40 * received } }, NOW).two_way_factor;
  assert.deepEqual([factor(3, 3), factor(1, 4), factor(4, 1), factor(5, 0)], [3, 1.5, 1.5, 1]);
  const even = relevanceOf({ sent: { "2026-03": 80 }, received: { "2026-03": 40 } }, NOW).score;
  assert.ok(even > relevanceOf({ sent: { "2026-03": 120 } }, NOW).score);
});

Deno.test("relevanceOf() of nothing is nothing", () => {
  assert.deepEqual(relevanceOf({}, NOW), { score: 0, half_life_months: 6, two_way_factor: 1, points: [] });
  assert.equal(relevanceOf({ bulk: {} }, NOW).score, 0);
});

const month = fc.tuple(fc.integer({ min: 2001, max: 2030 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, month]) => `${year}-${String(month).padStart(2, "0")}`);
const tallied = fc.dictionary(month, fc.integer({ min: 1, max: 5_000 }), { maxKeys: 6 });
const months = fc.record({ sent: tallied, received: tallied, meeting: tallied, mentioned: tallied }, {
  requiredKeys: [],
});

Deno.test("the kept order is that of the scores, on every day, however the months are put down", () => {
  fc.assert(
    fc.property(months, months, month, (a, b, now) => {
      const [first, second] = [relevanceOf(a, `${now}-01`), relevanceOf(b, `${now}-01`)].map(({ score }) => score);
      // The order is kept in steps; what differs by less may stand either way.
      if (Math.abs((first ?? 0) - (second ?? 0)) > 0.1) {
        assert.equal(mostRelevantFirst(a) < mostRelevantFirst(b), (first ?? 0) > (second ?? 0));
      }
      const turned = Object.fromEntries(
        Object.entries(a).reverse().map(([kind, each]) => [kind, Object.fromEntries(Object.entries(each).reverse())]),
      );
      assert.equal(mostRelevantFirst(turned), mostRelevantFirst(a));
    }),
    { numRuns: 500 },
  );
});
