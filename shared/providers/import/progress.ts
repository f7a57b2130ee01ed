/** The records of a person's imports, as the reader of the files keeps them. */
import { COLLECTIONS } from "../../contracts/records.ts";
import { fileKey, ImportFile, type ImportRefusal, queueKey } from "../../contracts/imports.ts";
import type { ResourceKey } from "../../contracts/ids.ts";
import type { State } from "../../state/port.ts";
import type { Progress } from "./cursor.ts";
import type { Shelf } from "./shelf.ts";

type RecordsOf = Pick<State, "records">;

/** The files that wait for a resource, in the order of arrival. */
export async function waitingFiles(state: RecordsOf, key: ResourceKey, limit: number): Promise<ImportFile[]> {
  const { user_id, connection_id, resource } = key;
  const records = state.records({ user_id });
  const prefix = `${connection_id}|${resource}|`;
  const queued = await records.list(COLLECTIONS.importQueue, { after: prefix, before: `${prefix}~`, limit });
  const files = await Promise.all(queued.map(({ value }) => records.get(COLLECTIONS.importFiles, String(value))));
  return files.flatMap((record) => record === null ? [] : [ImportFile.parse(record.value)]);
}

/** Writes down how far a file was read when that is durable; one that is at its end is taken off the shelf. */
export async function settle(state: RecordsOf, shelf: Shelf, user_id: string, progress: Progress): Promise<void> {
  const records = state.records({ user_id });
  const stored = await records.get(COLLECTIONS.importFiles, progress.file);
  if (stored === null) return;
  const file = ImportFile.parse(stored.value);
  if (file.state === "done") return;
  const { offset, done, found, duplicates } = progress;
  const value: ImportFile = {
    ...file,
    state: done ? "done" : "waiting",
    read_bytes: done ? file.size_bytes : offset,
    found,
    duplicates,
  };
  // Before the record: one that is missing from the queue would stay on the shelf.
  if (done) await shelf.remove({ user_id, ...file });
  await records.commit([
    { op: "put", collection: COLLECTIONS.importFiles, id: progress.file, value },
    ...(done ? [{ op: "delete" as const, collection: COLLECTIONS.importQueue, id: queueKey(file) }] : []),
  ]);
}

/** Lists an item that could not be read; the same item is listed once. */
export async function noteRefused(
  state: RecordsOf,
  user_id: string,
  file: ImportFile,
  refusal: Omit<ImportRefusal, "name">,
): Promise<void> {
  const id = `${fileKey(file)}|${String(refusal.offset).padStart(15, "0")}`;
  const value: ImportRefusal = { name: file.name, ...refusal };
  await state.records({ user_id }).commit([{ op: "put", collection: COLLECTIONS.importRefusals, id, value }]);
}
