/** Publishes that arrive together are one work of the group commit: few statements, and one answer for all of them. */
import type { GroupCommit } from "../../sqlite/mod.ts";
import { insertMessages } from "./store.ts";
import type { Draft } from "./topic.ts";

/** Messages of one work, so that a long list does not hold up the process. */
export const DRAFTS_PER_WORK_MAX = 500;

/** A work that has not run yet, so that more can join it. */
interface Batch {
  readonly drafts: Draft[];
  readonly written: Promise<void>;
}

/** Gathers what is published until its transaction begins. */
export class Inserts {
  readonly #commit: GroupCommit;
  readonly #onCommitted: (drafts: readonly Draft[]) => void;
  #open: Batch | undefined;

  /** @param onCommitted is given what a transaction wrote, in the order in which it was added, before any publisher hears of it */
  constructor(commit: GroupCommit, onCommitted: (drafts: readonly Draft[]) => void) {
    this.#commit = commit;
    this.#onCommitted = onCommitted;
  }

  /**
   * Resolves when the drafts are synced.
   * @throws StoreAwayError when their transaction could not be written: then nothing of it is there
   */
  add(drafts: readonly Draft[]): Promise<void> {
    let batch = this.#open;
    if (batch === undefined || batch.drafts.length + drafts.length > DRAFTS_PER_WORK_MAX) batch = this.#begin();
    batch.drafts.push(...drafts);
    return batch.written;
  }

  #begin(): Batch {
    const drafts: Draft[] = [];
    const written = this.#commit.run((db) => {
      // From here on a newcomer would come too late.
      if (this.#open === batch) this.#open = undefined;
      insertMessages(db, drafts);
    }).then(() => this.#onCommitted(drafts), (error) => {
      // Its transaction may have failed before it ran.
      if (this.#open === batch) this.#open = undefined;
      throw error;
    });
    const batch: Batch = { drafts, written };
    this.#open = batch;
    return batch;
  }
}
