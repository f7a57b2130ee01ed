import type { Buffer } from "node:buffer";
import type { ResourceKey } from "../../contracts/ids.ts";
import type { Issued, Lease, Ledger, LedgerCommit, LedgerEntry, LedgerHead } from "../port.ts";
import { docIdOf, fieldOf, nameIn, readEntry, writeEntry } from "./entries.ts";
import { bucketOf, LEDGER_BUCKETS, type ResourceKeys, resourceKeys } from "./keys.ts";
import { leaseLost } from "./leases.ts";
import { DROP, ISSUE, SWEEP, WRITE } from "./lua/ledger.ts";
import { list, number, text } from "./replies.ts";
import type { Store } from "./store.ts";

/** Buckets read at a time when the whole ledger is walked. */
const BUCKETS_AT_ONCE = 64;

/** Tombstones looked up at a time by a sweep. */
const SWEEP_IDS = 1_000;

/** What is left of a dropped resource stays for a day, milliseconds. */
const DROPPED_MS = 24 * 60 * 60 * 1_000;

/** Cursor, revisions and known documents of one resource. */
export class RedisLedger implements Ledger {
  readonly #store: Store;
  readonly #key: ResourceKey;
  readonly #keys: ResourceKeys;
  /** By name; a name is derived from its text, so it never stands for another. */
  readonly #texts = new Map<string, string>();

  constructor(store: Store, key: ResourceKey) {
    this.#store = store;
    this.#key = key;
    this.#keys = resourceKeys(store.prefix, key);
  }

  async head(): Promise<LedgerHead> {
    const [head, revision] = await this.#store.command((client) => client.hmget(this.#keys.head, "head", "revision"));
    return { head: head ?? "", revision: Number(revision ?? 0) };
  }

