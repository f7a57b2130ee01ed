/** What takes long is done in slices, one transaction each, so that writes and searches get their turn between them. */
import { TOMBSTONE_DAYS } from "../../contracts/keys.ts";
import { type Database, integer } from "../../sqlite/mod.ts";
import { dropUserTables, rowIds, wordsTable } from "./schema.ts";
import { findUser } from "./users.ts";

/** Rows removed in one transaction. */
const SLICE_ROWS = 500;

/** Tables of a person's rows, with a column to take them by. */
const OWNED = [["people", "word"], ["name_deletions", "deletion"], ["folders", "folder_no"]] as const;

const TOMBSTONE_MS = TOMBSTONE_DAYS * 24 * 60 * 60 * 1_000;

/** Removes one slice of the tombstones that are old enough. @returns how many */
export function sweepTombstones(db: Database, now_ms: number): number {
  const result = db.prepare(`
    DELETE FROM documents WHERE id IN (
      SELECT id FROM documents WHERE deleted_at_ms > 0 AND deleted_at_ms < :before_ms
      ORDER BY deleted_at_ms LIMIT ${SLICE_ROWS}
    )`).run({ before_ms: now_ms - TOMBSTONE_MS });
  return Number(result.changes);
}

/** Takes a person's number away: from here on nothing of theirs is found, and what they write is new. */
export function forgetUser(db: Database, user_id: string): void {
  const user_no = findUser(db, user_id);
  if (user_no === null) return;
  db.prepare("INSERT INTO purges (user_no) VALUES (:user_no)").run({ user_no });
  db.prepare("DELETE FROM users WHERE user_no = :user_no").run({ user_no });
}

/** Removes one slice of what forgotten people leave. @returns false when nothing is left */
export function purgeSlice(db: Database): boolean {
  const row = db.prepare("SELECT user_no FROM purges LIMIT 1").get();
  if (row === undefined) return false;
  removeSlice(db, integer(row, "user_no"));
  return true;
}

function removeSlice(db: Database, user_no: number): void {
  for (const table of ["texts", "documents"]) {
    const ids = `SELECT id FROM ${table} WHERE id BETWEEN :first AND :last LIMIT ${SLICE_ROWS}`;
    if (Number(db.prepare(`DELETE FROM ${table} WHERE id IN (${ids})`).run(rowIds(user_no)).changes) > 0) return;
  }
  for (const [table, key] of OWNED) {
    const keys = `SELECT ${key} FROM ${table} WHERE user_no = :user_no LIMIT ${SLICE_ROWS}`;
    const removed = db.prepare(`DELETE FROM ${table} WHERE user_no = :user_no AND ${key} IN (${keys})`).run({
      user_no,
    });
    if (Number(removed.changes) > 0) return;
  }
  // Dropping a large FTS5 table takes a second; nobody reads this one any more, so its pages can go one by one. Rows 1
  // and 10 are what FTS5 opens the table with (sqlite.org/fts5.html, section on the data table).
  const pages = `${wordsTable(user_no)}_data`;
  const ids = `SELECT id FROM ${pages} WHERE id > 10 LIMIT ${SLICE_ROWS}`;
  if (Number(db.prepareOnce(`DELETE FROM ${pages} WHERE id IN (${ids})`).run().changes) > 0) return;
  for (const statement of dropUserTables(user_no)) db.prepareOnce(statement).run();
  db.prepare("DELETE FROM purges WHERE user_no = :user_no").run({ user_no });
}
