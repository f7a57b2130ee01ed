import { KEY_TTL_SECONDS, LEASE_TTL_MS } from "../../contracts/keys.ts";
import { type Database, integer, type Row } from "../../sqlite/mod.ts";
import { ClaimNames } from "../claim_name.ts";
import type { Claim, Claims, ClaimSeen, ClaimToken } from "../port.ts";
import { StoreAwayError } from "../../contracts/errors.ts";
import { DoneClaims, putClaim, rowKey } from "./done_claims.ts";
import { KnownClaims } from "./known_claims.ts";
import { type Store, SWEEP_ROWS, Sweeper } from "./store.ts";

/** A claim that a handler of this process holds. */
interface Live {
  readonly value: string;
  readonly failures: number;
  until_ms: number;
  /** True while its end is being written: nobody else may touch it meanwhile. */
  settling: boolean;
}

const TTL_MS = KEY_TTL_SECONDS.idempotency * 1_000;

/** Claims in memory are looked through for dead ones when there are more than this, and again at twice what is left. */
const LIVE_MIN = 20_000;

/**
 * Held claims are in memory, since the file serves one process: its end voids them, and taking one costs no sync.
 * What must outlive the process is written: how often the work failed, before that is answered, and soon after it that
 * the work is done.
 */
export class SqliteClaims implements Claims {
  readonly #store: Store;
  readonly #sweeper: Sweeper;
  readonly #live = new Map<string, Live>();
  readonly #done: DoneClaims;
  readonly #known: KnownClaims;
  readonly #names = new ClaimNames();
  /** Their rows are still in the file, and count no more. */
  readonly #forgetting = new Set<string>();
  #taken = 0;
  #live_max = LIVE_MIN;

  constructor(store: Store) {
    this.#store = store;
    this.#sweeper = new Sweeper(store, sweepClaims);
    this.#done = new DoneClaims(store);
    this.#known = new KnownClaims(store.db, TTL_MS);
  }

