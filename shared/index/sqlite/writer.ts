/** Applies writes by their revision. */
import { PermanentError } from "../../contracts/errors.ts";
import { type Database, integer, type Row, type StatementSync } from "../../sqlite/mod.ts";
import type { IndexDocument, IndexWrite } from "../port.ts";
import { type IndexedTexts, indexedTexts, markBits, momentMs, type TextColumns, toColumns } from "./document_row.ts";
import { folderNumber } from "./folders.ts";
import { kindNumber, KINDS } from "./kind.ts";
import { keepPeople } from "./people.ts";
import { WORD_COLUMNS, wordsTable } from "./schema.ts";
import { ensureUser, nextRowId } from "./users.ts";

/** A write with everything computed that can fail, so that a bad one is refused before anything is written. */
export type PreparedWrite =
  & { readonly user_id: string; readonly doc_id: string; readonly kind: number; readonly revision: number }
  & ({ readonly operation: "delete" } | {
    readonly operation: "put";
    readonly happened_ms: number;
    readonly updated_ms: number;
    readonly synced_ms: number;
    readonly marks: number;
    readonly folder: IndexDocument["folder"];
    readonly people: IndexDocument["people"];
    readonly texts: TextColumns;
    readonly indexed: IndexedTexts;
  });

/** Checks and prepares a write. @throws PermanentError `document_invalid` */
export function prepareWrite(write: IndexWrite): PreparedWrite {
  const { user_id, doc_id, doc_type, revision } = write;
  if (!Number.isSafeInteger(revision) || revision < 0) {
    throw new PermanentError("document_invalid", "must be a positive integer", { field: "revision" });
  }
  // A tombstone is neither found nor counted: which provider its kind names does not matter.
  if (write.operation === "delete") {
    return { user_id, doc_id, revision, kind: kindNumber({ doc_type, provider: "import" }), operation: "delete" };
  }
  const document: IndexDocument = write.document;
  const texts = toColumns(document);
  return {
    user_id,
    doc_id,
    revision,
    kind: kindNumber({ doc_type, provider: document.provider }),
    operation: "put",
    happened_ms: momentMs(document, "happened_at"),
    updated_ms: momentMs(document, "last_updated"),
    synced_ms: momentMs(document, "sync_timestamp"),
    marks: markBits(document.marks),
    folder: document.folder,
    people: document.people,
    texts,
    indexed: indexedTexts(texts),
  };
}

/** The statements on one person's FTS5 table. */
interface WordStatements {
  readonly add: StatementSync;
  readonly remove: StatementSync;
}

/** People whose statements are kept prepared. */
const KEPT_USERS_MAX = 256;

const FIND = "SELECT id, revision, deleted_at_ms FROM documents WHERE user_no = :user_no AND doc_id = :doc_id";
const PUT_DOCUMENT = `
  INSERT INTO documents
    (id, user_no, doc_id, revision, deleted_at_ms, happened_ms, updated_ms, synced_ms, marks, folder_no)
  VALUES
    (:id, :user_no, :doc_id, :revision, :deleted_at_ms, :happened_ms, :updated_ms, :synced_ms, :marks, :folder_no)
  ON CONFLICT (user_no, doc_id) DO UPDATE SET
    id = excluded.id, revision = excluded.revision, deleted_at_ms = excluded.deleted_at_ms,
    happened_ms = excluded.happened_ms, updated_ms = excluded.updated_ms, synced_ms = excluded.synced_ms,
    marks = excluded.marks, folder_no = excluded.folder_no`;
const PUT_TEXTS = `
  INSERT OR REPLACE INTO texts (id, title, authors, recipients, people, details, url, connection_id, container,
    body_at, body, fragments, data)
  VALUES (:id, :title, :authors, :recipients, :people, :details, :url, :connection_id, :container,
    :body_at, :body, :fragments, :data)`;
