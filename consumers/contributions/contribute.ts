/**
 * What a document gives to what is made of many: kept with its revision, so that a newer one replaces it and a deleted
 * one takes it back, whatever order events come in and however often.
 */
import type { z } from "zod";
import { TransientError } from "../../shared/contracts/errors.ts";
import type { Committed, RecordOp, Records } from "../../shared/state/port.ts";

/** What is kept of a document. After a delete, and for one that gives nothing, a revision and nothing else. */
export interface Kept {
  readonly revision: number;
}

/** A revision of a document, and what becomes of it. */
export interface Contribution<K extends Kept, S> {
  readonly records: Records;
  /** Where contributions are kept, by document id. */
  readonly collection: string;
  readonly schema: z.ZodType<K>;
  readonly doc_id: string;
  readonly revision: number;
  /** What this revision says. Asked for once, unless the revision is stale. */
  readonly read: () => Promise<S>;
  /** What follows from it, to be committed with the contribution, and what is kept of the contribution. */
  readonly change: (former: K | null, said: S) => Promise<{ readonly kept: K; readonly ops: readonly RecordOp[] }>;
  /** Where the change and its commit wait for others', or are done together with them. */
  readonly turn: (part: Part<K, S>) => Promise<Committed>;
  /** How a failure names what others keep writing, such as `shipments`. */
  readonly what: string;
  readonly signal: AbortSignal;
}

/** One try of replacing what a document contributed. */
export interface Part<K extends Kept, S> {
  readonly former: K | null;
  /** Of the record that holds it; what is written checks it. */
  readonly version: number;
  readonly said: S;
  /** Makes the change and commits it. */
  readonly commit: () => Promise<Committed>;
}

/** What came of a revision: `stale` when it or a newer one is known. */
export type Applied = "applied" | "stale" | "erased";

/** A write that another one overtook is tried again this often. */
const TRIES = 50;

/**
 * Replaces what a document contributed by what this revision of it says: new for old, in one step.
 * @throws TransientError when others keep writing
 */
export async function contribute<K extends Kept, S>(contribution: Contribution<K, S>): Promise<Applied> {
  const { records, collection, doc_id: id, revision } = contribution;
  let read: Promise<S> | null = null;
  for (let tries = 0; tries < TRIES; tries++) {
    contribution.signal.throwIfAborted();
    const record = await records.get(collection, id);
    const former = record === null ? null : contribution.schema.parse(record.value);
    if (former !== null && former.revision >= revision) return "stale";
    const said = await (read ??= contribution.read());
    const version = record?.version ?? 0;
    const commit = async () => {
      const { kept, ops } = await contribution.change(former, said);
      return await records.commit([...replacing({ collection, id, version, kept }), ...ops], revision);
    };
    const { kind } = await contribution.turn({ former, version, said, commit });
    if (kind === "erased") return "erased";
    if (kind === "committed") return "applied";
  }
  throw contended(contribution.what);
}

/** The writes that replace what is kept of a document, unless another one has. */
export function replacing(
  { collection, id, version, kept }: {
    readonly collection: string;
    readonly id: string;
    readonly version: number;
    readonly kept: Kept;
  },
): RecordOp[] {
  return [{ op: "check", collection, id, version }, { op: "put", collection, id, value: kept }];
}

/**
 * Commits a change that somebody asked for, read anew as often as another write overtakes it.
 * @param change what is to be written, and the answer then; null when there is nothing to change
 * @returns null too when the person was erased
 * @throws TransientError when others keep writing
 */
export async function commitAnew<T>(
  { records, micros, what }: {
    readonly records: Records;
    readonly micros: () => Promise<number>;
    readonly what: string;
  },
  change: () => Promise<{ readonly answer: T; readonly ops: readonly RecordOp[] } | null>,
): Promise<T | null> {
  for (let tries = 0; tries < TRIES; tries++) {
    const as_of = await micros();
    const made = await change();
    if (made === null) return null;
    const { kind } = await records.commit(made.ops, as_of);
    if (kind === "erased") return null;
    if (kind === "committed") return made.answer;
  }
  throw contended(what);
}

function contended(what: string): TransientError {
  return new TransientError(`${what}_contended`, `The person's ${what} are being written elsewhere`, {
    scope: "whole",
    retry_after_ms: 1_000,
  });
}
