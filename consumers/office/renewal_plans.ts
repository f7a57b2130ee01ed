/** When which subscription is attended to: each record has one planned attempt for as long as it exists. */
import { COLLECTIONS, type DueRenewal } from "../../shared/contracts/records.ts";
import type { RecordOp, State } from "../../shared/state/port.ts";
import { type Due, dueId, dueRecords } from "./due.ts";

const { dueRenewals, plannedRenewals } = COLLECTIONS;

/**
 * Plans the next attempt at a subscription. The one that was planned before is forgotten, and so is the `handled` one:
 * else each lifecycle event would begin a chain of renewals of its own.
 */
export async function planAttempt(
  state: State,
  subscription_id: string,
  at_ms: number,
  handled = "",
): Promise<Due<DueRenewal>> {
  const due = {
    id: dueId(Math.round(at_ms), subscription_id),
    value: { subscription_id, event: "" } satisfies DueRenewal,
  };
  await dueRecords(state).commit([
    ...await forgetOps(state, subscription_id, handled),
    { op: "put", collection: dueRenewals, id: due.id, value: due.value },
    { op: "put", collection: plannedRenewals, id: subscription_id, value: due.id },
  ]);
  return due;
}

/** Forgets all attempts at a subscription that nobody wants any more. */
export async function forgetAttempts(state: State, subscription_id: string, handled = ""): Promise<void> {
  await dueRecords(state).commit(await forgetOps(state, subscription_id, handled));
}

async function forgetOps(state: State, subscription_id: string, handled: string): Promise<RecordOp[]> {
  const planned = (await dueRecords(state).get(plannedRenewals, subscription_id))?.value;
  const ids = new Set([handled, typeof planned === "string" ? planned : ""].filter((id) => id !== ""));
  return [
    ...[...ids].map((id): RecordOp => ({ op: "delete", collection: dueRenewals, id })),
    { op: "delete", collection: plannedRenewals, id: subscription_id },
  ];
}
