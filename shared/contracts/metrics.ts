/**
 * Every number that `/metrics` tells, by its name without `millrace_`. The types of counters and gauges come from this
 * table, and so does `docs/metrics.md`: what is not here can be neither counted nor shown.
 */
import { BUS_METRICS } from "./metrics_bus.ts";
import type { MetricTable } from "./metrics_form.ts";
import { OFFICE_METRICS } from "./metrics_office.ts";
import { PROCESS_METRICS } from "./metrics_process.ts";

export type { LabelName, MetricConfig } from "./metrics_form.ts";
export { LABELS } from "./metrics_form.ts";

/** Before every name but those that Prometheus has fixed for processes. */
export const METRIC_PREFIX = "millrace_";

/** All families, in the order of the documentation. */
export const METRICS = { ...BUS_METRICS, ...OFFICE_METRICS, ...PROCESS_METRICS } as const satisfies MetricTable;

/** A family. */
export type MetricName = keyof typeof METRICS;

type OfKind<K extends string> = {
  [N in MetricName]: (typeof METRICS)[N]["kind"] extends K ? N : never;
}[MetricName];

/** A family that only goes up. */
export type CounterName = OfKind<"counter">;
/** A family of durations. */
export type HistogramName = OfKind<"histogram">;

/** The labels of a family: all of them, and no others. */
export type LabelsOf<N extends MetricName> = Readonly<Record<(typeof METRICS)[N]["labels"][number], string>>;

/** One number of a family. */
export interface MetricValue {
  readonly name: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One number, its labels checked against the family's. */
export function metric<N extends MetricName>(name: N, labels: LabelsOf<N>, value: number): MetricValue {
  return { name, labels, value };
}

/** The name as Prometheus sees it. */
export function fullName(name: MetricName): string {
  return name.startsWith("process_") ? name : `${METRIC_PREFIX}${name}`;
}
