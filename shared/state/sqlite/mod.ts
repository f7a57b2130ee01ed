/** The state in one SQLite file, for one process. */
import type { Clock, Random } from "../../contracts/deps.ts";
import type { ResourceKey } from "../../contracts/ids.ts";
import { metric, type MetricValue } from "../../contracts/metrics.ts";
import { type Database, GroupCommit, integer, openDatabase, text } from "../../sqlite/mod.ts";
import type {
  Fragments,
  Leases,
  Ledger,
  Progress,
  Quotas,
  Records,
  RecordScope,
  Refs,
  Slots,
  Snapshot,
  State,
  StateHealth,
} from "../port.ts";
import { SqliteClaims } from "./claims.ts";
import { SqliteLeases } from "./leases.ts";
import { MemoryFragments } from "./fragments.ts";
import { removeDropped, SqliteLedger } from "./ledger.ts";
import { MemoryProgress } from "./progress.ts";
import { SqliteRecords } from "./records.ts";
import { SqliteRefs } from "./refs.ts";
import { MIGRATIONS } from "./schema.ts";
import { MemoryQuotas } from "./quotas.ts";
import { MemorySlots } from "./slots.ts";
import { Store } from "./store.ts";
import { StoreTime } from "./time.ts";

/** Where the file is, and what its store is given. */
export interface SqliteStateOptions {
  /** The file, such as `DATA_DIR/state.sqlite`; made when missing. */
  readonly path: string;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Opens the state file for this process alone.
 * @throws StoreAwayError when another process holds it or the disk refuses
 */
export function openSqliteState(options: SqliteStateOptions): State {
  const db = openDatabase({ path: options.path, name: "The state file", migrations: MIGRATIONS });
  const { run_id, boot, issued } = startUp(db, options.random);
  const time = new StoreTime(options.clock);
  time.atLeast(issued);
  const group = new GroupCommit(db);
  const store = new Store(db, group, time, options.random.uuid());
  return new SqliteState(store, group, { path: options.path, run_id, boot });
}

class SqliteState implements State {
  readonly refs: Refs;
  readonly fragments: Fragments;
  readonly claims: SqliteClaims;
  readonly leases: Leases;
  readonly slots: Slots;
  readonly quotas: Quotas;
  readonly progress: Progress;
  readonly #store: Store;
  readonly #group: GroupCommit;
  readonly #ledgerLeases: SqliteLeases;
  readonly #run_id: string;
  readonly #path: string;

  constructor(
    store: Store,
    group: GroupCommit,
    { path, run_id, boot }: { readonly path: string; readonly run_id: string; readonly boot: number },
  ) {
    this.#store = store;
    this.#group = group;
    this.#path = path;
    this.#run_id = run_id;
    this.refs = new SqliteRefs(store);
    this.fragments = new MemoryFragments(store.time);
    this.claims = new SqliteClaims(store);
    this.#ledgerLeases = new SqliteLeases(store, boot);
    this.leases = this.#ledgerLeases;
    this.slots = new MemorySlots(store);
    this.quotas = new MemoryQuotas(store.time);
    this.progress = new MemoryProgress(store);
    // A drop that a crash cut short goes on in the background; if it fails, the next start goes on with it.
    removeDropped(store).catch(() => {});
  }

  ledger(key: ResourceKey): Ledger {
    return new SqliteLedger(this.#store, this.#ledgerLeases, key);
  }

  records(scope: RecordScope): Records {
    return new SqliteRecords(this.#store, scope);
  }

  micros(): Promise<number> {
    return Promise.resolve(this.#store.time.micros());
  }

  async health(): Promise<StateHealth> {
    this.#store.read((db) => db.prepare("SELECT value FROM meta WHERE name = 'run_id'").get());
    if (this.#group.failure !== undefined) {
      // An instance that is not ready gets nothing to write, so it has to find out by itself when the disk has room.
      await this.#store.write((db) => db.prepare("UPDATE meta SET value = value WHERE name = 'boot'").run())
        .catch(() => {});
    }
    const ready = this.#group.failure === undefined;
    const warnings = ready ? [] : ["The state file cannot be written: look at the disk's free space and its errors."];
    return { ready, run_id: this.#run_id, warnings };
  }

  numbers(): Promise<readonly MetricValue[]> {
    const failing = this.#group.failure === undefined ? 0 : 1;
    return Promise.resolve([metric("store_writes_failing", { store: "state" }, failing)]);
  }

  /** Loaded when first called: cold starts do without. */
  async snapshot(): Promise<Snapshot> {
    const { takeSnapshot } = await import("./snapshot.ts");
    const path = this.#path === ":memory:" ? await Deno.makeTempFile() : `${this.#path}.snapshot`;
    return await takeSnapshot(this.#store, path);
  }

  /** Commits what is under way, then closes the file. */
  // deno-lint-ignore require-await -- nothing is waited for
  async close(): Promise<void> {
    this.claims.close();
    this.#group.close();
    this.#store.db.close();
  }
}

/** Counts the opening, names a new file, and finds the highest revision that was ever issued or erased up to. */
function startUp(db: Database, random: Random): { run_id: string; boot: number; issued: number } {
  db.prepare("INSERT INTO meta (name, value) VALUES ('run_id', ?) ON CONFLICT DO NOTHING").run(random.uuid());
  const run = db.prepare("SELECT value AS run_id FROM meta WHERE name = 'run_id'").get();
  const boot = db.prepare("UPDATE meta SET value = value + 1 WHERE name = 'boot' RETURNING value AS boot").get();
  const issued = db.prepare(
    `SELECT max((SELECT value FROM meta WHERE name = 'time'),
                (SELECT coalesce(max(revision), 0) FROM resource),
                (SELECT coalesce(max(revision), 0) FROM floor)) AS micros`,
  ).get();
  return { run_id: text(run, "run_id"), boot: integer(boot, "boot"), issued: integer(issued, "micros") + 1 };
}
