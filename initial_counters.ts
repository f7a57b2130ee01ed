/**
 * Counters that alerts watch begin at zero when the instance starts: Prometheus sees an increase only between two
 * values, so the first dead letter of a series that was not there before would wake nobody.
 */
import type { TickName } from "./routes/mod.ts";
import { ResourceName } from "./shared/contracts/ids.ts";
import { DeadLetter } from "./shared/contracts/messages.ts";
import type { ProviderName } from "./shared/contracts/names.ts";
import type { SubscriptionConfig } from "./shared/contracts/subscriptions.ts";
import type { MemoryCounters } from "./shared/telemetry/mod.ts";
import { ERROR_KINDS } from "./consumers/dispatch/mod.ts";

/** What the instance has. */
export interface Counted {
  readonly subscriptions: readonly SubscriptionConfig[];
  readonly providers: Iterable<ProviderName>;
  readonly ticks: Iterable<TickName>;
}

/** Sets them to zero; what was counted already stays. */
export function startCounters(counters: MemoryCounters, { subscriptions, providers, ticks }: Counted): void {
  for (const { name: subscription, service } of subscriptions) {
    for (const kind of ERROR_KINDS) counters.begin("delivery_errors_total", { subscription, service, kind });
    for (const kind of DeadLetter.shape.kind.options) counters.begin("dead_letters_total", { subscription, kind });
  }
  for (const provider of providers) {
    counters.begin("provider_reauth_needed_total", { provider });
    counters.begin("change_searchable_seconds", { provider });
    for (const resource of ResourceName.options) {
      counters.begin("office_missed_total", { provider, resource });
      counters.begin("provider_throttled_total", { provider, resource });
    }
  }
  for (const tick of ticks) counters.begin("ticks_rode_along_total", { tick });
  counters.begin("http_refusals_total", { family: "push", status: "404" });
}
