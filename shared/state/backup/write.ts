/** Writing a backup, while the instance goes on. */
import type { LedgerEntry, ResourceSnapshot, ScopeSnapshot, Snapshot, State } from "../port.ts";
import {
  BACKUP_VERSION,
  type BackupCounts,
  type Head,
  type Line,
  type MutableCounts,
  noCounts,
  type OnProgress,
  SLICE,
} from "./format.ts";

/** A scope that changes while it is read is read again this often; then it is taken as it came. */
const READS_MAX = 4;

/** Writes a backup and closes the stream. @throws StoreAwayError; what was written then lacks its last line */
export async function writeBackup(
  state: State,
  now: Date,
  out: WritableStream<Uint8Array<ArrayBuffer>>,
  onProgress: OnProgress = () => {},
): Promise<BackupCounts> {
  const snapshot = await state.snapshot();
  try {
    const counts = noCounts();
    const head = { millrace_backup: BACKUP_VERSION, created_at: now.toISOString(), micros: await state.micros() };
    await ReadableStream.from(linesOf(snapshot, head, counts, onProgress))
      .pipeThrough(new CompressionStream("gzip"))
      .pipeTo(out);
    return counts;
  } finally {
    await snapshot.close();
  }
}

async function* linesOf(
  snapshot: Snapshot,
  head: Head,
  counts: MutableCounts,
  onProgress: OnProgress,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const line = (value: Head | Line) => encoder.encode(`${JSON.stringify(value)}\n`);
  yield line(head);
  for await (const scope of snapshot.scopes()) {
    counts.scopes++;
    for await (const each of scopeLines(scope, counts)) yield line(each);
    onProgress(counts);
  }
  for await (const resource of snapshot.resources()) {
    counts.resources++;
    for await (const each of resourceLines(resource, counts)) yield line(each);
    onProgress(counts);
  }
  yield line({ end: counts });
}

/** A scope that is begun again stands for itself alone: whoever restores forgets what came of it before. */
async function* scopeLines(scope: ScopeSnapshot, counts: MutableCounts): AsyncGenerator<Line> {
  for (let reads = 1;; reads++) {
    const before = counts.records;
    yield { scope: scope.name, floor: scope.floor };
    let slice: [string, string, unknown][] = [];
    for await (const { collection, id, value } of scope.records()) {
      slice.push([collection, id, value]);
      counts.records++;
      if (slice.length < SLICE) continue;
      yield { records: slice };
      slice = [];
    }
    if (slice.length > 0) yield { records: slice };
    if (!await scope.changed()) return;
    if (reads === READS_MAX) {
      counts.unsettled++;
      return;
    }
    counts.records = before;
  }
}

async function* resourceLines(resource: ResourceSnapshot, counts: MutableCounts): AsyncGenerator<Line> {
  yield { resource: resource.key, head: resource.head, revision: resource.revision };
  let slice: LedgerEntry[] = [];
  for await (const entry of resource.entries()) {
    slice.push(entry);
    counts.entries++;
    if (slice.length < SLICE) continue;
    yield { entries: slice };
    slice = [];
  }
  if (slice.length > 0) yield { entries: slice };
}
