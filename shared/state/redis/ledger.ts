import type { ResourceKey } from "../../contracts/ids.ts";
import type { Lease, Ledger, LedgerCommit, LedgerEntry, LedgerHead } from "../port.ts";
import { entryOf, lettersOf, restOf } from "./entries.ts";
import { bucketOf, LEDGER_BUCKETS, type ResourceKeys, resourceKeys } from "./keys.ts";
import { leaseLost } from "./leases.ts";
import { DROP, ISSUE, SWEEP, WRITE } from "./lua/ledger.ts";
import { list, number } from "./replies.ts";
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

  constructor(store: Store, key: ResourceKey) {
    this.#store = store;
    this.#key = key;
    this.#keys = resourceKeys(store.prefix, key);
  }

  async head(): Promise<LedgerHead> {
    const [head, revision] = await this.#store.command((client) => client.hmget(this.#keys.head, "head", "revision"));
    return { head: head ?? "", revision: Number(revision ?? 0) };
  }

  async issue(lease: Lease, work: string): Promise<{ revision: number; tries: number }> {
    const answer = await this.#store.run(ISSUE, [this.#keys.signals, this.#keys.head], [
      lease.token,
      lease.owner,
      work,
    ]);
    if (answer === null) throw leaseLost(this.#key);
    const [revision, tries] = list(answer);
    return { revision: number(revision), tries: number(tries) };
  }

  async get(doc_ids: readonly string[]): Promise<ReadonlyMap<string, LedgerEntry>> {
    const buckets = Map.groupBy(doc_ids, bucketOf);
    const found = new Map<string, LedgerEntry>();
    await Promise.all(
      Array.from(buckets, async ([bucket, ids]) => {
        const values = await this.#store.command((client) => client.hmget(this.#keys.bucket(bucket), ...ids));
        for (const [at, id] of ids.entries()) {
          const value = values[at];
          if (typeof value === "string") found.set(id, entryOf(id, value));
        }
      }),
    );
    return found;
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
    const { doubts, tombstones } = this.#keys;
    for (let removed = 0;;) {
      const ids = await this.#store.command((client) =>
        client.zrangebyscore(tombstones, "-inf", `(${before}`, "LIMIT", 0, SWEEP_IDS)
      );
      const slice = await Promise.all(
        Array.from(
          Map.groupBy(ids, bucketOf),
          async ([bucket, some]) =>
            number(await this.#store.run(SWEEP, [doubts, tombstones, this.#keys.bucket(bucket)], [before, ...some])),
        ),
      );
      removed += slice.reduce((sum, count) => sum + count, 0);
      if (ids.length < SWEEP_IDS) return removed;
    }
  }

  async drop(): Promise<void> {
    const { signals, head, doubts, tombstones, bucket } = this.#keys;
    const buckets = Array.from({ length: LEDGER_BUCKETS }, (_, at) => bucket(at));
    await this.#store.run(DROP, [signals, head, doubts, tombstones, ...buckets], [DROPPED_MS]);
  }

  async #write(lease: Lease, entries: readonly LedgerEntry[], settings: readonly (string | number)[]): Promise<void> {
    const { signals, head, doubts, tombstones } = this.#keys;
    const keys = [signals, head, doubts, tombstones];
    const places = new Map<number, number>();
    const args: (string | number)[] = [lease.token, lease.owner, ...settings];
    for (const entry of entries) {
      const bucket = bucketOf(entry.doc_id);
      let place = places.get(bucket);
      if (place === undefined) {
        place = places.size + 1;
        places.set(bucket, place);
        keys.push(this.#keys.bucket(bucket));
      }
      args.push(place, entry.doc_id, entry.revision, lettersOf(entry), restOf(entry));
    }
    if (number(await this.#store.run(WRITE, keys, args)) !== 1) throw leaseLost(this.#key);
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
      const numbers = Array.from({ length: Math.min(BUCKETS_AT_ONCE, LEDGER_BUCKETS - start) }, (_, at) => start + at);
      const buckets = await Promise.all(
        numbers.map((at) => this.#store.command((client) => client.hgetall(this.#keys.bucket(at)))),
      );
      for (const bucket of buckets) {
        const ids = Object.keys(bucket).filter((id) => id > after).sort();
        for (const id of ids) {
          const entry = entryOf(id, bucket[id] ?? "");
          if (wanted(entry)) found.push(entry);
        }
      }
    }
    return found.slice(0, limit);
  }
}
