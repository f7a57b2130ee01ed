/** Metrics of the stores and of the process. */
import type { MetricTable } from "./metrics_form.ts";

/** Families by name. */
export const PROCESS_METRICS = {
  ready: { kind: "gauge", labels: ["part"], help: "1 when the part can be used, else 0" },
  warnings: { kind: "gauge", labels: ["part"], help: "What operators are told of the part in /readyz" },
  redis_memory_bytes: { kind: "gauge", labels: ["node"], help: "Memory in use by Redis" },
  redis_memory_limit_bytes: { kind: "gauge", labels: ["node"], help: "Redis's maxmemory; 0: none" },
  redis_connections: { kind: "gauge", labels: ["node"], help: "Clients connected to Redis" },
  redis_keys_expired_total: { kind: "counter", labels: ["node"], help: "Keys that Redis removed at their time" },
  redis_keys_evicted_total: {
    kind: "counter",
    labels: ["node"],
    help: "Keys that Redis threw away for lack of memory; anything but 0 is data lost",
  },
  redis_keyspace_hits_total: { kind: "counter", labels: ["node"], help: "Look-ups of keys that were there" },
  redis_keyspace_misses_total: { kind: "counter", labels: ["node"], help: "Look-ups of keys that were not" },
  redis_commands_total: { kind: "counter", labels: ["node", "command"], help: "Commands that Redis has run" },
  redis_command_seconds_total: {
    kind: "counter",
    labels: ["node", "command"],
    help: "Time that Redis has spent in a command; divided by its count, the command's latency",
  },
  redis_round_trip_seconds: {
    kind: "gauge",
    labels: [],
    help: "How long Redis took to answer this scrape: its latency as this instance sees it",
  },
  store_writes_failing: {
    kind: "gauge",
    labels: ["store"],
    help: "1 when the last write to the store's file failed, as on a full disk, else 0",
  },
  store_file_bytes: {
    kind: "gauge",
    labels: ["store"],
    help: "Size of an embedded store's file with its write-ahead log",
  },
  data_dir_free_bytes: { kind: "gauge", labels: [], help: "Free space where DATA_DIR lies" },
  data_dir_size_bytes: { kind: "gauge", labels: [], help: "Size of the file system where DATA_DIR lies" },
  build_info: { kind: "gauge", labels: ["version"], help: "Always 1; the version is in the label" },
  process_start_time_seconds: { kind: "gauge", labels: [], help: "When the process started, since the epoch" },
  process_cpu_seconds_total: { kind: "counter", labels: [], help: "Processor time spent, user and system" },
  process_resident_memory_bytes: { kind: "gauge", labels: [], help: "Memory that the process holds" },
  process_heap_bytes: { kind: "gauge", labels: [], help: "JavaScript heap in use" },
} as const satisfies MetricTable;
