import type { Counters } from "../contracts/deps.ts";

/** How many series (label combinations) a name may have. A label with a user's id in it stops here, not in memory. */
export const SERIES_PER_NAME_MAX = 1_000;

/** One number of a snapshot. Labels are in the order of their names. */
export interface CounterValue {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** Counters that are kept in this process and read as a whole, for `/metrics` and for tests. */
export interface MemoryCounters extends Counters {
  /** All series, in the order of name and labels. */
  snapshot(): CounterValue[];
}

type Series = { labels: Readonly<Record<string, string>>; value: number };

const OVERFLOW: Readonly<Record<string, string>> = { overflow: "true" };

function sorted(labels: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(labels).sort(([a], [b]) => a < b ? -1 : 1);
}

/** In code unit order, as everywhere: a snapshot must not depend on the machine's language. */
function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Opens an empty set of counters. When a name has {@link SERIES_PER_NAME_MAX} series, further label combinations are
 * counted together under `overflow="true"`: the sum over a name stays right. Throws a RangeError for a negative step.
 */
export function openCounters(): MemoryCounters {
  const names = new Map<string, Map<string, Series>>();
  /** Hot paths pass the same frozen labels each time: their series is found without sorting and writing them out. */
  const frozen = new WeakMap<object, Map<string, Series>>();

  function frozenSeriesOf(name: string, labels: Readonly<Record<string, string>>): Series {
    let ofLabels = frozen.get(labels);
    if (ofLabels === undefined) frozen.set(labels, ofLabels = new Map());
    let series = ofLabels.get(name);
    if (series === undefined) ofLabels.set(name, series = seriesOf(name, labels));
    return series;
  }

  function seriesOf(name: string, labels: Readonly<Record<string, string>>): Series {
    let ofName = names.get(name);
    if (ofName === undefined) names.set(name, ofName = new Map());
    const pairs = sorted(labels);
    const key = JSON.stringify(pairs);
    const known = ofName.get(key);
    if (known !== undefined) return known;
    if (ofName.size >= SERIES_PER_NAME_MAX && labels !== OVERFLOW) return seriesOf(name, OVERFLOW);
    const series = { labels: Object.fromEntries(pairs), value: 0 };
    ofName.set(key, series);
    return series;
  }

  return {
    add(name, labels = {}, by = 1) {
      if (!(by >= 0)) throw new RangeError(`Cannot add to counter "${name}": the step is ${by}`);
      const series = Object.isFrozen(labels) ? frozenSeriesOf(name, labels) : seriesOf(name, labels);
      series.value += by;
    },
    snapshot() {
      return [...names].sort(byKey).flatMap(([name, ofName]) =>
        [...ofName].sort(byKey).map(([, { labels, value }]) => ({ name, labels: { ...labels }, value }))
      );
    },
  };
}
