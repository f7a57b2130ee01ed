/** Office: reads what changed at the providers and publishes it as events. */
import { PermanentError, TransientError } from "../../shared/contracts/errors.ts";
import type { ResourceKey } from "../../shared/contracts/ids.ts";
import type { ProviderChange, SyncTask } from "../../shared/contracts/messages.ts";
import type { Connection } from "../../shared/contracts/records.ts";
import type { Consumer, Delivery } from "../registry.ts";
import { isGiven } from "./choices.ts";
import { noteWithdrawn, readConnection, recordRead } from "./connections.ts";
import type { FirstSync } from "./batches/first_sync.ts";
import { hindranceOf, notNow } from "./hindrance.ts";
import { hold, requestedRound } from "./hold.ts";
import { isRedelivered, publishContinuation, resourceHeld } from "./messages.ts";
import type { Wakeups } from "./signal.ts";
import { followTargets } from "./subscriptions.ts";
import { withdrawResource } from "./withdraw.ts";
import type { OfficePorts } from "./work.ts";

export { createSignaller, createWakeups, type Signal, type Signaller, type Wakeups } from "./signal.ts";
export type { BatchWish, Command } from "./batches/mod.ts";
export { type Batches, BatchSummary, BatchView, openBatches } from "./batches/mod.ts";
export { beginRefill } from "./batches/refill.ts";
export { createCare } from "./care.ts";
export { rememberAccount } from "./accounts.ts";
export { choose } from "./choose.ts";
export type { ContainerOffer } from "./containers.ts";
export { type Expiry, soonestExpiries } from "./expiries.ts";
export { isGiven } from "./choices.ts";
export { healthOf, type ResourceHealth } from "./health.ts";
export { type Imports, openImports } from "./imports.ts";
export { connected } from "./connect.ts";
export { type Due, dueId, dueRecords, listDue } from "./due.ts";
export { disconnect, endingSlice } from "./ending.ts";
export { forgetConnection } from "./forget_connection.ts";
export { pollSlice, unplanPolls } from "./polls.ts";
export { renewalSlice } from "./renewals.ts";
export { checkSlice } from "./strays.ts";
export { verificationSlice } from "./verifications.ts";
export type { OfficePorts } from "./work.ts";

/** After a refusal for good, nobody calls the provider for that resource this long. */
const REFUSED_MS = 15 * 60_000;

/** One slice of looking after running batches, loaded when first called. */
export async function watchBatches(ports: OfficePorts): Promise<{ readonly done: number; readonly more: boolean }> {
  const { watchSlice } = await import("./batches/send.ts");
  return await watchSlice(ports);
}

/** The office consumer: `provider-changes` and `sync-tasks`. */
export function createOffice(ports: OfficePorts, wakeups: Wakeups): Consumer {
  return {
    service: "office",
    kind: "internal",
    handlers: {
      "provider-changes": (change, delivery) => readChanges(ports, wakeups, change, delivery),
      "sync-tasks": (task, delivery) => doTask(ports, wakeups, task, delivery),
    },
  };
}

