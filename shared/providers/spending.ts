/** A provider's quotas, counted over all instances before they are spent. */
import type { Deps } from "../contracts/deps.ts";
import { TransientError } from "../contracts/errors.ts";
import type { ProviderName } from "../contracts/names.ts";
import type { Quotas } from "../state/port.ts";
import type { Cost } from "./port.ts";
import { SLEPT_MS_MAX } from "./retry.ts";

/** A backfill may take so much of a quota: the rest is for what changes now. */
const BACKFILL_SHARE = 0.75;

/** Who spends. */
export interface Spender {
  readonly provider: ProviderName;
  readonly backfill: boolean;
  readonly signal: AbortSignal;
}

/**
 * Spends the costs of a request, all of one API; waits while they are too much.
 * @throws TransientError `throttled` with the wait when that is too long to sleep, holding the lease
 */
export async function spendCosts(
  deps: Pick<Deps, "clock" | "counters">,
  quotas: Quotas,
  costs: readonly Cost[],
  { provider, backfill, signal }: Spender,
): Promise<void> {
  const [first] = costs;
  if (first === undefined) return;
  const { api } = first;
  const share = backfill ? BACKFILL_SHARE : 1;
  const spendings = costs.map(({ name, units, limit, within_ms }) => ({
    name,
    units,
    limit: Math.floor(limit * share),
    within_ms,
  }));
  for (let waited = false;; waited = true) {
    const wait_ms = await quotas.spend(`${provider}:${api}`, spendings);
    if (wait_ms === 0) {
      deps.counters.add("provider_quota_units_total", { provider, api }, first.units);
      return;
    }
    if (!waited) deps.counters.add("provider_quota_waits_total", { provider, api });
    if (wait_ms > SLEPT_MS_MAX) {
      throw new TransientError("throttled", `The provider's quota is spent for ${wait_ms} ms`, {
        retry_after_ms: wait_ms,
      });
    }
    await deps.clock.sleep(wait_ms, signal);
  }
}
