/** Metrics of the bus, of dispatch and of the API: what comes in, and what becomes of it. */
import type { MetricTable } from "./metrics_form.ts";

/** Seconds. A delivery takes a millisecond; a round of a mailbox takes minutes. */
const WORK_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 300] as const;

/** Seconds. Providers call an answer slow from 1 s on, and give up after 3 to 10 s. */
const ANSWER_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const;

/** Seconds, up to the fifteen minutes after which every resource has been read again. */
const FRESHNESS_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600] as const;

/** Families by name. */
export const BUS_METRICS = {
  bus_published_total: { kind: "counter", labels: ["topic"], help: "Messages published" },
  bus_deliveries_total: {
    kind: "counter",
    labels: ["subscription", "outcome"],
    help: "Deliveries of the embedded bus, by what it noted: acked, refused or exhausted",
  },
  bus_expired_total: {
    kind: "counter",
    labels: ["subscription"],
    help: "Messages that the embedded bus dropped unhandled, because their retention was over",
  },
  subscription_backlog: {
    kind: "gauge",
    labels: ["subscription"],
    help: "Messages not yet acknowledged, by the embedded bus or by Cloud Monitoring, which is minutes behind",
  },
  subscription_oldest_unacked_seconds: {
    kind: "gauge",
    labels: ["subscription"],
    help: "Age of the oldest message not yet acknowledged",
  },
  subscription_in_flight: {
    kind: "gauge",
    labels: ["subscription"],
    help: "Deliveries that this instance has admitted and not yet answered",
  },
  deliveries_total: {
    kind: "counter",
    labels: ["subscription", "service", "outcome", "result"],
    help: "Push deliveries, by how they were answered",
  },
  delivery_duration_seconds: {
    kind: "histogram",
    labels: ["subscription", "service"],
    help: "From a delivery's arrival to its answer, refusals at the door left out",
    buckets: WORK_SECONDS,
  },
  delivery_errors_total: {
    kind: "counter",
    labels: ["subscription", "service", "kind"],
    help: "Deliveries in which something failed: permanent, transient, store_away, deadline or bug",
  },
  idempotency_total: {
    kind: "counter",
    labels: ["service", "outcome"],
    help: "Events by what their claim and revision said: fresh, duplicate, busy or stale",
  },
  dead_letters_total: {
    kind: "counter",
    labels: ["subscription", "kind"],
    help: "Messages set aside as dead letters: permanent, transient, exhausted or waiting",
  },
  dead_letters_replayed_total: {
    kind: "counter",
    labels: ["subscription", "kind"],
    help: "Dead letters handed back to their subscription",
  },
  change_searchable_seconds: {
    kind: "histogram",
    labels: ["provider"],
    help: "From the provider's time of a change to its document in the index, first syncs and batches left out",
    buckets: FRESHNESS_SECONDS,
  },
  read_searchable_seconds: {
    kind: "histogram",
    labels: ["provider"],
    help: "From our read of a change to its document in the index",
    buckets: FRESHNESS_SECONDS,
  },
  http_requests_total: {
    kind: "counter",
    labels: ["method", "route", "status"],
    help: "Requests answered, push deliveries and webhooks left out",
  },
  http_request_duration_seconds: {
    kind: "histogram",
    labels: ["method", "route"],
    help: "From a request to its answer, push deliveries and webhooks left out",
    buckets: ANSWER_SECONDS,
  },
  http_refusals_total: {
    kind: "counter",
    labels: ["family", "status"],
    help: "Requests answered with a status of 400 or above, whoever refused them",
  },
  api_throttled_total: { kind: "counter", labels: [], help: "Requests above the limit of their key or person" },
  api_unauthorized_total: { kind: "counter", labels: ["reason"], help: "Requests without a valid key or token" },
  push_unauthorized_total: { kind: "counter", labels: ["reason"], help: "Pushes and ticks without a valid token" },
  index_full_total: {
    kind: "counter",
    labels: [],
    help:
      "Writes that the index refused for lack of memory or disk (Vespa's 507): its subscriptions pause until it has room",
  },
  audit_lost_total: {
    kind: "counter",
    labels: ["action"],
    help: "Entries of the audit log that could not be written after their action had happened",
  },
  audit_acting_for_total: { kind: "counter", labels: [], help: "Requests in which an operator acted for a person" },
} as const satisfies MetricTable;
