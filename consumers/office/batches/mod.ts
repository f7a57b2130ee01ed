/** Batches of one installation, loaded when somebody first asks for one. */
import type { Batch } from "../../../shared/contracts/batches.ts";
import type { OfficePorts } from "../work.ts";
import type { BatchWish } from "./begin.ts";
import type { Command } from "./control.ts";
import type { BatchView } from "./view.ts";

export type { BatchWish } from "./begin.ts";
export type { Command } from "./control.ts";
export { BatchSummary, BatchView } from "./view.ts";

/** What can be done with batches. A person's only ever by that person's id. */
export interface Batches {
  begin(wish: BatchWish): Promise<Batch>;
  retry(user_id: string, batch_id: string): Promise<Batch>;
  /** Null when there is no such batch, here and below. */
  tell(user_id: string, batch_id: string, command: Command): Promise<Batch | null>;
  view(user_id: string, batch_id: string): Promise<BatchView | null>;
  /** The newest first. */
  list(user_id: string, after: string, limit: number): Promise<readonly Batch[]>;
}

/** Opens the batches. */
export function openBatches(ports: OfficePorts): Batches {
  return {
    async begin(wish) {
      const { beginBatch } = await import("./begin.ts");
      return await beginBatch(ports, wish);
    },
    async retry(user_id, batch_id) {
      const { retryBatch } = await import("./begin.ts");
      return await retryBatch(ports, user_id, batch_id);
    },
    async tell(user_id, batch_id, command) {
      const { tellBatch } = await import("./control.ts");
      return await tellBatch(ports, user_id, batch_id, command);
    },
    async view(user_id, batch_id) {
      const [{ BatchStore }, { viewOf }] = await Promise.all([import("./store.ts"), import("./view.ts")]);
      const batches = new BatchStore(ports.state, user_id);
      const batch = await batches.get(batch_id);
      return batch === null ? null : viewOf(batch, await batches.live(batch_id), ports.deps.clock.now());
    },
    async list(user_id, after, limit) {
      const { BatchStore } = await import("./store.ts");
      return await new BatchStore(ports.state, user_id).list(after, limit);
    },
  };
}
