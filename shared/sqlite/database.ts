/**
 * One SQLite file, opened the way the embedded stores need it: WAL with a sync at each commit, so that what was
 * committed survives a power cut, and locked exclusively, since an embedded store serves exactly one process.
 */
import { backup, DatabaseSync, type SQLOutputValue, type StatementSync } from "node:sqlite";
import { StoreAwayError } from "../contracts/errors.ts";

export type { SQLOutputValue, StatementSync };

/** A row as SQLite returns it. */
export type Row = Record<string, SQLOutputValue>;

/** How a file is opened. */
export interface DatabaseOptions {
  /** The file; it is made when missing, its folder must exist. */
  readonly path: string;
  /** What the store is called in errors, such as `The state file`. */
  readonly name: string;
  /** SQL scripts, each applied once and in order; their count is the file's `user_version`. Only ever appended to. */
  readonly migrations: readonly string[];
  /** How long to wait for another process's lock, milliseconds. Default 2,000. */
  readonly busy_timeout_ms?: number;
  /** False allows writes to the shadow tables of FTS5, which a large table needs to be removed in slices. Default true. */
  readonly defensive?: boolean;
}

const BUSY_TIMEOUT_MS = 2_000;

/** Kept in memory, KiB. */
const CACHE_KIB = 32 * 1024;

/** The write-ahead log is cut back to this after a checkpoint, bytes. */
const WAL_BYTES_MAX = 64 * 1024 * 1024;

/** The log is copied into the file when it has so many pages of 4 KiB: each copying is a stop of some milliseconds. */
const CHECKPOINT_PAGES = 4_000;

/** The locking mode comes before WAL: then the index of the log is in memory and no other process can open the file. */
const PRAGMAS = [
  "locking_mode = EXCLUSIVE",
  "journal_mode = WAL",
  "synchronous = FULL",
  "temp_store = MEMORY",
  `wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
  `cache_size = -${CACHE_KIB}`,
  `journal_size_limit = ${WAL_BYTES_MAX}`,
] as const;

/** Statements of `prepareRecent` that are kept. */
const RECENT_MAX = 128;

/** An open file with its prepared statements, each prepared once. */
export class Database {
  readonly name: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #recent = new Map<string, StatementSync>();

  constructor(db: DatabaseSync, name: string) {
    this.#db = db;
    this.name = name;
  }

  /** The prepared statement of `sql`. Keep the text constant: each different one is kept for the life of the file. */
  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** A prepared statement that is not kept: for a text that is put together, or names a table of its own. */
  prepareOnce(sql: string): StatementSync {
    return this.#db.prepare(sql);
  }

  /** A prepared statement that is kept while it is among those used last: for a text that comes again soon, or never. */
  prepareRecent(sql: string): StatementSync {
    const statement = this.#recent.get(sql) ?? this.#db.prepare(sql);
    // The last used are the last in the map.
    this.#recent.delete(sql);
    this.#recent.set(sql, statement);
    const oldest = this.#recent.keys().next();
    if (this.#recent.size > RECENT_MAX && !oldest.done) this.#recent.delete(oldest.value);
    return statement;
  }

  /**
   * Runs a script without parameters. An error of it has no code, so `storeError` cannot tell a full disk from a
   * mistake: prepare what runs in production.
   */
  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** True between BEGIN and COMMIT or ROLLBACK; SQLite ends a transaction by itself on a full disk or an I/O error. */
  get inTransaction(): boolean {
    return this.#db.isOpen && this.#db.isTransaction;
  }

  /**
   * Copies the file as it stands after its last commit. Deno does so in one go, some five seconds a gigabyte, in which
   * nothing else is answered. (VACUUM INTO would attach a file, which Deno allows only with every permission.)
   */
  async copyTo(path: string): Promise<void> {
    await backup(this.#db, path);
  }

  get isOpen(): boolean {
    return this.#db.isOpen;
  }

  close(): void {
    this.#statements.clear();
    this.#recent.clear();
    if (this.#db.isOpen) this.#db.close();
  }
}

/**
 * Opens the file, locks it for this process alone and brings it to the newest version.
 * @throws StoreAwayError when another process holds it or the disk refuses; Error when a newer program wrote it.
 */
export function openDatabase(options: DatabaseOptions): Database {
  let db: DatabaseSync | undefined;
  try {
    // For this user's eyes only, whatever the umask; the log and its index take over the mode of the file.
    if (options.path !== ":memory:") Deno.openSync(options.path, { create: true, write: true, mode: 0o600 }).close();
    // A variable, since the compiler's types do not know `defensive` yet.
    const settings = {
      enableForeignKeyConstraints: false,
      timeout: options.busy_timeout_ms ?? BUSY_TIMEOUT_MS,
      defensive: options.defensive ?? true,
    };
    db = new DatabaseSync(options.path, settings);
    for (const pragma of PRAGMAS) db.prepare(`PRAGMA ${pragma}`).get();
    const opened = new Database(db, options.name);
    migrate(opened, options.migrations);
    return opened;
  } catch (error) {
    if (db?.isOpen) db.close();
    throw storeError(options.name, error);
  }
}

/** Takes the lock (BEGIN IMMEDIATE) even when there is nothing to migrate. */
function migrate(db: Database, migrations: readonly string[]): void {
  db.prepare("BEGIN IMMEDIATE").run();
  try {
    const version = integer(db.prepare("PRAGMA user_version").get(), "user_version");
    if (version > migrations.length) {
      throw new Error(
        `Cannot open ${db.name}: it has version ${version}, this program knows ${migrations.length}. ` +
          "A newer Millrace wrote it: run that one, or restore a backup that this one made.",
      );
    }
    for (const migration of migrations.slice(version)) db.exec(migration);
    // Only when it changes: a start then writes nothing here, and waits for no sync.
    if (version < migrations.length) db.exec(`PRAGMA user_version = ${migrations.length}`);
    db.prepare("COMMIT").run();
  } catch (error) {
    if (db.inTransaction) db.prepare("ROLLBACK").run();
    throw error;
  }
}

/** SQLite's primary result codes that say the file cannot be used now: busy, locked, I/O error, full, cannot open. */
const AWAY_CODES: ReadonlySet<number> = new Set([5, 6, 10, 13, 14]);

/** A `StoreAwayError` in place of an error that says that the file cannot be used now; any other error as it is. */
export function storeError(name: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if ("errcode" in error && typeof error.errcode === "number" && AWAY_CODES.has(error.errcode & 0xff)) {
    return new StoreAwayError(name, error);
  }
  return error;
}

/** An integer or real column as a number. @throws TypeError when it is missing or something else */
export function integer(row: Row | undefined, column: string): number {
  const value = row?.[column];
  if (typeof value !== "number") throw new TypeError(`Cannot read column "${column}": not a number`);
  return value;
}

/** A text column. @throws TypeError when it is missing or something else */
export function text(row: Row | undefined, column: string): string {
  const value = row?.[column];
  if (typeof value !== "string") throw new TypeError(`Cannot read column "${column}": not a text`);
  return value;
}

/** A blob column. @throws TypeError when it is missing or something else */
export function blob(row: Row | undefined, column: string): Uint8Array {
  const value = row?.[column];
  if (!(value instanceof Uint8Array)) throw new TypeError(`Cannot read column "${column}": not a blob`);
  return value;
}
