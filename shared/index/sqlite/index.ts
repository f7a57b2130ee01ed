import { StoreAwayError } from "../../contracts/errors.ts";
import type { Clock } from "../../contracts/deps.ts";
import { type Database, GroupCommit, integer, storeError, text } from "../../sqlite/mod.ts";
import type {
  Fragment,
  FragmentInPlace,
  HeldRevision,
  Index,
  IndexWrite,
  SearchQuery,
  SearchResult,
  StoredDocument,
  Suggestion,
} from "../port.ts";
import { queryHash, readCursor } from "./cursor.ts";
import { fromRow } from "./document_row.ts";
import { unpackFragments } from "./fragment_column.ts";
import { rowIds } from "./schema.ts";
import { COUNTED_IN_TURN, search } from "./search.ts";
import { joinUnspaced } from "./stored_text.ts";
import { suggest } from "./suggest.ts";
import { forgetUser, purgeSlice, sweepTombstones } from "./upkeep.ts";
import { findUser, usersAfter } from "./users.ts";
import { prepareWrite, Writer } from "./writer.ts";

/** Writes of one call that share a transaction; more are divided, so that others get their turn. */
const WRITES_PER_WORK = 100;

/** Slices of erased people's rows that one sweep removes, for those whose purge was cut short by a crash. */
const PURGE_SLICES_PER_SWEEP = 4;

const DOCUMENT = `
  SELECT d.doc_id, d.revision, d.happened_ms, d.updated_ms, d.synced_ms, d.marks,
    coalesce(f.role, '') AS folder_role, coalesce(f.name, '') AS folder_name, t.*
  FROM documents AS d JOIN texts AS t ON t.id = d.id LEFT JOIN folders AS f ON f.folder_no = d.folder_no
  WHERE d.user_no = :user_no AND d.doc_id = :doc_id AND d.deleted_at_ms = 0`;

const FRAGMENTS = `
  SELECT t.body, t.fragments FROM documents AS d JOIN texts AS t ON t.id = d.id
  WHERE d.user_no = :user_no AND d.doc_id = :doc_id AND d.deleted_at_ms = 0`;

const REVISION = `
  SELECT revision, deleted_at_ms, happened_ms FROM documents WHERE user_no = :user_no AND doc_id = :doc_id`;

const STATS = `
  SELECT count(*) AS documents, coalesce(max(synced_ms), -1) AS newest_ms
  FROM documents WHERE id BETWEEN :first AND :last AND deleted_at_ms = 0`;

/** The index in one SQLite file. */
export class SqliteIndex implements Index {
  readonly #db: Database;
  readonly #commit: GroupCommit;
  readonly #clock: Clock;
  readonly #writer = new Writer();
  readonly #counted_in_turn: number;

  constructor(db: Database, clock: Clock, counted_in_turn = COUNTED_IN_TURN) {
    this.#counted_in_turn = counted_in_turn;
    this.#db = db;
    this.#commit = new GroupCommit(db);
    this.#clock = clock;
  }