const INDEXED_TEXTS = "SELECT title, authors, recipients, people, details, body FROM texts WHERE id = :id";
const DELETE_TEXTS = "DELETE FROM texts WHERE id = :id";

/** Writes documents, tombstones and words of the index file. */
export class Writer {
  readonly #words = new Map<string, WordStatements>();

  /** Inside a transaction. @param now_ms when a tombstone's time begins */
  apply(db: Database, write: PreparedWrite, now_ms: number): "applied" | "stale" {
    const { user_id, doc_id, kind, revision } = write;
    const user_no = ensureUser(db, user_id);
    const found = db.prepare(FIND).get({ user_no, doc_id });
    if (found !== undefined && revision <= integer(found, "revision")) return "stale";
    const old = found === undefined || integer(found, "deleted_at_ms") > 0 ? null : integer(found, "id");
    if (write.operation === "delete") {
      if (old !== null) this.#remove(db, user_no, old);
      const id = found === undefined ? nextRowId(db, user_no, kind) : integer(found, "id");
      const none = { happened_ms: 0, updated_ms: 0, synced_ms: 0, marks: 0, folder_no: 0 };
      db.prepare(PUT_DOCUMENT).run({ id, user_no, doc_id, revision, deleted_at_ms: now_ms, ...none });
      return "applied";
    }
    const { happened_ms, updated_ms, synced_ms, marks, texts, indexed } = write;
    const keeps = found !== undefined && integer(found, "id") % KINDS === kind;
    const id = keeps ? integer(found, "id") : nextRowId(db, user_no, kind);
    if (old !== null && old !== id) this.#remove(db, user_no, old);
    this.#index(db, user_no, id, old === id ? db.prepare(INDEXED_TEXTS).get({ id }) : undefined, indexed);
    keepPeople(db, user_no, write.people);
    db.prepare(PUT_TEXTS).run({ id, ...texts });
    db.prepare(PUT_DOCUMENT).run({
      id,
      user_no,
      doc_id,
      revision,
      deleted_at_ms: 0,
      happened_ms,
      updated_ms,
      synced_ms,
      marks,
      folder_no: folderNumber(db, user_no, write.folder),
    });
    return "applied";
  }

  /** Takes out a document's words and texts. */
  #remove(db: Database, user_no: number, id: number): void {
    const before = db.prepare(INDEXED_TEXTS).get({ id });
    if (before !== undefined) this.#statements(db, user_no).remove.run({ id, ...indexedTexts(before) });
    db.prepare(DELETE_TEXTS).run({ id });
  }

  /** Most changes (read, moved, flagged) leave the words as they were: then the costly part is left out. */
  #index(db: Database, user_no: number, id: number, row: Row | undefined, after: IndexedTexts): void {
    const before = row === undefined ? undefined : indexedTexts(row);
    if (before !== undefined && WORD_COLUMNS.every((column) => before[column] === after[column])) return;
    const { add, remove } = this.#statements(db, user_no);
    // FTS5 keeps no texts of its own, so it has to be told the old ones to take their words out.
    if (before !== undefined) remove.run({ id, ...before });
    add.run({ id, ...after });
  }

  #statements(db: Database, user_no: number): WordStatements {
    const table = wordsTable(user_no);
    const kept = this.#words.get(table);
    if (kept !== undefined) return kept;
    const columns = WORD_COLUMNS.join(", ");
    const values = WORD_COLUMNS.map((column) => `:${column}`).join(", ");
    const made = {
      add: db.prepareOnce(`INSERT INTO ${table} (rowid, ${columns}) VALUES (:id, ${values})`),
      remove: db.prepareOnce(`INSERT INTO ${table} (${table}, rowid, ${columns}) VALUES ('delete', :id, ${values})`),
    };
    const oldest = this.#words.keys().next();
    if (this.#words.size >= KEPT_USERS_MAX && !oldest.done) this.#words.delete(oldest.value);
    this.#words.set(table, made);
    return made;
  }
}
