import { type Database, integer, type Row, text } from "../../sqlite/mod.ts";
import type { Committed, RecordOp, Records, RecordScope, StoredRecord } from "../port.ts";
import { scopeName } from "../scope.ts";
import type { Store } from "./store.ts";

/** JSON records of one scope. */
export class SqliteRecords implements Records {
  readonly #store: Store;
  readonly #scope: string;

  constructor(store: Store, scope: RecordScope) {
    this.#store = store;
    this.#scope = scopeName(scope);
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async get(collection: string, id: string): Promise<StoredRecord | null> {
    const row = this.#store.read((db) =>
      db.prepare("SELECT id, version, value FROM record WHERE scope = ? AND collection = ? AND id = ?")
        .get(this.#scope, collection, id)
    );
    return row === undefined ? null : recordOf(row);
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async list(
    collection: string,
    options: { readonly after?: string; readonly before?: string; readonly limit: number },
  ): Promise<readonly StoredRecord[]> {
    const { after = "", before, limit } = options;
    const rows = this.#store.read((db) =>
      before === undefined
        ? db.prepare(
          `SELECT id, version, value FROM record
           WHERE scope = ? AND collection = ? AND id > ? ORDER BY id LIMIT ?`,
        ).all(this.#scope, collection, after, limit)
        : db.prepare(
          `SELECT id, version, value FROM record
           WHERE scope = ? AND collection = ? AND id > ? AND id < ? ORDER BY id LIMIT ?`,
        ).all(this.#scope, collection, after, before, limit)
    );
    return rows.map(recordOf);
  }

  commit(ops: readonly RecordOp[], as_of?: number): Promise<Committed> {
    return this.#store.write((db) => commitRecords(db, this.#scope, ops, as_of));
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async floor(): Promise<number> {
    return this.#store.floors.get(this.#scope);
  }

  async raiseFloor(revision: number): Promise<void> {
    await this.#store.write((db) =>
      db.prepare(
        `INSERT INTO floor (scope, revision) VALUES (?, ?)
         ON CONFLICT (scope) DO UPDATE SET revision = max(revision, excluded.revision)`,
      ).run(this.#scope, revision)
    );
    this.#store.floors.raised(this.#scope, revision);
    // What is issued from now on lies above the floor, whatever the clock says.
    this.#store.time.atLeast(revision + 1);
  }
}

/** All checks come before any write, so that a refusal leaves nothing behind. */
function commitRecords(db: Database, scope: string, ops: readonly RecordOp[], as_of: number | undefined): Committed {
  if (as_of !== undefined && as_of <= floorOf(db, scope)) return { kind: "erased" };
  for (const [index, op] of ops.entries()) {
    if (op.op !== "check") continue;
    const row = db.prepare("SELECT version FROM record WHERE scope = ? AND collection = ? AND id = ?")
      .get(scope, op.collection, op.id);
    if ((row === undefined ? 0 : integer(row, "version")) !== op.version) return { kind: "conflict", index };
  }
  for (const op of ops) {
    if (op.op === "put") putRecord(db, scope, op.collection, op.id, JSON.stringify(op.value));
    else if (op.op === "delete") {
      db.prepare("DELETE FROM record WHERE scope = ? AND collection = ? AND id = ?").run(scope, op.collection, op.id);
    }
  }
  return { kind: "committed" };
}

function putRecord(db: Database, scope: string, collection: string, id: string, value: string): void {
  const next = db.prepare("UPDATE meta SET value = value + 1 WHERE name = 'version' RETURNING value AS version").get();
  db.prepare(
    `INSERT INTO record (scope, collection, id, version, value) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (scope, collection, id) DO UPDATE SET version = excluded.version, value = excluded.value`,
  ).run(scope, collection, id, integer(next, "version"), value);
}

function floorOf(db: Database, scope: string): number {
  const row = db.prepare("SELECT revision FROM floor WHERE scope = ?").get(scope);
  return row === undefined ? 0 : integer(row, "revision");
}

function recordOf(row: Row): StoredRecord {
  const value: unknown = JSON.parse(text(row, "value"));
  return { id: text(row, "id"), version: integer(row, "version"), value };
}
