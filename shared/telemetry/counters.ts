import type { Counters } from "../contracts/deps.ts";
import {
  type CounterName,
  type HistogramName,
  type LabelsOf,
  type MetricConfig,
  type MetricName,
  METRICS,
  type MetricValue,
} from "../contracts/metrics.ts";

/** How many series (label combinations) a name may have. A label with a user's id in it stops here, not in memory. */
export const SERIES_PER_NAME_MAX = 1_000;

type Labels = Readonly<Record<string, string>>;

/** The durations of one series. */
export interface HistogramValue {
  readonly name: MetricName;
  readonly labels: Labels;
  /** How many there are of at most each of the family's bounds, and at last of all. */
  readonly cumulative: readonly number[];
  /** Seconds in all. */
  readonly sum: number;
}

/** Counters that are kept in this process and read as a whole, for `/metrics` and for tests. */
export interface MemoryCounters extends Counters {
  /** Makes a series at zero, so that its first step is seen as one. */
  begin<N extends CounterName | HistogramName>(name: N, labels: LabelsOf<N>): void;
  /** All series of counters, in the order of name and labels. */
  snapshot(): MetricValue[];
  /** All series of durations, in the same order. */
  histograms(): HistogramValue[];
}

/** One series: a counter has only a sum. */
interface Series {
  readonly labels: Labels;
  readonly bounds: readonly number[];
  /** Of each bucket by itself; the last is what is above every bound. */
  readonly counts: number[];
  sum: number;
}

const OVERFLOW: Labels = { overflow: "true" };

function sorted(labels: Labels): [string, string][] {
  return Object.entries(labels).sort(([a], [b]) => a < b ? -1 : 1);
}

/** In code unit order, as everywhere: a snapshot must not depend on the machine's language. */
function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The series of all families of one kind. */
class SeriesBook {
  readonly #names = new Map<MetricName, Map<string, Series>>();
  /** Hot paths pass the same frozen labels each time: their series is found without sorting and writing them out. */
  readonly #frozen = new WeakMap<Labels, Map<MetricName, Series>>();

  of(name: MetricName, labels: Labels): Series {
    return Object.isFrozen(labels) ? this.#frozenSeries(name, labels) : this.#series(name, labels);
  }

  *all(): Generator<[MetricName, Series]> {
    for (const [name, ofName] of [...this.#names].sort(byKey)) {
      for (const [, series] of [...ofName].sort(byKey)) yield [name, series];
    }
  }

  #frozenSeries(name: MetricName, labels: Labels): Series {
    let ofLabels = this.#frozen.get(labels);
    if (ofLabels === undefined) this.#frozen.set(labels, ofLabels = new Map());
    let series = ofLabels.get(name);
    if (series === undefined) ofLabels.set(name, series = this.#series(name, labels));
    return series;
  }

  #series(name: MetricName, labels: Labels): Series {
    let ofName = this.#names.get(name);
    if (ofName === undefined) this.#names.set(name, ofName = new Map());
    const pairs = sorted(labels);
    const key = JSON.stringify(pairs);
    const known = ofName.get(key);
    if (known !== undefined) return known;
    if (ofName.size >= SERIES_PER_NAME_MAX && labels !== OVERFLOW) return this.#series(name, OVERFLOW);
    const config: MetricConfig = METRICS[name];
    const bounds = config.buckets ?? [];
    const counts = new Array<number>(bounds.length + 1).fill(0);
    const series = { labels: Object.fromEntries(pairs), bounds, counts, sum: 0 };
    ofName.set(key, series);
    return series;
  }
}

/**
 * Opens an empty set of counters. When a name has {@link SERIES_PER_NAME_MAX} series, further label combinations are
 * counted together under `overflow="true"`: the sum over a name stays right. Throws a RangeError for a negative step.
 */
export function openCounters(): MemoryCounters {
  const counters = new SeriesBook();
  const durations = new SeriesBook();
  return {
    add(name, labels, by = 1) {
      if (!(by >= 0)) throw new RangeError(`Cannot add to counter "${name}": the step is ${by}`);
      counters.of(name, labels).sum += by;
    },
    observe(name, labels, seconds) {
      const series = durations.of(name, labels);
      // A clock that was set back must not take from what was counted.
      const duration = seconds > 0 ? seconds : 0;
      let bucket = 0;
      while (bucket < series.bounds.length && duration > (series.bounds[bucket] ?? Infinity)) bucket++;
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
      series.sum += duration;
    },
    begin(name, labels) {
      const { kind }: MetricConfig = METRICS[name];
      (kind === "histogram" ? durations : counters).of(name, labels);
    },
    snapshot: () => Array.from(counters.all(), ([name, { labels, sum }]) => ({ name, labels, value: sum })),
    histograms: () =>
      Array.from(durations.all(), ([name, { labels, counts, sum }]) => {
        let total = 0;
        return { name, labels, sum, cumulative: counts.map((count) => total += count) };
      }),
  };
}
