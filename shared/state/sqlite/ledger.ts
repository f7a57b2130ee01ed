import { DocType } from "../../contracts/names.ts";
import type { ResourceKey } from "../../contracts/ids.ts";
import { type Database, integer, type Row, text } from "../../sqlite/mod.ts";
import { EntryDoubt, EntryState } from "../entry.ts";
import type { Issued, Lease, Ledger, LedgerCommit, LedgerEntry, LedgerHead } from "../port.ts";
import type { SqliteLeases } from "./leases.ts";
import { ensureResource, findResource } from "./resources.ts";
import type { Store } from "./store.ts";

/** Rows that one transaction of a sweep or a drop removes, so that webhooks get their turn in between. */
const SLICE_ROWS = 1_000;

/** What `entryOf` reads. */
export const COLUMNS = "doc_id, doc_type, provider_id, container, hash, revision, version, state, epoch, doubt";

/** Cursor, revisions and known documents of one resource. */
export class SqliteLedger implements Ledger {
  readonly #store: Store;
  readonly #leases: SqliteLeases;
  readonly #key: ResourceKey;

  constructor(store: Store, leases: SqliteLeases, key: ResourceKey) {
    this.#store = store;
    this.#leases = leases;
    this.#key = key;
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async head(): Promise<LedgerHead> {
    const row = this.#store.read((db) => findResource(db, this.#key));
    return row === undefined
      ? { head: "", revision: 0 }
      : { head: text(row, "head"), revision: integer(row, "revision") };
  }

  issue(lease: Lease, work: string): Promise<Issued> {
    return this.#store.write((db) => {
      this.#leases.require(this.#key, lease);
      const id = ensureResource(db, this.#key);
      const row = findResource(db, this.#key);
      const revision = Math.max(this.#store.time.micros(), integer(row, "revision") + 1);
      const unfinished = text(row, "work");
      const tries = unfinished === work ? integer(row, "tries") + 1 : 1;
      db.prepare("UPDATE resource SET revision = ?, work = ?, tries = ? WHERE id = ?").run(revision, work, tries, id);
      return { revision, tries, unfinished };
    });
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async get(doc_ids: readonly string[]): Promise<ReadonlyMap<string, LedgerEntry>> {
    return this.#store.read((db) => {
      const found = new Map<string, LedgerEntry>();
      const id = resourceId(db, this.#key);
      const statement = db.prepare(`SELECT ${COLUMNS} FROM entry WHERE resource = ? AND doc_id = ?`);
      for (const doc_id of doc_ids) {
        const row = statement.get(id, doc_id);
        if (row !== undefined) found.set(doc_id, entryOf(row));
      }
      return found;
    });
  }

  enter(lease: Lease, entries: readonly LedgerEntry[]): Promise<void> {
    return this.#store.write((db) => {
      this.#leases.require(this.#key, lease);
      writeEntries(db, ensureResource(db, this.#key), entries);
    });
  }

  commit(lease: Lease, commit: LedgerCommit): Promise<void> {
    return this.#store.write((db) => {
      this.#leases.require(this.#key, lease);
      const id = ensureResource(db, this.#key);
      writeEntries(db, id, commit.entries);
      db.prepare("UPDATE resource SET work = '', tries = 0, head = coalesce(?, head) WHERE id = ?")
        .run(commit.head ?? null, id);
    });
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async doubts(limit: number, after = ""): Promise<readonly LedgerEntry[]> {
    return this.#store.read((db) =>
      db.prepare(
        `SELECT ${COLUMNS} FROM entry
         WHERE resource = ? AND doubt <> '' AND doc_id > ? ORDER BY doc_id LIMIT ?`,
      ).all(resourceId(db, this.#key), after, limit).map(entryOf)
    );
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async unseen(container: string, epoch: number, after: string, limit: number): Promise<readonly LedgerEntry[]> {
    return this.#store.read((db) =>
      db.prepare(
        `SELECT ${COLUMNS} FROM entry
         WHERE resource = ? AND container = ? AND epoch < ? AND state <> 'tombstone' AND doc_id > ?
         ORDER BY doc_id LIMIT ?`,
      ).all(resourceId(db, this.#key), container, epoch, after, limit).map(entryOf)
    );
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async list(after: string, limit: number): Promise<readonly LedgerEntry[]> {
    return this.#store.read((db) =>
      db.prepare(`SELECT ${COLUMNS} FROM entry WHERE resource = ? AND doc_id > ? ORDER BY doc_id LIMIT ?`)
        .all(resourceId(db, this.#key), after, limit).map(entryOf)
    );
  }

  async sweep(before: number): Promise<number> {
    for (let removed = 0;;) {
      const slice = await this.#store.write((db) => sweepTombstones(db, resourceId(db, this.#key), before));
      removed += slice;
      if (slice < SLICE_ROWS) return removed;
    }
  }

  async drop(): Promise<void> {
    const revision = await this.#store.write((db) => {
      const row = findResource(db, this.#key);
      this.#leases.drop(this.#key);
      if (row === undefined) return 0;
      db.prepare("INSERT INTO dropped (resource) VALUES (?)").run(integer(row, "id"));
      db.prepare("DELETE FROM resource WHERE id = ?").run(integer(row, "id"));
      // Revisions of the same documents, should they come back, must be greater than those that the index has seen.
      db.prepare("UPDATE meta SET value = max(value, ?) WHERE name = 'time'").run(integer(row, "revision") + 1);
      return integer(row, "revision");
    });
    this.#store.time.atLeast(revision + 1);
    await removeDropped(this.#store);
  }
}

/** Removes the entries of dropped resources slice by slice; also at start, for a drop that a crash cut short. */
export async function removeDropped(store: Store): Promise<void> {
  while (await store.write(removeDroppedSlice));
}

/** @returns whether there may be more. */
function removeDroppedSlice(db: Database): boolean {
  const row = db.prepare("SELECT resource FROM dropped LIMIT 1").get();
  if (row === undefined) return false;
  const id = integer(row, "resource");
  const removed = db.prepare(
    "DELETE FROM entry WHERE resource = ? AND doc_id IN (SELECT doc_id FROM entry WHERE resource = ? LIMIT ?)",
  ).run(id, id, SLICE_ROWS).changes;
  if (Number(removed) < SLICE_ROWS) db.prepare("DELETE FROM dropped WHERE resource = ?").run(id);
  return true;
}

/** The id of the resource, or one that no entry has. */
function resourceId(db: Database, key: ResourceKey): number {
  const row = findResource(db, key);
  return row === undefined ? -1 : integer(row, "id");
}

function writeEntries(db: Database, id: number, entries: readonly LedgerEntry[]): void {
  const statement = db.prepare(
    `INSERT INTO entry (resource, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (resource, doc_id) DO UPDATE SET doc_type = excluded.doc_type, provider_id = excluded.provider_id,
       container = excluded.container, hash = excluded.hash, revision = excluded.revision, version = excluded.version,
       state = excluded.state, epoch = excluded.epoch, doubt = excluded.doubt
     WHERE entry.revision <= excluded.revision`,
  );
  for (const entry of entries) {
    statement.run(
      id,
      entry.doc_id,
      entry.doc_type,
      entry.provider_id,
      entry.container,
      entry.hash,
      entry.revision,
      entry.version,
      entry.state,
      entry.epoch,
      entry.doubt,
    );
  }
}

function sweepTombstones(db: Database, id: number, before: number): number {
  const changes = db.prepare(
    `DELETE FROM entry WHERE resource = ? AND doc_id IN (
       SELECT doc_id FROM entry WHERE resource = ? AND state = 'tombstone' AND revision < ? LIMIT ?)`,
  ).run(id, id, before, SLICE_ROWS).changes;
  return Number(changes);
}

/** An entry of its row. */
export function entryOf(row: Row): LedgerEntry {
  return {
    doc_id: text(row, "doc_id"),
    doc_type: DocType.parse(row.doc_type),
    provider_id: text(row, "provider_id"),
    container: text(row, "container"),
    hash: text(row, "hash"),
    revision: integer(row, "revision"),
    version: integer(row, "version"),
    state: EntryState.parse(row.state),
    epoch: integer(row, "epoch"),
    doubt: EntryDoubt.parse(row.doubt),
  };
}
