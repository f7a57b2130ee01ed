/** One slice of a part of a batch: some seconds of work under the lease, then the message of the next. */
import { type Batch, type BatchPart, FAILURES_MAX } from "../../../shared/contracts/batches.ts";
import { PermanentError, TransientError } from "../../../shared/contracts/errors.ts";
import type { ResourceKey } from "../../../shared/contracts/ids.ts";
import type { BatchSlice } from "../../../shared/contracts/messages.ts";
import type { Delivery } from "../../registry.ts";
import { readConnection } from "../connections.ts";
import { hindranceOf } from "../hindrance.ts";
import { hold, requestedRound } from "../hold.ts";
import { isRedelivered, publishContinuation, resourceHeld } from "../messages.ts";
import type { Wakeups } from "../signal.ts";
import { asBackfill, checkTime, type OfficePorts, type Work } from "../work.ts";
import { endPart, finishBatch } from "./finish.ts";
import { refreshStep } from "./refresh.ts";
import { publishSlice } from "./send.ts";
import type { Doing, Step } from "./step.ts";
import { BatchStore, hasEnded, type Stored } from "./store.ts";
import { addCounts } from "./view.ts";
import { noteVerification, verifyStep } from "./verify.ts";

/** What is told to a batch takes effect after this long, and one step. */
const SLICE_MS = 5_000;

/** Works the slice that the message stands for. */
export async function runSlice(
  ports: OfficePorts,
  wakeups: Wakeups,
  task: BatchSlice,
  delivery: Delivery,
): Promise<string> {
  const batches = new BatchStore(ports.state, task.user_id);
  const [batch, part] = await Promise.all([
    batches.get(task.batch_id),
    batches.part(task.batch_id, task.correlation_id),
  ]);
  if (batch === null || part === null) return "batch_gone";
  // Whoever resumes it sends the message again.
  if (batch.state !== "running") return batch.state;
  if (hasEnded(part.value)) {
    await finishBatch(ports, task.user_id, task.batch_id);
    return part.value.state;
  }
  if (part.value.task_id !== task.task_id) {
    // An earlier delivery did the slice and may have died before it sent the next message.
    if (delivery.attempt === 0 || isRedelivered(delivery)) await publishSlice(ports, task.user_id, part.value);
    return "stale";
  }
  return await workPart(ports, wakeups, { batch, part, task }, delivery);
}

interface Asked {
  readonly batch: Batch;
  readonly part: Stored<BatchPart>;
  readonly task: BatchSlice;
}

async function workPart(
  ports: OfficePorts,
  wakeups: Wakeups,
  { batch, part, task }: Asked,
  delivery: Delivery,
): Promise<string> {
  const { user_id, connection_id, resource } = task;
  const key: ResourceKey = { user_id, connection_id, resource };
  const failed = async (reason: string): Promise<string> => {
    await endPart(ports, user_id, part, reason);
    return "part_failed";
  };
  const connection = await readConnection(ports.state, key);
  const hindrance = hindranceOf(ports, connection, key);
  if (connection === null || hindrance !== null) return await failed(hindrance ?? "connection_gone");
  const slice: { after: BatchPart | null } = { after: null };
  try {
    const end = await hold(ports, wakeups, {
      key,
      message: task.task_id,
      connection,
      traceparent: task.traceparent,
      batch_id: task.batch_id,
      correlation_id: task.correlation_id,
      expectant: false,
      first: async (work) => {
        slice.after = await workSlice(work, wakeups, batch, part);
      },
    }, delivery);
    if (end === "not_given" && slice.after === null) return await failed("resource_gone");
    if (slice.after === null) throw resourceHeld();
    // The slice was done, and the round that followed it was not.
    if (end === "hand_over") await publishContinuation(ports, key, connection.provider);
  } catch (error) {
    if (error instanceof TransientError && error.code === "throttled") await tellWaiting(ports, part.value, user_id);
    if (!(error instanceof PermanentError)) throw error;
    // Of the round that followed the slice: the next slice finds it too.
    if (slice.after === null) return await failed(error.code);
  }
  return slice.after === null ? await failed("resource_gone") : await goOn(ports, key, slice.after);
}

async function goOn(ports: OfficePorts, key: ResourceKey, part: BatchPart): Promise<string> {
  if (!hasEnded(part)) {
    await publishSlice(ports, key.user_id, part);
    return "slice_done";
  }
  await finishBatch(ports, key.user_id, part.batch_id);
  return "part_done";
}

async function tellWaiting(ports: OfficePorts, part: BatchPart, user_id: string): Promise<void> {
  const updated_at = new Date(ports.deps.clock.now()).toISOString();
  await new BatchStore(ports.state, user_id).tell({ ...part, state: "waiting", reason: "throttled", updated_at });
}

/** Steps until the time is up, nothing is left, or a change asks for the resource: what is live goes first. */
async function workSlice(
  work: Work,
  wakeups: Wakeups,
  batch: Batch,
  { value: part, version }: Stored<BatchPart>,
): Promise<BatchPart> {
  const { clock, random } = work.ports.deps;
  const batches = new BatchStore(work.ports.state, work.key.user_id);
  const step: Step = batch.kind === "verify" ? verifyStep : refreshStep;
  const doing: Doing = { batch, part, readLive: () => requestedRound(work, wakeups, false) };
  const until = clock.now() + SLICE_MS;
  const slow = asBackfill(work);
  let now: BatchPart = { ...part, state: "running", reason: "" };
  let done = false;
  while (!done && clock.now() < until) {
    checkTime(work);
    const { place, share, counts, unread, reason = "", ...stepped } = await step(slow, doing, now.place);
    done = stepped.done;
    now = {
      ...now,
      place,
      share: done ? 1 : share,
      reason,
      counts: addCounts(now.counts, { ...counts, failed: unread.length }),
      failures: [...now.failures, ...unread.map(({ doc_id, reason }) => ({ doc_id, reason: reason.slice(0, 256) }))]
        .slice(0, FAILURES_MAX),
      updated_at: new Date(clock.now()).toISOString(),
    };
    await batches.tell(now);
    const { requested, started } = await work.ports.state.leases.signals(work.key);
    if (requested > started) break;
  }
  if (done && batch.kind === "verify") await noteVerification(work, now);
  const after: BatchPart = { ...now, state: done ? "done" : "running", task_id: random.uuid() };
  if (await batches.putPart(after, version)) return after;
  throw resourceHeld();
}
