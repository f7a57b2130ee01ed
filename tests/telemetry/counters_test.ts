import assert from "node:assert/strict";
import fc from "fast-check";
import { METRICS } from "../../shared/contracts/metrics.ts";
import { openCounters, SERIES_PER_NAME_MAX } from "../../shared/telemetry/mod.ts";

const DROPPED = "webhooks_dropped_total";
const REFUSED = "webhooks_refused_total";

Deno.test("openCounters() adds by name and labels, whatever the labels' order", () => {
  const counters = openCounters();
  counters.add(DROPPED, { reason: "late", source: "google" });
  counters.add(DROPPED, { source: "google", reason: "late" }, 2);
  counters.add(DROPPED, { reason: "full", source: "google" });
  counters.add("audit_acting_for_total", {});
  assert.deepEqual(counters.snapshot(), [
    { name: "audit_acting_for_total", labels: {}, value: 1 },
    { name: DROPPED, labels: { reason: "full", source: "google" }, value: 1 },
    { name: DROPPED, labels: { reason: "late", source: "google" }, value: 3 },
  ]);
});

Deno.test("openCounters() counts further label combinations together when a name has its limit of series", () => {
  const counters = openCounters();
  for (let i = 0; i < SERIES_PER_NAME_MAX + 50; i++) counters.add(DROPPED, { source: "", reason: String(i) });
  counters.add(DROPPED, { source: "", reason: "0" }, 4);
  counters.add(REFUSED, { source: "", reason: "1" });
  const values = counters.snapshot();
  const overflow = values.filter((value) => value.labels.overflow === "true");
  assert.deepEqual(overflow, [{ name: DROPPED, labels: { overflow: "true" }, value: 50 }]);
  assert.equal(values.find((value) => value.labels.reason === "0")?.value, 5);
  assert.equal(values.length, SERIES_PER_NAME_MAX + 2);
});

Deno.test("openCounters() keeps label combinations apart that only look alike when joined", () => {
  const counters = openCounters();
  counters.add(DROPPED, { reason: '1","source":"2', source: "" });
  counters.add(DROPPED, { reason: "1", source: "2" });
  assert.equal(counters.snapshot().length, 2);
});

Deno.test("openCounters() refuses a step that would make a counter go down or be no number", () => {
  const counters = openCounters();
  assert.throws(() => counters.add("audit_acting_for_total", {}, -1), RangeError);
  assert.throws(() => counters.add("audit_acting_for_total", {}, Number.NaN), RangeError);
  assert.ok(counters.snapshot().every(({ value }) => value === 0));
});

Deno.test("openCounters() keeps the sum of all steps under any adds", () => {
  const step = fc.tuple(fc.constantFrom(DROPPED, REFUSED), fc.string(), fc.string(), fc.nat(9));
  fc.assert(fc.property(fc.array(step), (steps) => {
    const counters = openCounters();
    for (const [name, source, reason, by] of steps) counters.add(name, { source, reason }, by);
    for (const name of [DROPPED, REFUSED]) {
      const counted = counters.snapshot().filter((value) => value.name === name);
      const sum = counted.reduce((total, value) => total + value.value, 0);
      assert.equal(sum, steps.filter((step) => step[0] === name).reduce((total, step) => total + step[3], 0));
    }
  }));
});

Deno.test("openCounters() counts frozen labels together with equal ones, by name", () => {
  const counters = openCounters();
  const labels = Object.freeze({ source: "google", reason: "late" });
  for (let time = 0; time < 3; time++) counters.add(DROPPED, labels);
  counters.add(DROPPED, { reason: "late", source: "google" });
  counters.add(REFUSED, labels);
  assert.deepEqual(counters.snapshot().map(({ name, value }) => [name, value]), [[DROPPED, 4], [REFUSED, 1]]);
});

Deno.test("openCounters() counts each duration at and below every bound that it does not exceed", () => {
  const durations = fc.array(fc.double({ min: -1, max: 1e4, noNaN: true }), { maxLength: 40 });
  const { buckets } = METRICS.read_searchable_seconds;
  fc.assert(fc.property(durations, (seconds) => {
    const counters = openCounters();
    for (const one of seconds) counters.observe("read_searchable_seconds", { provider: "google" }, one);
    const [told] = counters.histograms();
    if (seconds.length === 0) return assert.equal(told, undefined);
    const expected = [...buckets, Infinity].map((bound) => seconds.filter((one) => one <= bound).length);
    assert.deepEqual(told?.cumulative, expected);
  }));
});
