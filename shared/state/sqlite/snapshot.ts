import { DatabaseSync } from "node:sqlite";
import { ResourceName } from "../../contracts/ids.ts";
import { integer, type Row, text } from "../../sqlite/mod.ts";
import type { LedgerEntry, ResourceSnapshot, ScopeSnapshot, Snapshot } from "../port.ts";
import { COLUMNS, entryOf } from "./ledger.ts";
import type { Store } from "./store.ts";

/** Rows that are read at once. */
const SLICE_ROWS = 500;

/** Copies the file to `path` and opens the copy, which is removed when the snapshot is closed. */
export async function takeSnapshot(store: Store, path: string): Promise<Snapshot> {
  // For this user's eyes only, whatever the umask; an empty file is written into.
  Deno.openSync(path, { create: true, truncate: true, write: true, mode: 0o600 }).close();
  let db: DatabaseSync;
  try {
    // What is under way is committed first: a copy can't be made inside a transaction.
    await store.write(() => {});
    await store.read((open) => open.copyTo(path));
    db = new DatabaseSync(path);
    // It has no other reader, and is not to leave a log beside it.
    db.exec("PRAGMA journal_mode = DELETE; PRAGMA query_only = ON;");
  } catch (error) {
    await Deno.remove(path);
    throw error;
  }
  return {
    scopes: () => scopesOf(db),
    resources: () => resourcesOf(db),
    async close() {
      db.close();
      await Deno.remove(path);
    },
  };
}

/** Rows by their key, slice by slice; `after` is given the last row of the slice before. */
async function* rowsOf(read: (last: Row | undefined) => Row[]): AsyncGenerator<Row> {
  for (let last: Row | undefined = undefined;;) {
    // Each slice is a turn of its own, so that others are answered in between.
    const rows: Row[] = await Promise.resolve(read(last));
    yield* rows;
    last = rows.at(-1);
    if (rows.length < SLICE_ROWS) return;
  }
}

async function* scopesOf(db: DatabaseSync): AsyncGenerator<ScopeSnapshot> {
  const scopes = db.prepare(
    `SELECT scope, coalesce((SELECT revision FROM floor WHERE floor.scope = named.scope), 0) AS floor
     FROM (SELECT scope FROM record UNION SELECT scope FROM floor) AS named WHERE scope > ? ORDER BY scope LIMIT ?`,
  );
  const records = db.prepare(
    `SELECT collection, id, value FROM record WHERE scope = ? AND (collection, id) > (?, ?)
     ORDER BY collection, id LIMIT ?`,
  );
  for await (const row of rowsOf((last) => scopes.all(last === undefined ? "" : text(last, "scope"), SLICE_ROWS))) {
    const name = text(row, "scope");
    yield {
      name,
      floor: integer(row, "floor"),
      async *records() {
        const found = rowsOf((last) =>
          last === undefined
            ? records.all(name, "", "", SLICE_ROWS)
            : records.all(name, text(last, "collection"), text(last, "id"), SLICE_ROWS)
        );
        for await (const record of found) {
          const value: unknown = JSON.parse(text(record, "value"));
          yield { collection: text(record, "collection"), id: text(record, "id"), value };
        }
      },
      changed: () => Promise.resolve(false),
    };
  }
}

async function* resourcesOf(db: DatabaseSync): AsyncGenerator<ResourceSnapshot> {
  const resources = db.prepare(
    "SELECT id, user_id, connection_id, resource, head, revision FROM resource WHERE id > ? ORDER BY id LIMIT ?",
  );
  const entries = db.prepare(
    `SELECT ${COLUMNS} FROM entry WHERE resource = ? AND doc_id > ? ORDER BY doc_id LIMIT ?`,
  );
  for await (const row of rowsOf((last) => resources.all(last === undefined ? -1 : integer(last, "id"), SLICE_ROWS))) {
    const id = integer(row, "id");
    yield {
      key: {
        user_id: text(row, "user_id"),
        connection_id: text(row, "connection_id"),
        resource: ResourceName.parse(row.resource),
      },
      head: text(row, "head"),
      revision: integer(row, "revision"),
      async *entries(): AsyncGenerator<LedgerEntry> {
        const found = rowsOf((last) => entries.all(id, last === undefined ? "" : text(last, "doc_id"), SLICE_ROWS));
        for await (const entry of found) yield entryOf(entry);
      },
    };
  }
}
