/** Batches and their parts in the person's records, and the live progress beside them. */
import { Batch, BatchPart, BatchProgress } from "../../../shared/contracts/batches.ts";
import { COLLECTIONS } from "../../../shared/contracts/records.ts";
import type { Records, State } from "../../../shared/state/port.ts";

/** More parts than a person can have resources. */
const PARTS_MAX = 1_000;

/** A batch is written by its commands and by the end of each part; after this many lost races a change is given up. */
const CHANGE_TRIES_MAX = 10;

/** A record as it was read. */
export interface Stored<T> {
  readonly value: T;
  readonly version: number;
}

/** The batches of one person. */
export class BatchStore {
  readonly records: Records;
  readonly #progress: State["progress"];

  constructor(state: Pick<State, "records" | "progress">, user_id: string) {
    this.records = state.records({ user_id });
    this.#progress = state.progress;
  }

  /** Null when there is none of that id. */
  async get(batch_id: string): Promise<Batch | null> {
    const record = await this.records.get(COLLECTIONS.batches, batch_id);
    return record === null ? null : Batch.parse(record.value);
  }

  /** The newest first. */
  async list(after: string, limit: number): Promise<readonly Batch[]> {
    const records = await this.records.list(COLLECTIONS.batches, { after, limit });
    return records.map(({ value }) => Batch.parse(value));
  }

  /** All parts of a batch, as they were at the end of their last slice. */
  async parts(batch_id: string): Promise<readonly Stored<BatchPart>[]> {
    // "}" follows "|".
    const range = { after: `${batch_id}|`, before: `${batch_id}}`, limit: PARTS_MAX };
    const records = await this.records.list(COLLECTIONS.batchParts, range);
    return records.map(({ value, version }) => ({ value: BatchPart.parse(value), version }));
  }

  /** Null when there is none of that name. */
  async part(batch_id: string, correlation_id: string): Promise<Stored<BatchPart> | null> {
    const record = await this.records.get(COLLECTIONS.batchParts, partId(batch_id, correlation_id));
    return record === null ? null : { value: BatchPart.parse(record.value), version: record.version };
  }

  /** Writes a part as it is after a slice. @returns false when another one wrote it meanwhile */
  async putPart(part: BatchPart, version: number): Promise<boolean> {
    const at = { collection: COLLECTIONS.batchParts, id: partId(part.batch_id, part.correlation_id) };
    const { kind } = await this.records.commit([{ op: "check", ...at, version }, { op: "put", ...at, value: part }]);
    return kind === "committed";
  }

  /** Changes a batch, against whoever else does; `change` answers null when there is nothing to write. */
  async change(batch_id: string, change: (batch: Batch) => Batch | null): Promise<Batch | null> {
    const at = { collection: COLLECTIONS.batches, id: batch_id };
    for (let tries = 0; tries < CHANGE_TRIES_MAX; tries++) {
      const record = await this.records.get(at.collection, at.id);
      if (record === null) return null;
      const batch = Batch.parse(record.value);
      const value = change(batch);
      if (value === null) return batch;
      const { kind } = await this.records.commit([
        { op: "check", ...at, version: record.version },
        { op: "put", ...at, value },
      ]);
      if (kind === "committed") return value;
      if (kind === "erased") return null;
    }
    return null;
  }

  /** Tells whoever watches how far a part is. */
  async tell({ batch_id, correlation_id, state, reason, share, counts, updated_at }: BatchPart): Promise<void> {
    const progress: BatchProgress = { state, reason, share, counts, updated_at };
    await this.#progress.put(batch_id, correlation_id, progress);
  }

  /** The parts as they are right now: what runs says more of itself than its record. */
  async live(batch_id: string): Promise<readonly BatchPart[]> {
    const parts = (await this.parts(batch_id)).map(({ value }) => value);
    const told = await this.#progress.get(batch_id, parts.map(({ correlation_id }) => correlation_id));
    return parts.map((part, position) => {
      const progress = BatchProgress.safeParse(told[position]);
      const newer = progress.success && !hasEnded(part) && progress.data.updated_at >= part.updated_at;
      return newer ? { ...part, ...progress.data } : part;
    });
  }
}

/** The id of a part's record. */
export function partId(batch_id: string, correlation_id: string): string {
  return `${batch_id}|${correlation_id}`;
}

/** Whether nothing is left to do of a part. */
export function hasEnded({ state }: BatchPart): boolean {
  return state === "done" || state === "failed";
}
