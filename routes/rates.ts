/** How fast counters grow: asked now and then, over the last minutes. */
import type { Clock } from "../shared/contracts/deps.ts";
import type { MetricName, MetricValue } from "../shared/contracts/metrics.ts";
import type { MemoryCounters } from "../shared/telemetry/mod.ts";

type Wanted = (labels: Readonly<Record<string, string>>) => boolean;

/** Rates of one family of counters. */
export interface Rates {
  total(wanted: Wanted): number;
  /** Over the time since the oldest sample that is kept; one decimal. */
  perSecond(wanted: Wanted): number;
  /** Keeps what the counters say now, for later rates. */
  sample(): void;
}

const SAMPLE_EVERY_MS = 10_000;
const WINDOW_MS = 5 * 60_000;

/** Opens the rates; the first ones are over the time since now. */
export function openRates(
  { clock, counters }: { readonly clock: Pick<Clock, "now">; readonly counters: Pick<MemoryCounters, "snapshot"> },
  family: MetricName,
): Rates {
  const read = (): readonly MetricValue[] => counters.snapshot().filter(({ name }) => name === family);
  const sum = (values: readonly MetricValue[], wanted: Wanted) =>
    values.reduce((total, { labels, value }) => wanted(labels) ? total + value : total, 0);
  let samples = [{ at_ms: clock.now(), values: read() }];
  return {
    total: (wanted) => sum(read(), wanted),
    perSecond(wanted) {
      const [oldest] = samples;
      const seconds = oldest === undefined ? 0 : (clock.now() - oldest.at_ms) / 1_000;
      if (oldest === undefined || seconds <= 0) return 0;
      return Math.round((sum(read(), wanted) - sum(oldest.values, wanted)) / seconds * 10) / 10;
    },
    sample() {
      const now = clock.now();
      const last = samples.at(-1);
      if (last !== undefined && now - last.at_ms < SAMPLE_EVERY_MS) return;
      // The youngest of those that are too old stays: a window is never shorter than what it says.
      const old = samples.findLastIndex(({ at_ms }) => now - at_ms >= WINDOW_MS);
      samples = [...samples.slice(Math.max(0, old)), { at_ms: now, values: read() }];
    },
  };
}
