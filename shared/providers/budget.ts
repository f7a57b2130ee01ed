/** The mailbox's budget: few requests at once, over all instances, so that the person's own quota is never used up. */
import type { Deps } from "../contracts/deps.ts";
import { TransientError } from "../contracts/errors.ts";
import type { ProviderName } from "../contracts/names.ts";
import type { Slots } from "../state/port.ts";

/** Outlook allows 4 at once per app and mailbox, and has refused at 4: we stay at 3. */
export const REQUESTS_AT_ONCE_MAX = 3;

/** So many of them a backfill leaves to what changes now. */
const BACKFILL_LEAVES = 1;

/** A slot outlives its exchange by this; a dead holder's is then free again. */
const SLOT_SPARE_MS = 10_000;

/** How long to queue for a slot before the work is put off. */
const QUEUE_MS_MAX = 60_000;

/** Whose budget is used, and what for. */
export interface BudgetUse {
  readonly provider: ProviderName;
  /** The same for all who have connected it: its quota is one. */
  readonly account_id: string;
  readonly resource: string;
  readonly backfill: boolean;
}

/**
 * Runs `work`, which takes at most `work_ms_max`, while holding one of the mailbox's slots.
 * @throws TransientError `provider_busy` when none gets free in time; the signal's reason when it is aborted
 */
export async function withinBudget<T>(
  deps: Deps,
  slots: Slots,
  use: BudgetUse,
  work_ms_max: number,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const slot = await queued(deps, slots, use, work_ms_max + SLOT_SPARE_MS, signal);
  try {
    return await work();
  } finally {
    // A slot that can't be given back now is free when its time is up; the work's own outcome matters more.
    await slots.give(slot).catch((error) => deps.log.debug("provider.slot_not_given", { error }));
  }
}

async function queued(deps: Deps, slots: Slots, use: BudgetUse, ttl_ms: number, signal: AbortSignal) {
  const { provider, account_id, resource, backfill } = use;
  const name = `mailbox:${provider}:${account_id}`;
  const at_once = backfill ? REQUESTS_AT_ONCE_MAX - BACKFILL_LEAVES : REQUESTS_AT_ONCE_MAX;
  const end_ms = deps.clock.now() + QUEUE_MS_MAX;
  for (let tries = 0;; tries++) {
    signal.throwIfAborted();
    const slot = await slots.take(name, at_once, ttl_ms);
    if (slot !== null) return slot;
    if (tries === 0) deps.counters.add("provider_budget_waits_total", { provider, resource });
    if (deps.clock.now() >= end_ms) {
      throw new TransientError("provider_busy", "Other requests to this mailbox take all of its budget");
    }
    await deps.clock.sleep(Math.min(1_000, 50 * 2 ** tries) * (0.5 + deps.random.next()), signal);
  }
}
