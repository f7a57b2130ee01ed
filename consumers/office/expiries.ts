/** When the subscriptions at the providers end, for who watches over them. */
import { COLLECTIONS, DueRenewal } from "../../shared/contracts/records.ts";
import type { ProviderName } from "../../shared/contracts/names.ts";
import type { State } from "../../shared/state/port.ts";
import { listDue } from "./due.ts";
import { RETRY_MS } from "./renewals.ts";
import { readSubscription } from "./subscription_records.ts";

/** A scrape looks at so many: those whose attempts come first, which are also those that are in trouble. */
const LOOKED_AT_MAX = 200;

/** The subscriptions of one provider with an attempt due soon. */
export interface Expiry {
  readonly provider: ProviderName;
  readonly due: number;
  /** Of the one that ends first; negative when it has ended. */
  readonly expires_in_seconds: number;
  /** Attempts until then, one in five minutes. */
  readonly attempts_left: number;
}

/**
 * Looks at what is due within one interval of attempts. A subscription is renewed long before it ends and tried again
 * at each interval, so whatever is in danger is among these; all others have two thirds of their life before them.
 */
export async function soonestExpiries(state: State, now_ms: number): Promise<readonly Expiry[]> {
  const due = await listDue(state, COLLECTIONS.dueRenewals, DueRenewal, now_ms + RETRY_MS, LOOKED_AT_MAX);
  const records = await Promise.all(due.map(({ value }) => readSubscription(state, value.subscription_id)));
  const byProvider = new Map<ProviderName, number[]>();
  for (const record of records) {
    // One that was replaced is to end, and one that was never made has not begun to run out.
    if (record === null || record.state === "replaced" || record.expires_at === "") continue;
    byProvider.set(record.provider, [...byProvider.get(record.provider) ?? [], Date.parse(record.expires_at)]);
  }
  return Array.from(byProvider, ([provider, ends_ms]) => {
    const left_ms = Math.min(...ends_ms) - now_ms;
    const attempts_left = Math.max(0, Math.floor(left_ms / RETRY_MS));
    return { provider, due: ends_ms.length, expires_in_seconds: left_ms / 1_000, attempts_left };
  });
}
