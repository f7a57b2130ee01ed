import { idempotencyKey, KEY_TTL_SECONDS, LEASE_TTL_MS } from "../../contracts/keys.ts";
import { ClaimNames } from "../claim_name.ts";
import type { Claim, Claims, ClaimSeen, ClaimToken } from "../port.ts";
import { CLAIM, COMPLETE, LOOK, RELEASE, RENEW } from "./lua/claims.ts";
import { list, number, text } from "./replies.ts";
import type { Store } from "./store.ts";

const KEY_TTL_MS = KEY_TTL_SECONDS.idempotency * 1_000;

/** Claims, one key each. Nearly every message is new, so a plain SET NX is tried first. */
export class RedisClaims implements Claims {
  readonly #store: Store;
  readonly #names = new ClaimNames();
  #taken = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  nameOf(subscription: string, event_id: string): string {
    return this.#names.of(subscription, event_id);
  }

  async claim(subscription: string, event_id: string, done_before_ms = 0): Promise<Claim> {
    const key = this.#key(subscription, event_id);
    const token = { subscription, event_id, value: `${++this.#taken}.${this.#store.owner}` };
    const set = await this.#store.command((client) => client.set(key, `c|${token.value}`, "PX", LEASE_TTL_MS, "NX"));
    if (set === "OK") return { kind: "claimed", token, failures: 0 };
    const answer = list(await this.#store.run(CLAIM, [key], [token.value, LEASE_TTL_MS, KEY_TTL_MS, done_before_ms]));
    switch (text(answer[0])) {
      case "claimed":
        return { kind: "claimed", token, failures: number(answer[1]) };
      case "busy":
        return { kind: "busy", until_ms: number(answer[1]) };
      default:
        return { kind: "done", outcome: text(answer[1]) };
    }
  }

  async look(subscription: string, event_id: string): Promise<ClaimSeen> {
    const [kind, second, third] = list(await this.#store.run(LOOK, [this.#key(subscription, event_id)], [])).map(text);
    switch (kind) {
      case "held":
      case "failed":
        return { kind, failures: Number(second) };
      case "done":
        return { kind, at_ms: Number(second), outcome: third ?? "" };
      default:
        return { kind: "none" };
    }
  }

  async renew(token: ClaimToken): Promise<boolean> {
    return number(await this.#store.run(RENEW, [this.#keyOf(token)], [token.value, LEASE_TTL_MS, KEY_TTL_MS])) === 1;
  }

  async complete(token: ClaimToken, outcome: string): Promise<boolean> {
    const key = this.#keyOf(token);
    const done = await this.#store.durably(
      key,
      () => this.#store.run(COMPLETE, [key], [token.value, outcome, KEY_TTL_MS]),
    );
    return number(done) === 1;
  }

  async release(token: ClaimToken, failed: boolean): Promise<number | null> {
    const args = [token.value, failed ? 1 : 0, KEY_TTL_MS];
    const failures = number(await this.#store.run(RELEASE, [this.#keyOf(token)], args));
    return failures < 0 ? null : failures;
  }

  async forget(subscription: string, event_id: string): Promise<void> {
    await this.#store.command((client) => client.del(this.#key(subscription, event_id)));
  }

  #keyOf(token: ClaimToken): string {
    return this.#key(token.subscription, token.event_id);
  }

  #key(subscription: string, event_id: string): string {
    return this.#store.prefix + idempotencyKey(this.nameOf(subscription, event_id));
  }
}
