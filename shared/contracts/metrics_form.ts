/** What an entry of the table of metrics says. */

/**
 * Every label, with what bounds its values: never a person, a document, an address, or anything else that grows with
 * what is held.
 */
export const LABELS = {
  topic: "a topic of ours",
  subscription: "a subscription of `SUBSCRIPTIONS`",
  service: "a service of `SERVICES`",
  outcome: "how it ended, a closed list of the code",
  result: "`acked` or `nacked`",
  kind: "a closed list of the code",
  provider: "`microsoft`, `google` or `import`",
  resource: "a resource of a connection, such as `mail`",
  source: "who notifies: `microsoft`, `google`, `gmail`",
  reason: "why, a closed list of the code",
  cause: "why a resource was read, a closed list of the code",
  api: "one of Google's APIs",
  family: "`push`, `webhooks` or `other`",
  method: "the HTTP method",
  route: "the pattern of a route, never a path",
  status: "an HTTP status, or its class",
  tick: "a scheduled tick",
  part: "`state`, `bus`, `index` or `topology`",
  where: "who lacked the document: a service, or `provider`",
  store: "`state`, `bus` or `index`",
  node: "the number of a Redis primary, counted from 0 in the order of their addresses",
  command: "a Redis command",
  action: "an action of the audit log",
  version: "the program's version",
} as const;

/** A label's name. */
export type LabelName = keyof typeof LABELS;

/** One family of numbers. */
export interface MetricConfig {
  readonly kind: "counter" | "gauge" | "histogram";
  readonly labels: readonly LabelName[];
  /** One sentence without its full stop, as Prometheus shows it. */
  readonly help: string;
  /** Upper bounds, ascending; for histograms. */
  readonly buckets?: readonly number[];
}

/** Families by name. */
export type MetricTable = Readonly<Record<string, MetricConfig>>;
