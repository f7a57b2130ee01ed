/**
 * The layout of the index file. Each person has an FTS5 table of their own: a query can't see another's words, not even
 * in the statistics that bm25 counts with, and another's hundredfold mail does not slow it down.
 */

import { KINDS } from "./kind.ts";

/** Row ids of a person begin at `user_no` times this, so that their rows lie together and ids tell nothing of others. */
const IDS_PER_USER = 2 ** 32;

/** What the file holds beside the tables of each person. Only ever appended to. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE users (
    user_no INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL UNIQUE,
    next_seq INTEGER NOT NULL DEFAULT 1
  );
  -- The id holds the kind (kind.ts). Narrow, since a search reads a row of it for each match. deleted_at_ms is 0 for what lives.
  CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    user_no INTEGER NOT NULL,
    doc_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    deleted_at_ms INTEGER NOT NULL,
    happened_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    synced_ms INTEGER NOT NULL
  );
  CREATE UNIQUE INDEX documents_by_doc_id ON documents (user_no, doc_id);
  CREATE INDEX documents_by_time ON documents (user_no, happened_ms) WHERE deleted_at_ms = 0;
  CREATE INDEX documents_deleted ON documents (deleted_at_ms) WHERE deleted_at_ms > 0;
  -- people and authors are JSON lists of [name, address]; data is the document's JSON without its body.
  CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    people TEXT NOT NULL,
    authors TEXT NOT NULL,
    url TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    container TEXT NOT NULL,
    data TEXT NOT NULL,
    body_at INTEGER NOT NULL
  );
  -- People whose rows are being removed, slice by slice.
  CREATE TABLE purges (user_no INTEGER PRIMARY KEY);
  `,
];

/** The name of a person's FTS5 table. */
export function wordsTable(user_no: number): string {
  if (!Number.isInteger(user_no) || user_no < 1 || user_no >= 2 ** 20) {
    throw new RangeError(`Cannot name a table: current user number is ${user_no}`);
  }
  return `words_${user_no}`;
}

/** The row id of a person's document, from its number among theirs (`localId`). */
export function rowId(user_no: number, local: number): number {
  return user_no * IDS_PER_USER + local;
}

/** The number of a person's `seq`th document, of a kind. */
export function localId(seq: number, kind: number): number {
  return seq * KINDS + kind;
}

/** The least and the greatest row id that a person's documents can have. */
export function rowIds(user_no: number): { readonly first: number; readonly last: number } {
  return { first: rowId(user_no, 0), last: rowId(user_no + 1, 0) - 1 };
}

/** What {@linkcode rowId} made of it. */
export function localOf(user_no: number, id: number): number {
  return id - user_no * IDS_PER_USER;
}

/**
 * The statements that make a person's tables. FTS5 reads the texts through a view that holds this person's rows only.
 * The columns weigh differently, see the search; `authors` is there for the filter.
 */
export function createUserTables(user_no: number): readonly string[] {
  const words = wordsTable(user_no);
  const { first, last } = rowIds(user_no);
  return [
    `CREATE VIEW ${words}_texts AS SELECT id, title, body, people, authors FROM texts WHERE id BETWEEN ${first} AND ${last}`,
    `CREATE VIRTUAL TABLE ${words} USING fts5(
      title, body, people, authors,
      content = '${words}_texts', content_rowid = 'id',
      tokenize = 'unicode61 remove_diacritics 2', prefix = '2'
    )`,
  ];
}

/** The statements that remove a person's tables. */
export function dropUserTables(user_no: number): readonly string[] {
  const words = wordsTable(user_no);
  return [`DROP TABLE IF EXISTS ${words}`, `DROP VIEW IF EXISTS ${words}_texts`];
}