  nameOf(subscription: string, event_id: string): string {
    return this.#names.of(subscription, event_id);
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async claim(subscription: string, event_id: string, done_before_ms = 0): Promise<Claim> {
    const name = this.#names.of(subscription, event_id);
    const now = this.#store.time.ms();
    const live = this.#live.get(name);
    if (live !== undefined && (live.settling || live.until_ms > now)) return { kind: "busy", until_ms: live.until_ms };
    const done = this.#done.get(name);
    if (done !== undefined) {
      if (done.at_ms + TTL_MS > now && done.at_ms >= done_before_ms) return { kind: "done", outcome: done.outcome };
      this.#done.forget(name);
    }
    const row = this.#store.read((db) => this.#find(db, name, now));
    // Of a holder that let its claim run out, which the file may not know yet.
    let failures = live !== undefined && live.until_ms - LEASE_TTL_MS + TTL_MS > now ? live.failures : 0;
    if (row !== undefined && integer(row, "at_ms") + TTL_MS > now) {
      const { outcome } = row;
      if (typeof outcome === "string" && integer(row, "at_ms") >= done_before_ms) return { kind: "done", outcome };
      failures = integer(row, "failures");
    }
    if (this.#live.size > this.#live_max) this.#forgetDead(now);
    const value = `${++this.#taken}.${this.#store.owner}`;
    this.#live.set(name, { value, failures, until_ms: now + LEASE_TTL_MS, settling: false });
    this.#keepFailures(name, failures, now);
    return { kind: "claimed", token: { subscription, event_id, value }, failures };
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async look(subscription: string, event_id: string): Promise<ClaimSeen> {
    const name = this.#names.of(subscription, event_id);
    const now = this.#store.time.ms();
    const live = this.#live.get(name);
    if (live !== undefined && (live.settling || live.until_ms > now)) return { kind: "held", failures: live.failures };
    const done = this.#done.get(name);
    if (done !== undefined && done.at_ms + TTL_MS > now) return { kind: "done", ...done };
    const row = this.#store.read((db) => this.#find(db, name, now));
    if (row === undefined || integer(row, "at_ms") + TTL_MS <= now) return { kind: "none" };
    if (typeof row.outcome === "string") return { kind: "done", outcome: row.outcome, at_ms: integer(row, "at_ms") };
    return { kind: "failed", failures: integer(row, "failures") };
  }

  // deno-lint-ignore require-await -- nothing is written
  async renew(token: ClaimToken): Promise<boolean> {
    const live = this.#held(token);
    if (live === undefined) return false;
    const now = this.#store.time.ms();
    live.until_ms = now + LEASE_TTL_MS;
    this.#keepFailures(this.#nameOf(token), live.failures, now);
    return true;
  }

  // deno-lint-ignore require-await -- the writing is not waited for; what a closed store throws must reject
  async complete(token: ClaimToken, outcome: string): Promise<boolean> {
    if (this.#held(token) === undefined) return false;
    if (!this.#store.db.isOpen) throw new StoreAwayError(this.#store.db.name);
    const name = this.#nameOf(token);
    const at_ms = this.#store.time.ms();
    this.#live.delete(name);
    this.#known.add(name, at_ms);
    this.#done.add(name, { at_ms, outcome });
    this.#sweeper.pass(at_ms);
    return true;
  }

  async release(token: ClaimToken, failed: boolean): Promise<number | null> {
    const live = this.#held(token);
    if (live === undefined) return null;
    if (failed) await this.#settleFailure(token, live);
    else this.#live.delete(this.#nameOf(token));
    return live.failures + (failed ? 1 : 0);
  }

  async forget(subscription: string, event_id: string): Promise<void> {
    const name = this.#names.of(subscription, event_id);
    this.#live.delete(name);
    this.#done.forget(name);
    this.#forgetting.add(name);
    try {
      await this.#store.write((db) => db.prepare("DELETE FROM claim WHERE key = ?").run(rowKey(name)));
    } finally {
      this.#forgetting.delete(name);
    }
  }

  /** Hands what is not written yet to the file, which is about to be closed. */
  close(): void {
    this.#done.flush();
  }

  #nameOf(token: ClaimToken): string {
    return this.#names.of(token.subscription, token.event_id);
  }

  #find(db: Database, name: string, now_ms: number): Row | undefined {
    if (!db.isOpen) throw new StoreAwayError(db.name);
    if (!this.#known.mayBeInFile(name, now_ms) || this.#forgetting.has(name)) return undefined;
    return db.prepare("SELECT at_ms, failures, outcome FROM claim WHERE key = ?").get(rowKey(name));
  }

  #held(token: ClaimToken): Live | undefined {
    const live = this.#live.get(this.#nameOf(token));
    const ours = live?.value === token.value && !live.settling && live.until_ms > this.#store.time.ms();
    return ours ? live : undefined;
  }

  /** Writes one more failure. The claim stays taken until that is synced, so that nobody claims it in between. */
  async #settleFailure(token: ClaimToken, live: Live): Promise<void> {
    const name = this.#nameOf(token);
    const now = this.#store.time.ms();
    live.settling = true;
    this.#known.add(name, now);
    try {
      await this.#store.write((db) => putClaim(db, name, now, live.failures + 1, null));
      if (this.#live.get(name) === live) this.#live.delete(name);
    } finally {
      live.settling = false;
    }
    this.#sweeper.pass(now);
  }

  /** Failures count for a day from when the claim was last held. Not waited for: a crash shortens that day at most. */
  #keepFailures(name: string, failures: number, now: number): void {
    if (failures === 0) return;
    this.#known.add(name, now);
    this.#store.write((db) => putClaim(db, name, now, failures, null)).catch(() => {});
  }

  #forgetDead(now: number): void {
    for (const [name, live] of this.#live) {
      if (!live.settling && live.until_ms <= now) this.#live.delete(name);
    }
    this.#live_max = Math.max(LIVE_MIN, 2 * this.#live.size);
  }
}

/** The oldest rows have the lowest ids, since a claim is written anew whenever it ends. */
function sweepClaims(db: Database, now_ms: number): number {
  const changes = db.prepare(
    "DELETE FROM claim WHERE id IN (SELECT id FROM claim ORDER BY id LIMIT ?) AND at_ms <= ?",
  ).run(SWEEP_ROWS, now_ms - TTL_MS).changes;
  return Number(changes);
}