  async issue(lease: Lease, work: string): Promise<Issued> {
    const { signals, head } = this.#keys;
    const answer = await this.#store.run(ISSUE, [signals, head], [lease.token, lease.owner, work]);
    if (answer === null) throw leaseLost(this.#key);
    const [revision, tries, unfinished] = list(answer);
    return { revision: number(revision), tries: number(tries), unfinished: text(unfinished) };
  }

  async get(doc_ids: readonly string[]): Promise<ReadonlyMap<string, LedgerEntry>> {
    const values = new Map<string, Buffer>();
    await Promise.all(
      Array.from(Map.groupBy(new Set(doc_ids), bucketOf), async ([bucket, ids]) => {
        const fields = ids.map(fieldOf);
        const found = await this.#store.command((client) => client.hmgetBuffer(this.#keys.bucket(bucket), ...fields));
        for (const [at, id] of ids.entries()) {
          const value = found[at];
          if (value) values.set(id, value);
        }
      }),
    );
    return new Map((await this.#read([...values])).map((entry) => [entry.doc_id, entry]));
  }

  enter(lease: Lease, entries: readonly LedgerEntry[]): Promise<void> {
    return this.#write(lease, entries, [0, 0, ""]);
  }

  commit(lease: Lease, commit: LedgerCommit): Promise<void> {
    const head = commit.head === undefined ? [0, ""] : [1, commit.head];
    return this.#store.durably(this.#keys.head, () => this.#write(lease, commit.entries, [1, ...head]));
  }

  async doubts(limit: number, after = ""): Promise<readonly LedgerEntry[]> {
    // All scores are 0, so that the set is in the order of the ids.
    const from = after === "" ? "-" : `(${after}`;
    const ids = await this.#store.command((client) =>
      client.zrangebylex(this.#keys.doubts, from, "+", "LIMIT", 0, limit)
    );
    const entries = await this.get(ids);
    return ids.flatMap((id) => entries.get(id) ?? []).filter((entry) => entry.doubt !== "");
  }

  unseen(container: string, epoch: number, after: string, limit: number): Promise<readonly LedgerEntry[]> {
    return this.#walk(
      after,
      limit,
      (entry) => entry.container === container && entry.epoch < epoch && entry.state !== "tombstone",
    );
  }

  list(after: string, limit: number): Promise<readonly LedgerEntry[]> {
    return this.#walk(after, limit, () => true);
  }

  async sweep(before: number): Promise<number> {
    const { doubts, tombstones, bucket } = this.#keys;
    for (let removed = 0;;) {
      const ids = await this.#store.command((client) =>
        client.zrangebyscore(tombstones, "-inf", `(${before}`, "LIMIT", 0, SWEEP_IDS)
      );
      const slices = await Promise.all(
        Array.from(
          Map.groupBy(ids, bucketOf),
          ([at, some]) =>
            this.#store.run(SWEEP, [doubts, tombstones, bucket(at)], [
              before,
              ...some.flatMap((id) => [fieldOf(id), id]),
            ]),
        ),
      );
      removed += slices.reduce<number>((sum, count) => sum + number(count), 0);
      if (ids.length < SWEEP_IDS) return removed;
    }
  }

  async drop(): Promise<void> {
    const { signals, head, doubts, tombstones, names, bucket } = this.#keys;
    const buckets = Array.from({ length: LEDGER_BUCKETS }, (_, at) => bucket(at));
    await this.#store.run(DROP, [signals, head, doubts, tombstones, names, ...buckets], [DROPPED_MS]);
  }

  /** @param settings for a commit 1, else 0; 1 when there is a head; the head */
  async #write(lease: Lease, entries: readonly LedgerEntry[], settings: readonly (string | number)[]): Promise<void> {
    const { signals, head, doubts, tombstones, names } = this.#keys;
    const keys = [signals, head, doubts, tombstones, names];
    const places = new Map<number, number>();
    const texts = new Map<string, string>();
    const written: (string | number | Buffer)[] = [];
    for (const entry of entries) {
      const bucket = bucketOf(entry.doc_id);
      let place = places.get(bucket);
      if (place === undefined) {
        place = places.size + 1;
        places.set(bucket, place);
        keys.push(this.#keys.bucket(bucket));
      }
      const { value, named } = writeEntry(entry);
      if (named !== null) texts.set(named.name, named.text);
      written.push(place, fieldOf(entry.doc_id), entry.doc_id, entry.revision, value);
    }
    const args = [lease.token, lease.owner, ...settings, texts.size, ...[...texts].flat(), ...written];
    const answer = number(await this.#store.run(WRITE, keys, args));
    if (answer === 0) throw leaseLost(this.#key);
    if (answer < 0) throw new Error("Cannot write a ledger entry: two texts have one name");
  }

  /** Reads values in their order, with the texts that they name. */
  async #read(values: readonly (readonly [string, Buffer])[]): Promise<LedgerEntry[]> {
    const missing = new Set<string>();
    for (const [, value] of values) {
      const name = nameIn(value);
      if (name !== null && !this.#texts.has(name)) missing.add(name);
    }
    if (missing.size > 0) {
      const names = [...missing];
      const texts = await this.#store.command((client) => client.hmget(this.#keys.names, ...names));
      for (const [at, name] of names.entries()) {
        const text = texts[at];
        if (typeof text === "string") this.#texts.set(name, text);
      }
    }
    return values.map(([id, value]) => readEntry(id, value, (name) => this.#texts.get(name)));
  }

  /** Entries that `wanted` accepts, by document id after `after`, at most `limit`. */
  async #walk(
    after: string,
    limit: number,
    wanted: (entry: LedgerEntry) => boolean,
  ): Promise<readonly LedgerEntry[]> {
    const found: LedgerEntry[] = [];
    const first = after === "" ? 0 : bucketOf(after);
    for (let start = first; start < LEDGER_BUCKETS && found.length < limit; start += BUCKETS_AT_ONCE) {
      const length = Math.min(BUCKETS_AT_ONCE, LEDGER_BUCKETS - start);
      const buckets = await Promise.all(
        Array.from(
          { length },
          (_, at) => this.#store.command((client) => client.hgetallBuffer(this.#keys.bucket(start + at))),
        ),
      );
      const values = buckets.flatMap((bucket) => Object.entries(bucket))
        .map(([field, value]) => [docIdOf(field), value] as const)
        .filter(([id]) => id > after);
      const entries = (await this.#read(values)).filter(wanted);
      found.push(...entries.sort((one, other) => (one.doc_id < other.doc_id ? -1 : 1)));
    }
    return found.slice(0, limit);
  }
}
