import { StoreAwayError } from "../../contracts/errors.ts";
import { type Database, type GroupCommit, storeError } from "../../sqlite/mod.ts";
import { Floors } from "./floors.ts";
import type { StoreTime } from "./time.ts";

/** What the parts of the store share. */
export class Store {
  readonly db: Database;
  readonly time: StoreTime;
  /** Random, new at each opening: the owner of this process's claims, leases and slots. */
  readonly owner: string;
  readonly floors: Floors;
  readonly #group: GroupCommit;

  constructor(db: Database, group: GroupCommit, time: StoreTime, owner: string) {
    this.db = db;
    this.#group = group;
    this.time = time;
    this.owner = owner;
    this.floors = new Floors(db);
  }

  /** Runs `work` in a shared transaction; see `GroupCommit.run`. */
  write<T>(work: (db: Database) => T): Promise<T> {
    return this.#group.run(work);
  }

  /** Reads at once: works run whole within one turn, so nothing half-written is ever seen. @throws StoreAwayError */
  read<T>(work: (db: Database) => T): T {
    try {
      return work(this.db);
    } catch (error) {
      if (!this.db.isOpen) throw new StoreAwayError(this.db.name, error);
      throw storeError(this.db.name, error);
    }
  }
}

/** Removes what has run out, a slice at a time and at most once a minute, when a write passes by. */
export class Sweeper {
  readonly #store: Store;
  readonly #slice: (db: Database, now_ms: number) => number;
  #next_ms = 0;
  #running = false;

  /** @param slice removes at most {@linkcode SWEEP_ROWS} rows and returns how many it removed */
  constructor(store: Store, slice: (db: Database, now_ms: number) => number) {
    this.#store = store;
    this.#slice = slice;
  }

  /** Queues a slice behind the caller's own write, when one is due. */
  pass(now_ms: number): void {
    if (this.#running || now_ms < this.#next_ms) return;
    this.#running = true;
    this.#store.write((db) => this.#slice(db, now_ms)).then((removed) => {
      this.#running = false;
      if (removed < SWEEP_ROWS) this.#next_ms = now_ms + SWEEP_EVERY_MS;
    }, () => {
      // The file is away or closed: the next write that passes tries again.
      this.#running = false;
    });
  }
}

/** Rows of one slice. */
export const SWEEP_ROWS = 500;

const SWEEP_EVERY_MS = 60_000;
