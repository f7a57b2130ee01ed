import assert from "node:assert/strict";
import { percentile, rate, rateText, type Sample, withSample } from "../../console/flow/rates.ts";

const BOUNDS = [0.1, 1, 10];

function sample(at_seconds: number, over: { published?: number; acked?: number; took?: number[] } = {}): Sample {
  const took = { bounds_seconds: BOUNDS, cumulative: over.took ?? [0, 0, 0, 0] };
  return {
    at: new Date(at_seconds * 1_000).toISOString(),
    webhooks: [],
    providers: [],
    topics: [{ topic: "emails", published: over.published ?? 0 }],
    subscriptions: [{
      name: "vespa-loader-emails",
      topic: "emails",
      service: "vespa-loader",
      acked: over.acked ?? 0,
      nacked: 0,
      errors: 0,
      in_flight: 0,
      backlog: null,
      oldest_unacked_seconds: null,
      took,
    }],
    idempotency: { fresh: 0, duplicate: 0, busy: 0, stale: 0 },
    dead_letters: { set_aside: 0, replayed: 0 },
    searchable: took,
  };
}

const published = ({ topics }: Sample) => topics[0]?.published ?? 0;
const took = ({ searchable }: Sample) => searchable;

Deno.test("rate() is what a count rose a second over the last ten seconds, and nothing of one sample", () => {
  assert.equal(rate([sample(0)], published), null);
  assert.equal(rate([sample(0), sample(2, { published: 4 })], published), 2);
  const history = [0, 2, 4, 6, 8, 10, 12].map((at) => sample(at, { published: at < 4 ? 0 : (at - 2) * 5 }));
  // From 2 s, the latest that is ten seconds old, to 12 s.
  assert.equal(rate(history, published), 5);
});

Deno.test("withSample() begins anew when the counts did", () => {
  const before = [sample(0, { acked: 5 }), sample(2, { acked: 9 })];
  assert.equal(withSample(before, sample(4, { acked: 12 })).length, 3);
  assert.deepEqual(withSample(before, sample(4, { acked: 1 })), [sample(4, { acked: 1 })]);
  let long: readonly Sample[] = [];
  for (let at = 0; at < 400; at++) long = withSample(long, sample(at, { acked: at }));
  assert.equal(long.length, 300);
});

Deno.test("percentile() looks at the latest durations only, between the bounds of their bucket", () => {
  const history = [sample(0, { took: [100, 100, 100, 100] }), sample(2, { took: [100, 110, 110, 110] })];
  assert.equal(percentile(history, took, 0.5), 0.1 + 0.9 * 0.5);
  assert.equal(percentile(history, took, 1), 1);
  assert.equal(percentile([history[1] ?? sample(0), history[1] ?? sample(0)], took, 0.5), null);
  // Above every bound: at least the highest.
  assert.equal(percentile([sample(0), sample(2, { took: [0, 0, 0, 5] })], took, 0.5), 10);
});

Deno.test("rateText() is short", () => {
  assert.deepEqual([null, 0, 0.05, 0.4, 9.96, 120.4].map(rateText), ["…", "0/s", "3/min", "0.4/s", "10.0/s", "120/s"]);
});
