/** The messages that batches live by, and the watch over those that have none left. */
import type { Batch, BatchPart } from "../../../shared/contracts/batches.ts";
import { StoreAwayError } from "../../../shared/contracts/errors.ts";
import type { BatchSlice } from "../../../shared/contracts/messages.ts";
import { COLLECTIONS, DueBatch } from "../../../shared/contracts/records.ts";
import { readConnection } from "../connections.ts";
import { dueId, dueRecords, listDue } from "../due.ts";
import { hindranceOf } from "../hindrance.ts";
import type { OfficePorts } from "../work.ts";
import { endPart, finishBatch } from "./finish.ts";
import { BatchStore, hasEnded } from "./store.ts";

/** A running batch is looked after this often: a part that has not moved meanwhile gets its message again. */
const WATCH_EVERY_MS = 15 * 60_000;

/** A part that never moves though it was sent this often is given up. */
const STALLS_MAX = 8;

/** How many batches one slice of the tick looks after. */
const SLICE = 50;

/** Sends the message of each part that is not at its end; one that is sent twice is worked once. */
export async function publishSlices(ports: OfficePorts, { user_id, batch_id, kind }: Batch): Promise<void> {
  // Its parts are the rounds that its signals asked for.
  if (kind === "first_sync") return;
  const parts = await new BatchStore(ports.state, user_id).parts(batch_id);
  const waiting = parts.map(({ value }) => value).filter((part) => !hasEnded(part));
  await Promise.all(waiting.map((part) => publishSlice(ports, user_id, part)));
}

/** @throws StoreAwayError when the bus does not take it */
export async function publishSlice({ bus }: OfficePorts, user_id: string, part: BatchPart): Promise<void> {
  const { task_id, connection_id, provider, resource, batch_id, correlation_id } = part;
  const message: BatchSlice = {
    kind: "batch_slice",
    task_id,
    user_id,
    connection_id,
    provider,
    resource,
    batch_id,
    correlation_id,
    traceparent: "",
  };
  const [published] = await bus.publish("sync-tasks", [{ message, attributes: { provider } }]);
  if (published?.kind !== "published") {
    throw new StoreAwayError("The bus", new Error(published?.reason ?? "no answer for the message"));
  }
}

/** Has the batch looked after until it does not run any more. */
export async function watchBatch(
  { state, deps }: OfficePorts,
  { user_id, batch_id }: Batch,
  stalls = 0,
): Promise<void> {
  const value: DueBatch = { user_id, batch_id, stalls };
  const id = dueId(deps.clock.now() + WATCH_EVERY_MS, batch_id);
  await dueRecords(state).commit([{ op: "put", collection: COLLECTIONS.dueBatches, id, value }]);
}

/** One slice of the tick: batches whose messages were lost go on, and one that never does is given up. */
export async function watchSlice(ports: OfficePorts): Promise<{ done: number; more: boolean }> {
  const { state, deps } = ports;
  const due = await listDue(state, COLLECTIONS.dueBatches, DueBatch, deps.clock.now(), SLICE);
  for (const { id, value } of due) {
    const batch = await new BatchStore(state, value.user_id).get(value.batch_id);
    if (batch?.state === "running") {
      const moved = await look(ports, batch, value.stalls);
      await watchBatch(ports, batch, moved ? 0 : value.stalls + 1);
    }
    await dueRecords(state).commit([{ op: "delete", collection: COLLECTIONS.dueBatches, id }]);
  }
  return { done: due.length, more: due.length === SLICE };
}

/** @returns whether any part has moved since the last look */
async function look(ports: OfficePorts, batch: Batch, stalls: number): Promise<boolean> {
  const batches = new BatchStore(ports.state, batch.user_id);
  const since = new Date(ports.deps.clock.now() - WATCH_EVERY_MS).toISOString();
  const left = (await batches.parts(batch.batch_id)).filter(({ value }) => !hasEnded(value));
  const still = left.filter(({ value }) => value.updated_at < since);
  for (const part of still) {
    if (batch.kind === "first_sync") {
      const connection = await readConnection(ports.state, { ...part.value, user_id: batch.user_id });
      const hindrance = hindranceOf(ports, connection, part.value);
      if (hindrance !== null) await endPart(ports, batch.user_id, part, hindrance);
    } else if (stalls >= STALLS_MAX) await endPart(ports, batch.user_id, part, "stalled");
    else await publishSlice(ports, batch.user_id, part.value);
  }
  // The last part ended, and a crash came before the batch did.
  if (left.length === 0) await finishBatch(ports, batch.user_id, batch.batch_id);
  return still.length < left.length || left.length === 0;
}
