/** The text that Prometheus reads. The library is loaded with the first scrape: what is counted until then is ours. */
import type { MetricValueWithName, RegistryContentType } from "prom-client";
import { fullName, type MetricConfig, type MetricName, METRICS, type MetricValue } from "../contracts/metrics.ts";
import type { HistogramValue } from "./counters.ts";

/** All that one scrape tells. */
export interface Scrape {
  /** Counters and gauges. */
  readonly values: readonly MetricValue[];
  readonly histograms: readonly HistogramValue[];
}

/** A scrape as text, with its media type. */
export interface Exposition {
  readonly text: string;
  readonly content_type: string;
}

/** What a scraper asks for that reads OpenMetrics. */
const OPEN_METRICS = /application\/openmetrics-text/;

/** Writes a scrape in the form that `accept` asks for; every family once, those without a series left out. */
export async function expose({ values, histograms }: Scrape, accept: string): Promise<Exposition> {
  // The library as one CommonJS module: its names are on the default export.
  const { default: prometheus } = await import("prom-client");
  const open = OPEN_METRICS.test(accept);
  const type = open ? prometheus.Registry.OPENMETRICS_CONTENT_TYPE : prometheus.Registry.PROMETHEUS_CONTENT_TYPE;
  const registry = new prometheus.Registry<RegistryContentType>();
  registry.setContentType(type);
  const families = new Map<MetricName, MetricValueWithName<string>[]>();
  const tell = (name: MetricName, value: number, labels: Readonly<Record<string, string>>, suffix = "") => {
    const told = families.get(name) ?? [];
    families.set(name, told);
    told.push({ value, labels: { ...labels }, ...(suffix === "" ? {} : { metricName: `${fullName(name)}${suffix}` }) });
  };
  for (const { name, labels, value } of values) tell(name, value, labels);
  for (const { name, labels, cumulative, sum } of histograms) {
    const { buckets = [] }: MetricConfig = METRICS[name];
    for (const [at, count] of cumulative.entries()) {
      tell(name, count, { le: at < buckets.length ? String(buckets[at]) : "+Inf", ...labels }, "_bucket");
    }
    tell(name, sum, labels, "_sum");
    tell(name, cumulative.at(-1) ?? 0, labels, "_count");
  }
  for (const [name, told] of families) {
    const { kind, help }: MetricConfig = METRICS[name];
    const metric = new prometheus.Gauge({ name: fullName(name), help, registers: [registry] });
    const empty = metric.get.bind(metric);
    // The library has no way to be given what others have counted; what it reads at a scrape is this, of any kind.
    Object.assign(metric, { type: kind, get: async () => ({ ...await empty(), values: told }) });
  }
  return { text: await registry.metrics(), content_type: type };
}
