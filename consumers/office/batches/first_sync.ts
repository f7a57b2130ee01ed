/**
 * The first sync of a connection, shown as a batch. It is the enumerating round itself, which ends in the cursor that
 * all later ones go on from; here it is only counted and told.
 */
import type { BatchPart } from "../../../shared/contracts/batches.ts";
import type { ResourceName } from "../../../shared/contracts/ids.ts";
import type { Connection } from "../../../shared/contracts/records.ts";
import type { OfficePorts, Work } from "../work.ts";
import { firstSyncId } from "./begin.ts";
import { finishBatch } from "./finish.ts";
import { BatchStore, hasEnded, type Stored } from "./store.ts";
import { addCounts } from "./view.ts";

/** One resource's part of a first sync, while one hold works on it. */
export interface FirstSync {
  readonly batch_id: string;
  readonly correlation_id: string;
  /** Tells who watches how far it is. */
  tell(work: Pick<Work, "tally">): Promise<void>;
  /** Keeps what the hold did; `done` when the resource was read to its end. */
  keep(tally: Work["tally"], done: boolean): Promise<void>;
}

/** The part that a resource's first sync is; null when it has none, or has ended. */
export async function openFirstSync(
  ports: OfficePorts,
  { user_id, connection_id, created_at }: Connection,
  resource: ResourceName,
): Promise<FirstSync | null> {
  const batches = new BatchStore(ports.state, user_id);
  const batch_id = await firstSyncId(ports, { user_id, connection_id, created_at });
  const part = batch_id === null ? null : await batches.part(batch_id, `${connection_id}-${resource}`);
  if (part === null || hasEnded(part.value)) return null;
  const { value }: Stored<BatchPart> = part;
  const now = (tally: Work["tally"], state: BatchPart["state"]): BatchPart => ({
    ...value,
    state,
    share: state === "done" ? 1 : 0,
    counts: addCounts(value.counts, {
      // What is set aside is noted in the ledger as well, and so among the unchanged.
      found: tally.published + tally.unchanged,
      fetched: tally.published + tally.unchanged,
      published: tally.published,
      unchanged: Math.max(0, tally.unchanged - tally.refused),
      failed: tally.refused,
    }),
    updated_at: new Date(ports.deps.clock.now()).toISOString(),
  });
  return {
    batch_id: value.batch_id,
    correlation_id: value.correlation_id,
    tell: ({ tally }) => batches.tell(now(tally, "running")),
    async keep(tally, done) {
      await batches.putPart(now(tally, done ? "done" : "running"), part.version);
      if (done) await finishBatch(ports, user_id, value.batch_id);
    },
  };
}
