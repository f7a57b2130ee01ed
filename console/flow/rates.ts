/** Rates and percentiles out of samples whose counts only go up. */
import type { Schemas } from "../../client/mod.ts";

export type Sample = Schemas["FlowSample"];
export type Durations = Schemas["Durations"];

/** A rate is taken over this long, so that it does not flicker. */
const WINDOW_MS = 10_000;
/** Percentiles need more of them. */
const PERCENTILE_WINDOW_MS = 30_000;
/** Ten minutes at one sample in two seconds. */
const KEPT_MAX = 300;

/** The history with one more sample; begins anew when the counts began anew, as they do when the instance was restarted. */
export function withSample(history: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = history.at(-1);
  const total = ({ subscriptions }: Sample) => subscriptions.reduce((sum, { acked }) => sum + acked, 0);
  if (last !== undefined && total(sample) < total(last)) return [sample];
  return [...history, sample].slice(-KEPT_MAX);
}

/** The sample at least so long before the one at `index`, or the oldest. */
function before(history: readonly Sample[], index: number, window_ms: number): Sample | undefined {
  const at = Date.parse(history[index]?.at ?? "");
  for (let earlier = index - 1; earlier >= 0; earlier--) {
    const sample = history[earlier];
    if (sample !== undefined && at - Date.parse(sample.at) >= window_ms) return sample;
  }
  return index > 0 ? history[0] : undefined;
}

/** How much a count rose a second, lately; null while there is only one sample. */
export function rate(
  history: readonly Sample[],
  count: (sample: Sample) => number,
  index = history.length - 1,
): number | null {
  const now = history[index];
  const then = before(history, index, WINDOW_MS);
  if (now === undefined || then === undefined) return null;
  const seconds = (Date.parse(now.at) - Date.parse(then.at)) / 1_000;
  return seconds <= 0 ? null : Math.max(0, count(now) - count(then)) / seconds;
}

/** The sum of durations of several, bucket by bucket. */
export function together(durations: readonly Durations[]): Durations {
  const [first] = durations;
  if (first === undefined) return { bounds_seconds: [], cumulative: [] };
  const cumulative = first.cumulative.map((_, index) =>
    durations.reduce((sum, one) => sum + (one.cumulative[index] ?? 0), 0)
  );
  return { bounds_seconds: first.bounds_seconds, cumulative };
}

/**
 * The time in seconds that a share of the latest durations did not exceed, as well as the buckets tell; null when there
 * were none.
 * @param share such as 0.95
 */
export function percentile(
  history: readonly Sample[],
  durations: (sample: Sample) => Durations,
  share: number,
  index = history.length - 1,
): number | null {
  const now = history[index];
  const then = before(history, index, PERCENTILE_WINDOW_MS);
  if (now === undefined || then === undefined) return null;
  const { bounds_seconds, cumulative } = durations(now);
  const earlier = durations(then).cumulative;
  const lately = cumulative.map((count, bucket) => count - (earlier[bucket] ?? 0));
  const wanted = (lately.at(-1) ?? 0) * share;
  if (wanted === 0) return null;
  const bucket = lately.findIndex((count) => count >= wanted);
  const upper = bounds_seconds[bucket];
  // Above every bound: all that is known is that it was longer.
  if (upper === undefined) return bounds_seconds.at(-1) ?? null;
  const lower = bounds_seconds[bucket - 1] ?? 0;
  const below = lately[bucket - 1] ?? 0;
  const within = (lately[bucket] ?? 0) - below;
  return lower + (upper - lower) * (within === 0 ? 1 : (wanted - below) / within);
}

/** "1.2/s", "12/s", "3/min". */
export function rateText(value: number | null): string {
  if (value === null) return "…";
  if (value === 0) return "0/s";
  if (value < 0.1) return `${Math.max(1, Math.round(value * 60))}/min`;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}/s`;
}
