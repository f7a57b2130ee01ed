/** The record that says which versions of the index there are; all instances agree by it. */
import type { Clock } from "../contracts/deps.ts";
import { StoreAwayError } from "../contracts/errors.ts";
import { FIRST_VERSIONS, IndexVersions } from "../contracts/index_versions.ts";
import { COLLECTIONS } from "../contracts/records.ts";
import type { Records, State } from "../state/port.ts";

const RECORD_ID = "versions";

/** Every search asks which version is active; a switch is seen everywhere after this long. */
const FRESH_MS = 1_000;

/** Others change the same record; after this many lost races it is their fault. */
const TRIES_MAX = 5;

/** Reads and changes the record. */
export class VersionRecord {
  readonly #records: Records;
  readonly #clock: Pick<Clock, "now">;
  #known: { readonly versions: IndexVersions; readonly at_ms: number } | undefined;
  #reading: Promise<IndexVersions> | undefined;

  constructor(state: Pick<State, "records">, clock: Pick<Clock, "now">) {
    this.#records = state.records({ system: "index" });
    this.#clock = clock;
  }

  /** From memory while that is fresh, or while the store is away. */
  async read(): Promise<IndexVersions> {
    const known = this.#known;
    if (known !== undefined && this.#clock.now() - known.at_ms < FRESH_MS) return known.versions;
    try {
      return await (this.#reading ??= this.readNow().finally(() => this.#reading = undefined));
    } catch (error) {
      if (known === undefined || !(error instanceof StoreAwayError)) throw error;
      return known.versions;
    }
  }

  /** From the store. @throws StoreAwayError */
  async readNow(): Promise<IndexVersions> {
    return (await this.#load()).versions;
  }

  /**
   * Changes the record.
   * @param change answers what is there when there is nothing to write; what it throws is thrown
   * @throws StoreAwayError
   */
  async change(change: (versions: IndexVersions) => IndexVersions): Promise<IndexVersions> {
    const at = { collection: COLLECTIONS.indexVersions, id: RECORD_ID };
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const { versions, version } = await this.#load();
      const changed = change(versions);
      if (changed === versions) return versions;
      const value = { ...changed, changed_at: new Date(this.#clock.now()).toISOString() };
      const { kind } = await this.#records.commit([{ op: "check", ...at, version }, { op: "put", ...at, value }]);
      this.#known = undefined;
      if (kind === "committed") return value;
    }
    throw new StoreAwayError("The state");
  }

  async #load(): Promise<{ readonly versions: IndexVersions; readonly version: number }> {
    const stored = await this.#records.get(COLLECTIONS.indexVersions, RECORD_ID);
    const versions = stored === null ? FIRST_VERSIONS : IndexVersions.parse(stored.value);
    this.#known = { versions, at_ms: this.#clock.now() };
    return { versions, version: stored?.version ?? 0 };
  }
}