/** Reads a resource to where the provider says that there is no more. */
async function readChanges(
  ports: OfficePorts,
  wakeups: Wakeups,
  change: ProviderChange,
  delivery: Delivery,
): Promise<string> {
  const { deps } = ports;
  const key: ResourceKey = {
    user_id: change.user_id,
    connection_id: change.connection_id,
    resource: change.resource,
  };
  const connection = await readConnection(ports.state, key);
  if (change.cause === "withdraw") return await withdrawChanges(ports, wakeups, change, connection, delivery);
  const hindrance = hindranceOf(ports, connection, key);
  // Nothing is lost: whoever signs in again, or configures the provider again, has everything read.
  if (connection === null || hindrance !== null) return hindrance ?? "connection_gone";
  const expectant = change.cause === "notification" || change.cause === "lifecycle";
  const tally = { published: 0, unchanged: 0, refused: 0 };
  // A round has begun for it already and did not end, so the counters say nothing of it: whoever holds the resource,
  // be it for a task that reads a few documents only, has to read on.
  if (change.cause === "continuation" || isRedelivered(delivery)) await ports.state.leases.raise(key);
  const first = await firstSyncOf(ports, connection, key);
  try {
    const end = await hold(ports, wakeups, {
      key,
      message: change.change_id,
      connection,
      traceparent: change.traceparent,
      batch_id: first?.batch_id ?? "",
      correlation_id: first?.correlation_id ?? change.change_id,
      expectant,
      ...(first === null ? {} : { onPage: (work) => first.tell(work) }),
      first: async (work) => {
        try {
          await requestedRound(work, wakeups, expectant);
        } finally {
          Object.assign(tally, work.tally);
        }
      },
    }, delivery);
    if (end === "held_by_another" || end === "not_given") return end;
    if (end === "hand_over") await publishContinuation(ports, key, change.provider, change);
    else await followTargets(ports, connection, key);
    await first?.keep(tally, end === "done");
    countFound(ports, connection, change, tally.published);
    await recordRead(ports, key, {
      state: end === "done" ? "active" : "syncing",
      changed: tally.published > 0,
      notified: expectant,
    });
    return end;
  } catch (error) {
    if (error instanceof PermanentError && error.code === "needs_reauth") {
      deps.log.warn("office.needs_reauth", { connection_id: key.connection_id, resource: key.resource });
      return "needs_reauth";
    }
    // What the provider refuses for good it refuses at the next poll as well: one dead letter in a while tells of it.
    if (error instanceof PermanentError) {
      await ports.state.leases.waitUntil(key, Math.floor(await ports.state.micros() / 1_000) + REFUSED_MS);
    }
    // A store that is away, a lost lease, an instance that stops: none of them says anything of the account.
    if (error instanceof TransientError && error.scope === "whole") throw error;
    await first?.keep(tally, false);
    await recordRead(ports, key, {
      state: error instanceof TransientError && error.code === "throttled" ? "waiting" : "failing",
      changed: false,
      notified: expectant,
    });
    throw error;
  }
}

/** Counts what a read found by what had asked for it: what only a poll found, the provider should have told of. */
function countFound({ deps }: OfficePorts, connection: Connection, change: ProviderChange, published: number): void {
  if (published === 0) return;
  const { provider, resource, cause } = change;
  deps.counters.add("office_changes_total", { provider, resource, cause }, published);
  const status = connection.resources.find((each) => each.resource === resource);
  if (cause === "poll" && status?.state === "active" && status.delivery === "push") {
    deps.counters.add("office_missed_total", { provider, resource }, published);
  }
}

/** The batch that shows a first sync; of one that was read before, nothing is looked for. */
async function firstSyncOf(
  ports: OfficePorts,
  connection: Connection,
  { resource }: ResourceKey,
): Promise<FirstSync | null> {
  const status = connection.resources.find((each) => each.resource === resource);
  if (status === undefined || status.state === "active") return null;
  const { openFirstSync } = await import("./batches/first_sync.ts");
  return await openFirstSync(ports, connection, resource);
}

/** Withdraws what came of a resource that the person does not give any more. */
async function withdrawChanges(
  ports: OfficePorts,
  wakeups: Wakeups,
  change: ProviderChange,
  connection: Connection | null,
  delivery: Delivery,
): Promise<string> {
  const { user_id, connection_id, resource, change_id, traceparent } = change;
  const key: ResourceKey = { user_id, connection_id, resource };
  if (connection === null) return "connection_gone";
  if (connection.state !== "disconnected" && isGiven(connection, resource)) {
    // Whoever was to read it may have met a withdrawal that still held the resource.
    await publishContinuation(ports, key, change.provider);
    return "given_again";
  }
  if (!ports.providers.has(connection.provider)) throw notNow("provider_not_configured");
  const end = await hold(ports, wakeups, {
    key,
    message: change_id,
    connection,
    traceparent,
    batch_id: "",
    correlation_id: change_id,
    expectant: false,
    first: withdrawResource,
  }, delivery);
  if (end === "held_by_another") throw resourceHeld();
  if (end === "hand_over") await publishContinuation(ports, key, change.provider, { ...change, cause: "withdraw" });
  else await noteWithdrawn(ports, key);
  return end;
}

/** Loaded with the first task: most messages are changes. */
async function doTask(ports: OfficePorts, wakeups: Wakeups, task: SyncTask, delivery: Delivery): Promise<string> {
  switch (task.kind) {
    case "publish_again": {
      const { publishAgain } = await import("./publish_again.ts");
      return await publishAgain(ports, wakeups, task, delivery);
    }
    case "batch_slice": {
      const { runSlice } = await import("./batches/slice.ts");
      return await runSlice(ports, wakeups, task, delivery);
    }
  }
}
