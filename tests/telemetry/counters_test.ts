import assert from "node:assert/strict";
import fc from "fast-check";
import { openCounters, SERIES_PER_NAME_MAX } from "../../shared/telemetry/mod.ts";

Deno.test("openCounters() adds by name and labels, whatever the labels' order", () => {
  const counters = openCounters();
  counters.add("deliveries", { outcome: "done", topic: "emails" });
  counters.add("deliveries", { topic: "emails", outcome: "done" }, 2);
  counters.add("deliveries", { outcome: "failed", topic: "emails" });
  counters.add("boots");
  assert.deepEqual(counters.snapshot(), [
    { name: "boots", labels: {}, value: 1 },
    { name: "deliveries", labels: { outcome: "done", topic: "emails" }, value: 3 },
    { name: "deliveries", labels: { outcome: "failed", topic: "emails" }, value: 1 },
  ]);
});

Deno.test("openCounters() counts further label combinations together when a name has its limit of series", () => {
  const counters = openCounters();
  for (let i = 0; i < SERIES_PER_NAME_MAX + 50; i++) counters.add("hits", { user: String(i) });
  counters.add("hits", { user: "0" }, 4);
  counters.add("others", { user: "1" });
  const values = counters.snapshot();
  const overflow = values.filter((value) => value.labels.overflow === "true");
  assert.deepEqual(overflow, [{ name: "hits", labels: { overflow: "true" }, value: 50 }]);
  assert.equal(values.find((value) => value.labels.user === "0")?.value, 5);
  assert.equal(values.length, SERIES_PER_NAME_MAX + 2);
});

Deno.test("openCounters() keeps label combinations apart that only look alike when joined", () => {
  const counters = openCounters();
  counters.add("n", { a: "1,b=2" });
  counters.add("n", { a: "1", b: "2" });
  assert.equal(counters.snapshot().length, 2);
});

Deno.test("openCounters() refuses a step that would make a counter go down or be no number", () => {
  const counters = openCounters();
  assert.throws(() => counters.add("n", {}, -1), RangeError);
  assert.throws(() => counters.add("n", {}, Number.NaN), RangeError);
  assert.deepEqual(counters.snapshot(), []);
});

Deno.test("openCounters() keeps the sum of all steps under any adds", () => {
  const step = fc.tuple(fc.constantFrom("a", "b"), fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }), fc.nat(9));
  fc.assert(fc.property(fc.array(step), (steps) => {
    const counters = openCounters();
    for (const [name, labels, by] of steps) counters.add(name, labels, by);
    for (const name of ["a", "b"]) {
      const counted = counters.snapshot().filter((value) => value.name === name);
      const sum = counted.reduce((total, value) => total + value.value, 0);
      assert.equal(sum, steps.filter((step) => step[0] === name).reduce((total, step) => total + step[2], 0));
    }
  }));
});

Deno.test("openCounters() counts frozen labels together with equal ones, by name", () => {
  const counters = openCounters();
  const labels = Object.freeze({ outcome: "done", topic: "emails" });
  for (let time = 0; time < 3; time++) counters.add("deliveries", labels);
  counters.add("deliveries", { topic: "emails", outcome: "done" });
  counters.add("others", labels);
  assert.deepEqual(counters.snapshot().map(({ name, value }) => [name, value]), [["deliveries", 4], ["others", 1]]);
});
