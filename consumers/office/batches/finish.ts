/** The end of a part, and of the batch with its last one. */
import type { Batch } from "../../../shared/contracts/batches.ts";
import type { BatchPart } from "../../../shared/contracts/batches.ts";
import type { OfficePorts } from "../work.ts";
import { BatchStore, hasEnded, type Stored } from "./store.ts";
import { ranMs } from "./view.ts";

/** Ends a part that can't go on, with its reason; the other parts do. */
export async function endPart(
  ports: OfficePorts,
  user_id: string,
  { value: part, version }: Stored<BatchPart>,
  reason: string,
): Promise<void> {
  const batches = new BatchStore(ports.state, user_id);
  const updated_at = new Date(ports.deps.clock.now()).toISOString();
  await batches.putPart({ ...part, state: "failed", reason, share: 1, updated_at }, version);
  await finishBatch(ports, user_id, part.batch_id);
}

/** Ends the batch when all its parts have. */
export async function finishBatch(ports: OfficePorts, user_id: string, batch_id: string): Promise<void> {
  const batches = new BatchStore(ports.state, user_id);
  const parts = await batches.parts(batch_id);
  if (!parts.every(({ value }) => hasEnded(value))) return;
  const now_ms = ports.deps.clock.now();
  await batches.change(batch_id, (batch) => batch.ended_at === "" ? ended(batch, "finished", now_ms) : null);
}

/** The batch as it is once it does not go on. */
export function ended(batch: Batch, state: "finished" | "cancelled", now_ms: number): Batch {
  const now = new Date(now_ms).toISOString();
  return { ...batch, state, updated_at: now, ended_at: now, ran_ms: ranMs(batch, now_ms), running_since: "" };
}
