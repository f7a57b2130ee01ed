/** The embedded index: SQLite FTS5 in a file of its own. */
import type { Clock } from "../../contracts/deps.ts";
import { openDatabase } from "../../sqlite/mod.ts";
import type { Index } from "../port.ts";
import { SqliteIndex } from "./index.ts";
import { MIGRATIONS } from "./schema.ts";

/** Where the index is and what it tells the time by. */
export interface SqliteIndexOptions {
  /** The file, `index.sqlite` in the data folder; it is made when missing. */
  readonly path: string;
  readonly clock: Clock;
}

/**
 * Opens the index. A write is durable when `feed` resolves; each person's words are in a table of their own.
 * @throws StoreAwayError when another process holds the file
 */
export function openSqliteIndex({ path, clock }: SqliteIndexOptions): Index {
  const db = openDatabase({ path, name: "The index file", migrations: MIGRATIONS, defensive: false });
  // What is deleted is overwritten, also where FTS5 has moved its words from page to page before.
  db.prepare("PRAGMA secure_delete = ON").get();
  return new SqliteIndex(db, clock);
}
