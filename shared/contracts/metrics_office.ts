/** Metrics of what happens at the providers: notifications, requests, subscriptions, scheduled work. */
import type { MetricTable } from "./metrics_form.ts";

/** Families by name. */
export const OFFICE_METRICS = {
  webhooks_accepted_total: { kind: "counter", labels: ["source"], help: "Notifications accepted" },
  webhooks_dropped_total: {
    kind: "counter",
    labels: ["source", "reason"],
    help: "Notifications acknowledged and ignored: unknown, forged, replaced or unreadable",
  },
  webhooks_refused_total: {
    kind: "counter",
    labels: ["source", "reason"],
    help: "Notifications answered 503, to be sent again: full, slow, late or away",
  },
  office_changes_total: {
    kind: "counter",
    labels: ["provider", "resource", "cause"],
    help: "Documents published, by what had asked for the read that found them",
  },
  office_missed_total: {
    kind: "counter",
    labels: ["provider", "resource"],
    help: "Documents that a poll found changed although the provider should have notified",
  },
  office_items_set_aside_total: {
    kind: "counter",
    labels: ["resource"],
    help: "Items of a mailbox that could not be worked and became dead letters by name",
  },
  office_stray_subscriptions_total: {
    kind: "counter",
    labels: ["provider"],
    help: "Subscriptions found at a provider that we know nothing of",
  },
  connections_made_total: { kind: "counter", labels: ["provider"], help: "Accounts connected" },
  verify_differences_total: {
    kind: "counter",
    labels: ["where", "resource"],
    help: "Documents that a verification found missing or old, and published again",
  },
  provider_requests_total: {
    kind: "counter",
    labels: ["provider", "resource", "status"],
    help: "Requests to providers by what they are for (account: none of them) and class of status; none: no answer",
  },
  provider_throttled_total: {
    kind: "counter",
    labels: ["provider", "resource"],
    help: "Answers of providers that said wait",
  },
  provider_budget_waits_total: {
    kind: "counter",
    labels: ["provider", "resource"],
    help: "Requests that waited because others to the same mailbox were under way",
  },
  provider_quota_units_total: { kind: "counter", labels: ["provider", "api"], help: "Quota units spent" },
  provider_quota_waits_total: {
    kind: "counter",
    labels: ["provider", "api"],
    help: "Requests that waited for the project's or the person's quota",
  },
  provider_token_refreshes_total: { kind: "counter", labels: ["provider"], help: "Access tokens refreshed" },
  provider_reauth_needed_total: {
    kind: "counter",
    labels: ["provider"],
    help: "Connections whose grant has ended: the person has to sign in again",
  },
  provider_cursors_lost_total: {
    kind: "counter",
    labels: ["provider"],
    help: "Cursors that a provider no longer knew, so that everything of them was read again",
  },
  provider_rounds_cut_total: {
    kind: "counter",
    labels: ["provider"],
    help: "Rounds that ended early because the provider's pages did not come to an end",
  },
  provider_items_unreadable_total: {
    kind: "counter",
    labels: ["provider", "resource"],
    help: "Items that a provider listed and would not give",
  },
  provider_subscription_attempts_total: {
    kind: "counter",
    labels: ["provider", "outcome"],
    help: "Attempts to make or renew a subscription at a provider: made, renewed or failed",
  },
  provider_subscriptions_due: {
    kind: "gauge",
    labels: ["provider"],
    help: "Subscriptions with an attempt due in the next five minutes, at most 200 of all providers",
  },
  provider_subscription_expiry_seconds: {
    kind: "gauge",
    labels: ["provider"],
    help: "Until the first of the due subscriptions ends; negative when it has",
  },
  provider_subscription_attempts_left: {
    kind: "gauge",
    labels: ["provider"],
    help: "Attempts, one in five minutes, that are left to the due subscription that ends first",
  },
  tick_last_run_timestamp_seconds: {
    kind: "gauge",
    labels: ["tick"],
    help: "When a slice of the tick last ran to its end, on any instance; 0: never",
  },
  ticks_rode_along_total: {
    kind: "counter",
    labels: ["tick"],
    help: "Slices of an overdue tick that a request ran because no scheduler had",
  },
  ticks_failed_total: { kind: "counter", labels: ["tick"], help: "Slices of a tick that failed" },
} as const satisfies MetricTable;