  async feed(writes: readonly IndexWrite[]): Promise<readonly ("applied" | "stale")[]> {
    const prepared = writes.map(prepareWrite);
    const outcomes: ("applied" | "stale")[] = [];
    for (let at = 0; at < prepared.length; at += WRITES_PER_WORK) {
      const part = prepared.slice(at, at + WRITES_PER_WORK);
      const now_ms = this.#clock.now();
      outcomes.push(...await this.#commit.run((db) => part.map((write) => this.#writer.apply(db, write, now_ms))));
    }
    return outcomes;
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    const hash = queryHash(query);
    const position = readCursor(hash, query.cursor);
    const source = {
      read: <T>(reading: (db: Database) => T) => this.#read(reading),
      counted_in_turn: this.#counted_in_turn,
    };
    return await search(source, query, hash, position, this.#clock.now());
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async document(user_id: string, doc_id: string): Promise<StoredDocument | null> {
    return this.#read((db) => {
      const user_no = findUser(db, user_id);
      const row = user_no === null ? undefined : db.prepare(DOCUMENT).get({ user_no, doc_id });
      return row === undefined ? null : fromRow(row);
    });
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async fragments(
    user_id: string,
    doc_id: string,
    { from, limit }: { readonly from: number; readonly limit: number },
  ): Promise<readonly Fragment[] | null> {
    const page = this.#fragments(user_id, doc_id)?.slice(from, from + limit);
    return page?.map(({ previous: _previous, next: _next, ...fragment }) => fragment) ?? null;
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async fragment(user_id: string, doc_id: string, fragment_id: string): Promise<FragmentInPlace | null> {
    return this.#fragments(user_id, doc_id)?.find((fragment) => fragment.fragment_id === fragment_id) ?? null;
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async revisions(user_id: string, doc_ids: readonly string[]): Promise<ReadonlyMap<string, HeldRevision>> {
    return this.#read((db) => {
      const user_no = findUser(db, user_id);
      const held = new Map<string, HeldRevision>();
      for (const doc_id of user_no === null ? [] : doc_ids) {
        const row = db.prepare(REVISION).get({ user_no, doc_id });
        if (row === undefined) continue;
        const deleted = integer(row, "deleted_at_ms") > 0;
        const happened_at = deleted ? "" : new Date(integer(row, "happened_ms")).toISOString();
        held.set(doc_id, { revision: integer(row, "revision"), deleted, happened_at });
      }
      return held;
    });
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async suggest(user_id: string, typed: string, limit: number): Promise<readonly Suggestion[]> {
    return this.#read((db) => {
      const user_no = findUser(db, user_id);
      return user_no === null ? [] : suggest(db, user_no, typed, limit);
    });
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async people(cursor: string): Promise<{ readonly users: readonly string[]; readonly next_cursor: string }> {
    return this.#read((db) => usersAfter(db, cursor));
  }

  async purge(user_id: string): Promise<void> {
    await this.#commit.run((db) => forgetUser(db, user_id));
    while (await this.#commit.run(purgeSlice));
    // What was erased is still in the write-ahead log until that is cut back.
    this.#read((db) => db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get());
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async stats(user_id: string): Promise<{ readonly documents: number; readonly newest_sync: string }> {
    return this.#read((db) => {
      const user_no = findUser(db, user_id);
      const row = user_no === null ? undefined : db.prepare(STATS).get(rowIds(user_no));
      if (row === undefined) return { documents: 0, newest_sync: "" };
      const newest_ms = integer(row, "newest_ms");
      return {
        documents: integer(row, "documents"),
        newest_sync: newest_ms < 0 ? "" : new Date(newest_ms).toISOString(),
      };
    });
  }

  async sweep(now_ms: number): Promise<number> {
    for (let slice = 0; slice < PURGE_SLICES_PER_SWEEP; slice++) {
      if (!await this.#commit.run(purgeSlice)) break;
    }
    return await this.#commit.run((db) => sweepTombstones(db, now_ms));
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async ping(): Promise<void> {
    this.#read((db) => db.prepare("SELECT count(*) FROM purges").get());
  }

  // deno-lint-ignore require-await -- the port's closing may take time
  async close(): Promise<void> {
    this.#commit.close();
    this.#db.close();
  }

  #fragments(user_id: string, doc_id: string): FragmentInPlace[] | null {
    return this.#read((db) => {
      const user_no = findUser(db, user_id);
      const row = user_no === null ? undefined : db.prepare(FRAGMENTS).get({ user_no, doc_id });
      return row === undefined ? null : unpackFragments(text(row, "fragments"), joinUnspaced(text(row, "body")));
    });
  }

  #read<T>(reading: (db: Database) => T): T {
    if (!this.#db.isOpen) throw new StoreAwayError(this.#db.name);
    try {
      return reading(this.#db);
    } catch (error) {
      throw storeError(this.#db.name, error);
    }
  }
}
