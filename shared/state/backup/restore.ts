/** Checking a backup, and putting it into an empty state. */
import { PermanentError, TransientError } from "../../contracts/errors.ts";
import type { LedgerEntry, RecordOp, State } from "../port.ts";
import {
  BACKUP_VERSION,
  type BackupCounts,
  Head,
  invalid,
  type Line,
  type Lines,
  noCounts,
  type OnProgress,
  readLines,
  SLICE,
} from "./format.ts";

/** A backup that can be read as often as it is needed: each call begins at its first byte. */
export type OpenBackup = () => Promise<ReadableStream<BufferSource>>;

/**
 * Reads a whole backup without writing anything.
 * @throws PermanentError `backup_invalid` when it is broken off, damaged or of a newer form
 */
export async function checkBackup(open: OpenBackup): Promise<Checked> {
  const lines = readLines(await open());
  const { created_at, micros } = await headOf(lines);
  let newest = micros;
  let counts: BackupCounts | null = null;
  for await (const line of lines) {
    counts = "end" in line ? line.end : null;
    if ("resource" in line) newest = Math.max(newest, line.revision);
    if ("scope" in line) newest = Math.max(newest, line.floor);
  }
  if (counts === null) throw invalid("It ends in the middle: it was broken off when it was written or copied");
  return { created_at, newest, counts };
}

/** What a whole backup says of itself. */
export interface Checked {
  readonly created_at: string;
  /** The latest moment that anything in it rests on, microseconds: whatever is read later has to lie above it. */
  readonly newest: number;
  readonly counts: BackupCounts;
}

/**
 * Puts a backup into an empty state. What a crash leaves is not empty: begin again with an empty one.
 * @throws PermanentError `backup_invalid`; `state_not_empty`; `clock_behind` when revisions would not grow
 */
export async function restoreBackup(
  state: State,
  open: OpenBackup,
  onProgress: OnProgress = () => {},
): Promise<BackupCounts> {
  const { newest } = await checkBackup(open);
  await refuseUnlessEmpty(state);
  if (await state.micros() <= newest) {
    throw new PermanentError(
      "clock_behind",
      "The store's clock is behind the backup's: set it right, then begin again",
    );
  }
  const lines = readLines(await open());
  await headOf(lines);
  const counts = noCounts();
  let scope = "";
  let written: RecordOp[] = [];
  let resource: Restored | null = null;
  try {
    for await (const line of lines) {
      if ("scope" in line) {
        if (line.scope === scope) {
          await commitAll(state, scope, written);
          counts.records -= written.length;
        } else counts.scopes++;
        scope = line.scope;
        written = [];
        if (line.floor > 0) await state.records({ stored: scope }).raiseFloor(line.floor);
      } else if ("records" in line) {
        await state.records({ stored: scope }).commit(
          line.records.map(([collection, id, value]): RecordOp => ({ op: "put", collection, id, value })),
        );
        written.push(...line.records.map(([collection, id]): RecordOp => ({ op: "delete", collection, id })));
        counts.records += line.records.length;
      } else if ("resource" in line) {
        await resource?.end();
        resource = await beginResource(state, line);
        counts.resources++;
      } else if ("entries" in line) {
        await resource?.enter(line.entries);
        counts.entries += line.entries.length;
      }
      onProgress(counts);
    }
  } finally {
    await resource?.end();
  }
  return counts;
}

/** A resource that is being restored, under its lease. */
interface Restored {
  enter(entries: readonly LedgerEntry[]): Promise<void>;
  end(): Promise<void>;
}

async function beginResource(
  state: State,
  { resource, head }: Extract<Line, { resource: unknown }>,
): Promise<Restored> {
  const acquired = await state.leases.acquire(resource, "restore");
  if (acquired.kind !== "acquired") {
    throw new TransientError("state_in_use", "An instance works on this state: stop it, then begin again");
  }
  const { lease } = acquired;
  const ledger = state.ledger(resource);
  await ledger.commit(lease, { entries: [], head });
  return {
    async enter(entries) {
      if (!await state.leases.renew(lease)) {
        throw new TransientError("state_in_use", "The lease was lost: stop whatever uses this state, then begin again");
      }
      await ledger.commit(lease, { entries });
    },
    end: async () => void await state.leases.abandon(lease),
  };
}

async function refuseUnlessEmpty(state: State): Promise<void> {
  const snapshot = await state.snapshot();
  try {
    for await (const scope of snapshot.scopes()) {
      if (scope.name === TICKS) continue;
      for await (const { collection } of scope.records()) {
        throw new PermanentError(
          "state_not_empty",
          `Cannot restore: the state holds "${collection}" already. Give an empty one.`,
        );
      }
    }
    for await (const { key } of snapshot.resources()) {
      throw new PermanentError(
        "state_not_empty",
        `Cannot restore: the state holds the ledger of "${key.connection_id}" already. Give an empty one.`,
      );
    }
  } finally {
    await snapshot.close();
  }
}

/** What an instance notes by itself as soon as it runs. */
const TICKS = "system:ticks";

async function commitAll(state: State, stored: string, ops: readonly RecordOp[]): Promise<void> {
  for (let at = 0; at < ops.length; at += SLICE) await state.records({ stored }).commit(ops.slice(at, at + SLICE));
}

async function headOf(lines: Lines): Promise<Head> {
  const first = await lines.first();
  const head = Head.safeParse(first);
  if (!head.success) throw invalid("It does not begin as a backup does");
  if (head.data.millrace_backup > BACKUP_VERSION) {
    throw invalid(
      `It has the form ${head.data.millrace_backup}, this program knows ${BACKUP_VERSION}: take a newer one`,
    );
  }
  return head.data;
}
