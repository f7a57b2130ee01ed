import type { Database } from "../../sqlite/mod.ts";
import type { Store } from "./store.ts";

/** That an event was handled: when, and with what outcome. */
export interface DoneClaim {
  readonly at_ms: number;
  readonly outcome: string;
}

/**
 * Written when there are so many, or when the oldest has waited so long and another one comes. Keys are random, so a
 * transaction writes nearly each page of the index once, however many rows it has.
 */
const BATCH = 4_096;
const BATCH_MS = 1_000;

/** Each statement costs as much again as a row of it. */
const ROWS_PER_STATEMENT = 16;

/** Of the SHA-256: enough to tell all events apart, and half of the pages that random keys spread over. */
const KEY_HEX_DIGITS = 32;

/**
 * Finished claims on their way into the file, many to a transaction and none of them waited for: what a crash loses of
 * them is handled again when it is delivered again, and finds its work done.
 */
export class DoneClaims {
  readonly #store: Store;
  #open = new Map<string, DoneClaim>();
  #opened_ms = 0;
  /** Being written; read until that is over. */
  readonly #writing = new Set<Map<string, DoneClaim>>();

  constructor(store: Store) {
    this.#store = store;
  }

  get(name: string): DoneClaim | undefined {
    const open = this.#open.get(name);
    if (open !== undefined || this.#writing.size === 0) return open;
    return [...this.#writing].findLast((batch) => batch.has(name))?.get(name);
  }

  add(name: string, done: DoneClaim): void {
    if (this.#open.size === 0) this.#opened_ms = done.at_ms;
    this.#open.set(name, done);
    if (this.#open.size >= BATCH || done.at_ms - this.#opened_ms >= BATCH_MS) this.flush();
  }

  forget(name: string): void {
    this.#open.delete(name);
    for (const batch of this.#writing) batch.delete(name);
  }

  /** Queues what is not written yet. */
  flush(): void {
    if (this.#open.size === 0) return;
    const batch = this.#open;
    this.#open = new Map();
    this.#writing.add(batch);
    const over = () => {
      this.#writing.delete(batch);
    };
    // A batch that the file refuses is given up: the state's health says that the file refuses.
    this.#store.write((db) => putDone(db, batch)).then(over, over);
  }
}

const PUT = "INSERT OR REPLACE INTO claim (key, at_ms, failures, outcome) VALUES (?, ?, ?, ?)";
const PUT_MANY = PUT + ", (?, ?, ?, ?)".repeat(ROWS_PER_STATEMENT - 1);

/** Writes how a claim ended. An outcome of null stands for a failure. */
export function putClaim(db: Database, name: string, at_ms: number, failures: number, outcome: string | null): void {
  db.prepare(PUT).run(rowKey(name), at_ms, failures, outcome);
}

function putDone(db: Database, batch: ReadonlyMap<string, DoneClaim>): void {
  let left = batch.size;
  let rows: (Uint8Array | string | number)[] = [];
  for (const [name, { at_ms, outcome }] of batch) {
    if (rows.length === 0 && left < ROWS_PER_STATEMENT) putClaim(db, name, at_ms, 0, outcome);
    else rows.push(rowKey(name), at_ms, 0, outcome);
    left--;
    if (rows.length < 4 * ROWS_PER_STATEMENT) continue;
    db.prepare(PUT_MANY).run(...rows);
    rows = [];
  }
}

/** The key in the file of the claim with that name. */
export function rowKey(name: string): Uint8Array {
  return Uint8Array.fromHex(name.slice(0, KEY_HEX_DIGITS));
}
