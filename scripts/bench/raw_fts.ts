/** The smallest honest search: one FTS5 table in a file, as its documentation begins. */
import { DatabaseSync } from "node:sqlite";
import type { IndexWrite } from "../../shared/index/port.ts";

/** A table with the searched texts of the same rows. */
export class RawFts {
  readonly #db: DatabaseSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    this.#db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    this.#db.exec("CREATE VIRTUAL TABLE raw USING fts5(title, body, people)");
  }

  /** In one transaction. */
  insert(writes: readonly IndexWrite[]): void {
    const insert = this.#db.prepare("INSERT INTO raw (title, body, people) VALUES (?, ?, ?)");
    this.#db.exec("BEGIN");
    for (const write of writes) {
      if (write.operation !== "put") continue;
      const { title, body, people } = write.document;
      insert.run(title, body, people.map(({ name, address }) => `${name} ${address}`).join(", "));
    }
    this.#db.exec("COMMIT");
  }

  /** The best 20 with what a list shows of them. @returns how many */
  search(words: readonly string[]): number {
    return this.#db.prepare(
      "SELECT rowid, title, snippet(raw, 1, '<b>', '</b>', '…', 32) AS cut FROM raw WHERE raw MATCH ? ORDER BY rank LIMIT 20",
    ).all(words.map((word) => `"${word}"`).join(" AND ")).length;
  }

  close(): void {
    this.#db.close();
  }
}
