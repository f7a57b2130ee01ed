/** Grafana dashboards: one for what flows, one for the providers, one for the stores and the process. */

type Unit = "short" | "s" | "ops" | "bytes" | "percentunit" | "dateTimeAsIso";

interface Panel {
  readonly title: string;
  readonly unit: Unit;
  /** Each expression with its legend. */
  readonly queries: readonly (readonly [expression: string, legend: string])[];
}

const rate = (counter: string, by: string, where = "") =>
  `sum by (${by}) (rate(millrace_${counter}${where === "" ? "" : `{${where}}`}[5m]))`;

const quantile = (share: number, histogram: string, by = "") =>
  `histogram_quantile(${share}, sum by (le${by === "" ? "" : `, ${by}`}) (rate(millrace_${histogram}_bucket[5m])))`;

const FLOW: readonly Panel[] = [
  { title: "Published", unit: "ops", queries: [[rate("bus_published_total", "topic"), "{{topic}}"]] },
  {
    title: "Acknowledged by service",
    unit: "ops",
    queries: [[rate("deliveries_total", "service", 'result="acked"'), "{{service}}"]],
  },
  {
    title: "Refused by outcome",
    unit: "ops",
    queries: [[rate("deliveries_total", "outcome", 'result="nacked"'), "{{outcome}}"]],
  },
  {
    title: "Dead letters",
    unit: "ops",
    queries: [[rate("dead_letters_total", "subscription, kind"), "{{subscription}} {{kind}}"]],
  },
  {
    title: "Backlog",
    unit: "short",
    queries: [["max by (subscription) (millrace_subscription_backlog)", "{{subscription}}"]],
  },
  {
    title: "Oldest unacknowledged",
    unit: "s",
    queries: [["max by (subscription) (millrace_subscription_oldest_unacked_seconds)", "{{subscription}}"]],
  },
  {
    title: "In flight",
    unit: "short",
    queries: [["sum by (subscription) (millrace_subscription_in_flight)", "{{subscription}}"]],
  },
  {
    title: "Delivery, p95",
    unit: "s",
    queries: [[quantile(0.95, "delivery_duration_seconds", "service"), "{{service}}"]],
  },
  {
    title: "Errors by kind",
    unit: "ops",
    queries: [[rate("delivery_errors_total", "service, kind"), "{{service}} {{kind}}"]],
  },
  { title: "Idempotency", unit: "ops", queries: [[rate("idempotency_total", "outcome"), "{{outcome}}"]] },
  {
    title: "Change to searchable",
    unit: "s",
    queries: [[quantile(0.5, "change_searchable_seconds"), "p50"], [
      quantile(0.99, "change_searchable_seconds"),
      "p99",
    ]],
  },
  {
    title: "API, p95 by route",
    unit: "s",
    queries: [[quantile(0.95, "http_request_duration_seconds", "route"), "{{route}}"]],
  },
];

const PROVIDERS: readonly Panel[] = [
  {
    title: "Notifications",
    unit: "ops",
    queries: [
      [rate("webhooks_accepted_total", "source"), "{{source}} accepted"],
      [rate("webhooks_dropped_total", "source, reason"), "{{source}} {{reason}}"],
      [rate("webhooks_refused_total", "source, reason"), "{{source}} refused: {{reason}}"],
    ],
  },
  {
    title: "Requests",
    unit: "ops",
    queries: [[rate("provider_requests_total", "provider, status"), "{{provider}} {{status}}"]],
  },
  {
    title: "Told to wait, and waiting",
    unit: "ops",
    queries: [
      [rate("provider_throttled_total", "provider"), "{{provider}} throttled"],
      ["sum (rate(millrace_provider_budget_waits_total[5m]))", "mailbox busy"],
      [rate("provider_quota_waits_total", "api"), "{{api}} quota"],
    ],
  },
  { title: "Changes by what found them", unit: "ops", queries: [[rate("office_changes_total", "cause"), "{{cause}}"]] },
  {
    title: "Changes nobody told of",
    unit: "ops",
    queries: [[rate("office_missed_total", "provider, resource"), "{{provider}} {{resource}}"]],
  },
  {
    title: "Attempts left to the subscription that ends first",
    unit: "short",
    queries: [["min by (provider) (millrace_provider_subscription_attempts_left)", "{{provider}}"]],
  },
  {
    title: "Subscriptions made, renewed, failed",
    unit: "ops",
    queries: [[rate("provider_subscription_attempts_total", "provider, outcome"), "{{provider}} {{outcome}}"]],
  },
  {
    title: "Grants that ended",
    unit: "ops",
    queries: [[rate("provider_reauth_needed_total", "provider"), "{{provider}}"]],
  },
  {
    title: "Since each tick ran",
    unit: "s",
    queries: [["time() - max by (tick) (millrace_tick_last_run_timestamp_seconds)", "{{tick}}"]],
  },
];

