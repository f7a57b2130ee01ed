/** The embedded index: SQLite FTS5 in a file of its own. */
import type { Clock } from "../../contracts/deps.ts";
import { openDatabase } from "../../sqlite/mod.ts";
import type { Index } from "../port.ts";
import type { IndexStore } from "../versioned.ts";
import { SqliteIndex } from "./index.ts";
import { MIGRATIONS } from "./schema.ts";

/** Where the index is and what it tells the time by. */
export interface SqliteIndexOptions {
  /** The file, `index.sqlite` in the data folder; it is made when missing. */
  readonly path: string;
  readonly clock: Clock;
  /** Documents whose matches are counted before others get their turn. */
  readonly counted_in_turn?: number;
}

/**
 * Opens the index. A write is durable when `feed` resolves; each person's words are in a table of their own.
 * @throws StoreAwayError when another process holds the file
 */
export function openSqliteIndex({ path, clock, counted_in_turn }: SqliteIndexOptions): Index {
  const db = openDatabase({ path, name: "The index file", migrations: MIGRATIONS, defensive: false });
  // What is deleted is overwritten, also where FTS5 has moved its words from page to page before.
  db.prepare("PRAGMA secure_delete = ON").get();
  return new SqliteIndex(db, clock, counted_in_turn);
}

/** The versions of the index in a folder: `index.sqlite` the first, `index-v2.sqlite` and so on the others. */
export function openSqliteIndexes({ folder, clock }: { readonly folder: string; readonly clock: Clock }): IndexStore {
  const opened = new Map<number, Index>();
  const pathOf = (version: number) => `${folder}/${version === 1 ? "index" : `index-v${version}`}.sqlite`;
  return {
    // deno-lint-ignore require-await -- what opening throws must reject
    async open(version) {
      const index = opened.get(version) ?? openSqliteIndex({ path: pathOf(version), clock });
      opened.set(version, index);
      return index;
    },
    async drop(version) {
      await opened.get(version)?.close();
      opened.delete(version);
      for (const end of ["", "-wal", "-shm"]) {
        await Deno.remove(pathOf(version) + end).catch((error) => {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
        });
      }
    },
    async close() {
      for (const index of opened.values()) await index.close();
      opened.clear();
    },
  };
}
