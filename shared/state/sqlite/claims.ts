import { createHash } from "node:crypto";
import { claimText, KEY_TTL_SECONDS, LEASE_TTL_MS } from "../../contracts/keys.ts";
import { type Database, integer, type Row } from "../../sqlite/mod.ts";
import type { Claim, Claims, ClaimToken } from "../port.ts";
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
 * What must outlive the process is written: that the work is done, and how often it failed.
 */
export class SqliteClaims implements Claims {
  readonly #store: Store;
  readonly #sweeper: Sweeper;
  readonly #live = new Map<string, Live>();
  #taken = 0;
  #live_max = LIVE_MIN;

  constructor(store: Store) {
    this.#store = store;
    this.#sweeper = new Sweeper(store, sweepClaims);
  }

  // deno-lint-ignore require-await -- what the read throws must reject
  async claim(subscription: string, event_id: string): Promise<Claim> {
    const text = claimText(subscription, event_id);
    const now = this.#store.time.ms();
    const live = this.#live.get(text);
    if (live !== undefined && (live.settling || live.until_ms > now)) return { kind: "busy", until_ms: live.until_ms };
    const row = this.#store.read((db) => findClaim(db, text));
    let failures = 0;
    if (row !== undefined && integer(row, "at_ms") + TTL_MS > now) {
      if (typeof row.outcome === "string") return { kind: "done", outcome: row.outcome };
      failures = integer(row, "failures");
    }
    if (this.#live.size > this.#live_max) this.#forgetDead(now);
    const value = `${++this.#taken}.${this.#store.owner}`;
    this.#live.set(text, { value, failures, until_ms: now + LEASE_TTL_MS, settling: false });
    return { kind: "claimed", token: { subscription, event_id, value }, failures };
  }

  // deno-lint-ignore require-await -- nothing is written
  async renew(token: ClaimToken): Promise<boolean> {
    const live = this.#held(token);
    if (live === undefined) return false;
    live.until_ms = this.#store.time.ms() + LEASE_TTL_MS;
    return true;
  }

  async complete(token: ClaimToken, outcome: string): Promise<boolean> {
    const live = this.#held(token);
    if (live === undefined) return false;
    await this.#settle(token, live, live.failures, outcome);
    return true;
  }

  async release(token: ClaimToken, failed: boolean): Promise<number | null> {
    const live = this.#held(token);
    if (live === undefined) return null;
    if (failed) await this.#settle(token, live, live.failures + 1, null);
    else this.#live.delete(claimText(token.subscription, token.event_id));
    return live.failures + (failed ? 1 : 0);
  }

  async forget(subscription: string, event_id: string): Promise<void> {
    const text = claimText(subscription, event_id);
    this.#live.delete(text);
    await this.#store.write((db) => db.prepare("DELETE FROM claim WHERE key = ?").run(keyOf(text)));
  }

  #held(token: ClaimToken): Live | undefined {
    const live = this.#live.get(claimText(token.subscription, token.event_id));
    const ours = live?.value === token.value && !live.settling && live.until_ms > this.#store.time.ms();
    return ours ? live : undefined;
  }

  /** Writes how the claim ended. It stays taken until that is synced, so that nobody claims it in between. */
  async #settle(token: ClaimToken, live: Live, failures: number, outcome: string | null): Promise<void> {
    const text = claimText(token.subscription, token.event_id);
    const now = this.#store.time.ms();
    live.settling = true;
    try {
      await this.#store.write((db) =>
        db.prepare("INSERT OR REPLACE INTO claim (key, at_ms, failures, outcome) VALUES (?, ?, ?, ?)")
          .run(keyOf(text), now, failures, outcome)
      );
      if (this.#live.get(text) === live) this.#live.delete(text);
    } finally {
      live.settling = false;
    }
    this.#sweeper.pass(now);
  }

  #forgetDead(now: number): void {
    for (const [text, live] of this.#live) {
      if (!live.settling && live.until_ms <= now) this.#live.delete(text);
    }
    this.#live_max = Math.max(LIVE_MIN, 2 * this.#live.size);
  }
}

function keyOf(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

function findClaim(db: Database, text: string): Row | undefined {
  return db.prepare("SELECT at_ms, failures, outcome FROM claim WHERE key = ?").get(keyOf(text));
}

/** The oldest rows have the lowest ids, since a claim is written anew whenever it ends. */
function sweepClaims(db: Database, now_ms: number): number {
  const changes = db.prepare(
    "DELETE FROM claim WHERE id IN (SELECT id FROM claim ORDER BY id LIMIT ?) AND at_ms <= ?",
  ).run(SWEEP_ROWS, now_ms - TTL_MS).changes;
  return Number(changes);
}
