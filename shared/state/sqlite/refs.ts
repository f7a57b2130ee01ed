import { KEY_TTL_SECONDS } from "../../contracts/keys.ts";
import { type Database, integer, text } from "../../sqlite/mod.ts";
import type { Ref, Refs, RefValue } from "../port.ts";
import { type Store, SWEEP_ROWS, Sweeper } from "./store.ts";

const TTL_MS = KEY_TTL_SECONDS.office * 1_000;

/** Documents by reference, seven days. */
export class SqliteRefs implements Refs {
  readonly #store: Store;
  readonly #sweeper: Sweeper;

  constructor(store: Store) {
    this.#store = store;
    this.#sweeper = new Sweeper(store, sweepRefs);
  }

  async put(entries: readonly (Ref & RefValue)[]): Promise<readonly boolean[]> {
    const now = this.#store.time.ms();
    const kept = await this.#store.write((db) => entries.map((entry) => putRef(db, entry, now)));
    this.#sweeper.pass(now);
    return kept;
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async get(ref: Ref): Promise<RefValue | null> {
    const row = this.#store.read((db) =>
      db.prepare(
        `SELECT revision, hash, data FROM ref
         WHERE user_id = ? AND doc_type = ? AND doc_id = ? AND expires_ms > ?`,
      ).get(ref.user_id, ref.doc_type, ref.doc_id, this.#store.time.ms())
    );
    if (row === undefined) return null;
    return { revision: integer(row, "revision"), hash: text(row, "hash"), data: text(row, "data") };
  }

  async remove(refs: readonly Ref[]): Promise<void> {
    await this.#store.write((db) => {
      const statement = db.prepare("DELETE FROM ref WHERE user_id = ? AND doc_type = ? AND doc_id = ?");
      for (const ref of refs) statement.run(ref.user_id, ref.doc_type, ref.doc_id);
    });
  }
}

/** A newer revision stays, unless it has run out. */
function putRef(db: Database, entry: Ref & RefValue, now_ms: number): boolean {
  return db.prepare(
    `INSERT INTO ref (user_id, doc_type, doc_id, revision, hash, data, expires_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (user_id, doc_type, doc_id) DO UPDATE
     SET revision = excluded.revision, hash = excluded.hash, data = excluded.data, expires_ms = excluded.expires_ms
     WHERE ref.revision <= excluded.revision OR ref.expires_ms <= ?`,
  ).run(
    entry.user_id,
    entry.doc_type,
    entry.doc_id,
    entry.revision,
    entry.hash,
    entry.data,
    now_ms + TTL_MS,
    now_ms,
  ).changes === 1;
}

function sweepRefs(db: Database, now_ms: number): number {
  const changes = db.prepare(
    "DELETE FROM ref WHERE id IN (SELECT id FROM ref WHERE expires_ms <= ? ORDER BY expires_ms LIMIT ?)",
  ).run(now_ms, SWEEP_ROWS).changes;
  return Number(changes);
}
