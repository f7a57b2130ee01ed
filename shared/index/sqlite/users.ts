/** The numbers that stand for people in the file. */
import { type Database, integer, text } from "../../sqlite/mod.ts";
import { createUserTables, localId, rowId } from "./schema.ts";

/** A person's number, or null when nothing was ever written for them. */
export function findUser(db: Database, user_id: string): number | null {
  const row = db.prepare("SELECT user_no FROM users WHERE user_id = :user_id").get({ user_id });
  return row === undefined ? null : integer(row, "user_no");
}

/** A person's number; on their first write it is given and their tables are made. Inside a transaction. */
export function ensureUser(db: Database, user_id: string): number {
  const found = findUser(db, user_id);
  if (found !== null) return found;
  const row = db.prepare("INSERT INTO users (user_id) VALUES (:user_id) RETURNING user_no").get({ user_id });
  const user_no = integer(row, "user_no");
  for (const statement of createUserTables(user_no)) db.prepareOnce(statement).run();
  return user_no;
}

/** The row id for a person's next document, of a kind. Inside a transaction. */
export function nextRowId(db: Database, user_no: number, kind: number): number {
  // Not UPDATE … RETURNING: that opens a savepoint, at which FTS5 writes all that it has gathered.
  const seq = integer(db.prepare("SELECT next_seq FROM users WHERE user_no = :user_no").get({ user_no }), "next_seq");
  db.prepare("UPDATE users SET next_seq = :next WHERE user_no = :user_no").run({ next: seq + 1, user_no });
  return rowId(user_no, localId(seq, kind));
}

/** The number (`localId`) that none of the person's documents exceeds. */
export function lastLocalId(db: Database, user_no: number): number {
  const row = db.prepare("SELECT next_seq FROM users WHERE user_no = :user_no").get({ user_no });
  return localId(integer(row, "next_seq"), 0) - 1;
}

/** People of one page of a listing. */
const PEOPLE_PAGE = 200;

/** Who was ever written for and not erased, by their ids, after one; `""` begins and ends. */
export function usersAfter(
  db: Database,
  after: string,
): { readonly users: readonly string[]; readonly next_cursor: string } {
  const rows = db.prepare(`SELECT user_id FROM users WHERE user_id > ? ORDER BY user_id LIMIT ${PEOPLE_PAGE}`)
    .all(after);
  const users = rows.map((row) => text(row, "user_id"));
  return { users, next_cursor: users.length < PEOPLE_PAGE ? "" : users.at(-1) ?? "" };
}
