/** Writes `docs/metrics.md` from the table of metrics. `--check` only says whether it is up to date. */
import {
  fullName,
  type LabelName,
  LABELS,
  type MetricConfig,
  type MetricName,
  METRICS,
} from "../shared/contracts/metrics.ts";
import { BUS_METRICS } from "../shared/contracts/metrics_bus.ts";
import { OFFICE_METRICS } from "../shared/contracts/metrics_office.ts";
import { say, warn } from "./terminal.ts";

const PATH = new URL("../docs/metrics.md", import.meta.url);

const HEAD = `# Metrics

Made by \`deno run scripts/metrics_docs.ts\` from \`shared/contracts/metrics.ts\`; do not edit.

\`GET /metrics\` answers in Prometheus's text format, and in OpenMetrics to who asks for it. It takes the admin key or
\`METRICS_TOKEN\` as bearer, and needs neither from loopback.

Each instance counts what it did itself: sum over instances. What is asked of a store (backlogs, Redis, ticks,
subscriptions at the providers) is the same whichever instance tells it: take the maximum. With Pub/Sub the backlog
comes from Cloud Monitoring, which needs \`roles/monitoring.viewer\` and is minutes behind.

Labels never name a person, a document or an address, so the number of series does not grow with what is held. A family
holds at most 1,000 series; more are counted together under \`overflow="true"\`.

Throughput is a rate: \`sum by (service) (rate(millrace_deliveries_total{result="acked"}[5m]))\`. The alert rules and
dashboards in \`deploy/\` use nothing but these names, and tests hold them to it.
`;

const GROUPS = [
  ["The bus, dispatch and the API", (name: MetricName) => name in BUS_METRICS],
  ["The providers and scheduled work", (name: MetricName) => name in OFFICE_METRICS],
  ["The stores and the process", (name: MetricName) => !(name in BUS_METRICS || name in OFFICE_METRICS)],
] as const;

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Cells padded as the formatter does. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((cells) => (cells[at] ?? "").length)));
  const padded = (cells: readonly string[]) => row(cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)));
  return [padded(heads), row(widths.map((width) => "-".repeat(width))), ...rows.map(padded)].join("\n");
}

function family(name: MetricName): readonly string[] {
  const { kind, labels, help }: MetricConfig = METRICS[name];
  return [`\`${fullName(name)}\``, kind, labels.map((label) => `\`${label}\``).join(", "), help];
}

/** The document's text. */
export function metricsDocument(): string {
  const names = Object.keys(METRICS) as MetricName[];
  const groups = GROUPS.map(([title, isIn]) =>
    `## ${title}\n\n${table(["name", "kind", "labels", "what"], names.filter(isIn).map(family))}\n`
  );
  const labels = (Object.keys(LABELS) as LabelName[]).map((name) => [`\`${name}\``, LABELS[name]]);
  return `${HEAD}\n${groups.join("\n")}\n## Labels\n\n${table(["label", "values"], labels)}\n`;
}

if (import.meta.main) {
  const wanted = metricsDocument();
  if (Deno.args.includes("--check")) {
    if (await Deno.readTextFile(PATH).catch(() => "") !== wanted) {
      warn("docs/metrics.md is out of date: run deno run --allow-write=docs scripts/metrics_docs.ts");
      Deno.exit(1);
    }
  } else {
    await Deno.writeTextFile(PATH, wanted);
    say("docs/metrics.md written");
  }
}
