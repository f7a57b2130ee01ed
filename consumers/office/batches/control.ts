/** Pause, resume, cancel: the next slice of each part finds the batch as it was told to be. */
import type { Batch } from "../../../shared/contracts/batches.ts";
import { PermanentError } from "../../../shared/contracts/errors.ts";
import type { OfficePorts } from "../work.ts";
import { ended } from "./finish.ts";
import { publishSlices, watchBatch } from "./send.ts";
import { BatchStore } from "./store.ts";
import { ranMs } from "./view.ts";

/** What a batch can be told. */
export type Command = "pause" | "resume" | "cancel";

/**
 * Tells a batch; telling it what it is already is fine, and a `resume` then sends its messages again.
 * @returns null when there is no such batch. @throws PermanentError `conflict` when it has ended
 */
export async function tellBatch(
  ports: OfficePorts,
  user_id: string,
  batch_id: string,
  command: Command,
): Promise<Batch | null> {
  const now_ms = ports.deps.clock.now();
  const batches = new BatchStore(ports.state, user_id);
  const batch = await batches.change(batch_id, (stored) => changed(stored, command, now_ms));
  if (batch?.state === "running") {
    await watchBatch(ports, batch);
    await publishSlices(ports, batch);
  }
  return batch;
}

function changed(batch: Batch, command: Command, now_ms: number): Batch | null {
  const now = new Date(now_ms).toISOString();
  if (batch.kind === "first_sync") {
    throw new PermanentError(
      "conflict",
      "A first sync runs by itself: disconnect the account, or leave a resource out",
    );
  }
  if (command === "cancel" && batch.state !== "finished") {
    return batch.state === "cancelled" ? null : ended(batch, "cancelled", now_ms);
  }
  if (batch.ended_at !== "") throw new PermanentError("conflict", `The batch is ${batch.state}: begin another one`);
  if (command === "pause") {
    if (batch.state === "paused") return null;
    return { ...batch, state: "paused", updated_at: now, ran_ms: ranMs(batch, now_ms), running_since: "" };
  }
  return batch.state === "running" ? null : { ...batch, state: "running", updated_at: now, running_since: now };
}
