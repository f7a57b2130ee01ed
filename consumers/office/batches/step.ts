import type { Batch, BatchCounts, BatchPart } from "../../../shared/contracts/batches.ts";
import type { Unread } from "../doubts.ts";
import type { Work } from "../work.ts";

/** What a step is part of. */
export interface Doing {
  readonly batch: Batch;
  readonly part: BatchPart;
  /** Reads what the provider has to tell, as after a notification. */
  readonly readLive: () => Promise<void>;
}

/** What a step did. */
export interface Stepped {
  /** Where the next one begins. */
  readonly place: string;
  readonly done: boolean;
  /** How much of the part is done, 0 to 1. */
  readonly share: number;
  readonly counts: Partial<Omit<BatchCounts, "failed">>;
  readonly unread: readonly Unread[];
  /** Why nothing could be done, where that is no failure. */
  readonly reason?: string;
}

/** A few seconds of work, safe to repeat: a crash begins it again. */
export type Step = (work: Work, doing: Doing, place: string) => Promise<Stepped>;

/** Ids are digests, so how far an id is among all ids tells how far a walk in their order has come. */
export function shareOf(doc_id: string): number {
  return Number.parseInt(doc_id.slice(0, 8), 16) / 2 ** 32;
}