const STORES: readonly Panel[] = [
  { title: "Ready", unit: "short", queries: [["min by (part) (millrace_ready)", "{{part}}"]] },
  {
    title: "Redis memory",
    unit: "bytes",
    queries: [["max by (node) (millrace_redis_memory_bytes)", "used {{node}}"], [
      "max by (node) (millrace_redis_memory_limit_bytes)",
      "limit {{node}}",
    ]],
  },
  { title: "Redis connections", unit: "short", queries: [["max by (node) (millrace_redis_connections)", "{{node}}"]] },
  {
    title: "Redis command latency",
    unit: "s",
    queries: [[
      `${rate("redis_command_seconds_total", "command")} / ${rate("redis_commands_total", "command")}`,
      "{{command}}",
    ], ["max (millrace_redis_round_trip_seconds)", "round trip"]],
  },
  {
    title: "Redis keys expired and evicted",
    unit: "ops",
    queries: [[rate("redis_keys_expired_total", "node"), "expired {{node}}"], [
      rate("redis_keys_evicted_total", "node"),
      "evicted {{node}}",
    ]],
  },
  { title: "Redis hit rate", unit: "percentunit", queries: [["millrace:redis_hit_ratio:rate5m", "hits"]] },
  { title: "Files", unit: "bytes", queries: [["max by (store) (millrace_store_file_bytes)", "{{store}}"]] },
  {
    title: "Room on the disk",
    unit: "bytes",
    queries: [["min (millrace_data_dir_free_bytes)", "free"], ["max (millrace_data_dir_size_bytes)", "size"]],
  },
  { title: "Memory", unit: "bytes", queries: [["process_resident_memory_bytes", "{{instance}}"]] },
  { title: "Processor", unit: "percentunit", queries: [["rate(process_cpu_seconds_total[5m])", "{{instance}}"]] },
];

const WIDTH = 8;
const HEIGHT = 8;
const COLUMNS = 3;

function dashboard(uid: string, title: string, panels: readonly Panel[]) {
  return {
    uid,
    title,
    tags: ["millrace"],
    schemaVersion: 39,
    time: { from: "now-6h", to: "now" },
    refresh: "30s",
    panels: panels.map((panel, at) => ({
      id: at + 1,
      type: "timeseries",
      title: panel.title,
      datasource: { type: "prometheus", uid: "prometheus" },
      gridPos: { x: (at % COLUMNS) * WIDTH, y: Math.floor(at / COLUMNS) * HEIGHT, w: WIDTH, h: HEIGHT },
      fieldConfig: { defaults: { unit: panel.unit, min: 0 }, overrides: [] },
      targets: panel.queries.map(([expr, legendFormat], position) => ({
        refId: String.fromCharCode("A".charCodeAt(0) + position),
        expr,
        legendFormat,
      })),
    })),
  };
}

/** The files by name. */
export function dashboardFiles(): ReadonlyMap<string, string> {
  const text = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return new Map([
    ["grafana/dashboards/flow.json", text(dashboard("millrace-flow", "Millrace: what flows", FLOW))],
    ["grafana/dashboards/providers.json", text(dashboard("millrace-providers", "Millrace: providers", PROVIDERS))],
    ["grafana/dashboards/stores.json", text(dashboard("millrace-stores", "Millrace: stores and process", STORES))],
  ]);
}
