import { StoreAwayError } from "../../contracts/errors.ts";
import { type Database, integer, text } from "../../sqlite/mod.ts";

/** All erasure floors, which are few and asked for with each event. The file serves one process, so memory is right. */
export class Floors {
  readonly #db: Database;
  readonly #floors: Map<string, number>;

  constructor(db: Database) {
    this.#db = db;
    const rows = db.prepare("SELECT scope, revision FROM floor").all();
    this.#floors = new Map(rows.map((row) => [text(row, "scope"), integer(row, "revision")]));
  }

  /** The floor of a scope, 0 when there is none. @throws StoreAwayError when the file is closed */
  get(scope: string): number {
    if (!this.#db.isOpen) throw new StoreAwayError(this.#db.name);
    return this.#floors.get(scope) ?? 0;
  }

  /** A floor was written. Never lowers it. */
  raised(scope: string, revision: number): void {
    this.#floors.set(scope, Math.max(revision, this.#floors.get(scope) ?? 0));
  }
}
