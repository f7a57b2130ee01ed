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
  `
  -- What was indexed before has neither marks nor recipients nor fragments: it goes, and is read again.
  PRAGMA secure_delete = ON;
  DROP TABLE texts;
  DELETE FROM documents;
  INSERT INTO purges (user_no) SELECT user_no FROM users;
  DELETE FROM users;
  -- The bits of marks are those of MARKS in the port.
  ALTER TABLE documents ADD COLUMN marks INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE documents ADD COLUMN folder_no INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE folders (
    folder_no INTEGER PRIMARY KEY AUTOINCREMENT,
    user_no INTEGER NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (user_no, role, name)
  );
  -- people, authors and recipients are JSON lists of [name, address]; fragments are as in fragment_column.ts; data is
  -- the document's JSON without its body. What is long comes last: SQLite reads a row from its begin.
  CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    authors TEXT NOT NULL,
    recipients TEXT NOT NULL,
    people TEXT NOT NULL,
    details TEXT NOT NULL,
    url TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    container TEXT NOT NULL,
    body_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    fragments TEXT NOT NULL,
    data TEXT NOT NULL
  );
  -- The people of a person's documents by the folded words of their names and addresses, and by the whole address.
  CREATE TABLE people (
    user_no INTEGER NOT NULL,
    word TEXT NOT NULL,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (user_no, word, address, name)
  ) WITHOUT ROWID;
  -- Each word of a name without each of its letters (edit_distance.ts).
  CREATE TABLE name_deletions (
    user_no INTEGER NOT NULL,
    deletion TEXT NOT NULL,
    word TEXT NOT NULL,
    PRIMARY KEY (user_no, deletion, word)
  ) WITHOUT ROWID;
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

/** The columns of FTS5. Each word of a person is in one of three: authors, recipients, or others who are neither. */
export const WORD_COLUMNS = ["title", "body", "authors", "recipients", "others", "details"] as const;

/**
 * The statements that make a person's tables. FTS5 reads texts only to cut snippets out of bodies, through a view that
 * holds this person's rows only.
 */
export function createUserTables(user_no: number): readonly string[] {
  const words = wordsTable(user_no);
  const { first, last } = rowIds(user_no);
  const columns = WORD_COLUMNS.map((column) => column === "body" ? column : `'' AS ${column}`).join(", ");
  return [
    `CREATE VIEW ${words}_texts AS SELECT id, ${columns} FROM texts WHERE id BETWEEN ${first} AND ${last}`,
    `CREATE VIRTUAL TABLE ${words} USING fts5(
      ${WORD_COLUMNS.join(", ")},
      content = '${words}_texts', content_rowid = 'id',
      tokenize = 'unicode61 remove_diacritics 2', prefix = '2'
    )`,
    `CREATE VIRTUAL TABLE ${vocabularyTable(user_no)} USING fts5vocab(${words}, 'row')`,
  ];
}

/** The name of the table that lists the words of a person's documents. */
export function vocabularyTable(user_no: number): string {
  return `${wordsTable(user_no)}_vocabulary`;
}

/** The statements that remove a person's tables. */
export function dropUserTables(user_no: number): readonly string[] {
  const words = wordsTable(user_no);
  return [
    `DROP TABLE IF EXISTS ${vocabularyTable(user_no)}`,
    `DROP TABLE IF EXISTS ${words}`,
    `DROP VIEW IF EXISTS ${words}_texts`,
  ];
}
