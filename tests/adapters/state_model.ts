/**
 * The state as a few lines of plain TypeScript: what each operation must answer, whatever came before. Numbers that the
 * store chooses (tokens, revisions) are taken from its answers and held to what they promise.
 */
import type { Acquired, Claim, Issued, Signals } from "../../shared/state/port.ts";

/** The store's clock runs a little while a test does; times are compared with this tolerance, milliseconds. */
const SLACK_MS = 900;

const LEASE_MS = 15_000;
const PENDING_MS = 600_000;
const DAY_MS = 86_400_000;

interface ModelClaim {
  /** Whose it is; null when it is free (failed before) or done. */
  token: string | null;
  until_ms: number;
  failures: number;
  outcome: string | null;
  ends_ms: number;
}

interface ModelEntry {
  revision: number;
  hash: string;
}

interface ModelResource {
  requested: number;
  published: number;
  published_at_ms: number;
  started: number;
  not_before_ms: number;
  /** The last lease; held while `until_ms` lies ahead. */
  owner: string;
  message: string;
  token: number;
  until_ms: number;
  head: string;
  revision: number;
  work: string;
  tries: number;
  entries: Map<string, ModelEntry>;
  /** No later token or revision may be at or below these; they outlive everything. */
  token_max: number;
  revision_max: number;
}

/** A lease in somebody's hand, lost or not. */
export interface Handle {
  readonly token: number;
  readonly owner: string;
}

function freshResource(token_max = 0, revision_max = 0): ModelResource {
  return {
    requested: 0,
    published: 0,
    published_at_ms: 0,
    started: 0,
    not_before_ms: 0,
    owner: "",
    message: "",
    token: 0,
    until_ms: 0,
    head: "",
    revision: 0,
    work: "",
    tries: 0,
    entries: new Map(),
    token_max,
    revision_max,
  };
}

const near = (actual: number, expected: number) => Math.abs(actual - expected) <= SLACK_MS;

/** Every method answers whether what the store said is right, and moves the model on. `now` is the store's time, ms. */
export class StateModel {
  readonly resources: ModelResource[];
  readonly claims = new Map<number, ModelClaim>();

  constructor(resources: number) {
    this.resources = Array.from({ length: resources }, () => freshResource());
  }

  #at(resource: number): ModelResource {
    const found = this.resources[resource];
    if (found === undefined) throw new RangeError(`No resource ${resource}`);
    return found;
  }

  #holds(state: ModelResource, lease: Handle, now: number): boolean {
    return state.token === lease.token && state.owner === lease.owner && state.until_ms > now;
  }

  raise(now: number, resource: number, answer: { requested: number; publish: boolean }): boolean {
    const state = this.#at(resource);
    state.requested++;
    state.published_at_ms = Math.min(state.published_at_ms, now);
    const pending = state.published > state.started && now - state.published_at_ms <= PENDING_MS;
    return answer.requested === state.requested && answer.publish === !pending;
  }

  published(now: number, resource: number, requested: number): boolean {
    const state = this.#at(resource);
    const number = Math.min(state.requested, requested);
    if (number >= state.published) {
      state.published = number;
      state.published_at_ms = now;
    }
    return true;
  }

  signals(resource: number, answer: Signals): boolean {
    const state = this.#at(resource);
    return answer.requested === state.requested && answer.published === state.published &&
      near(answer.published_at_ms, state.published_at_ms) && answer.started === state.started;
  }

  acquire(now: number, resource: number, message: string, answer: Acquired): boolean {
    const state = this.#at(resource);
    state.until_ms = Math.min(state.until_ms, now + LEASE_MS);
    if (state.until_ms > now) {
      return answer.kind === "held" && answer.own === (state.message === message) &&
        near(answer.until_ms, state.until_ms);
    }
    if (state.not_before_ms > now) {
      return answer.kind === "waiting" && near(answer.not_before_ms, state.not_before_ms);
    }
    if (answer.kind !== "acquired" || answer.lease.token <= state.token_max) return false;
    state.token = answer.lease.token;
    state.token_max = answer.lease.token;
    state.owner = answer.lease.owner;
    state.message = message;
    state.until_ms = now + LEASE_MS;
    return this.signals(resource, answer.signals);
  }

  /** @param answer null when the lease was lost */
  begin(now: number, resource: number, lease: Handle, answer: Signals | null): boolean {
    const state = this.#at(resource);
    if (!this.#holds(state, lease, now)) return answer === null;
    state.started = state.requested;
    return answer !== null && this.signals(resource, answer);
  }

  renew(now: number, resource: number, lease: Handle, answer: boolean): boolean {
    const state = this.#at(resource);
    const held = this.#holds(state, lease, now);
    if (held) state.until_ms = now + LEASE_MS;
    return answer === held;
  }

  release(now: number, resource: number, lease: Handle, answer: "released" | "again" | "lost"): boolean {
    const state = this.#at(resource);
    if (!this.#holds(state, lease, now)) return answer === "lost";
    if (state.requested !== state.started) return answer === "again";
    state.until_ms = 0;
    return answer === "released";
  }

  abandon(now: number, resource: number, lease: Handle, answer: boolean): boolean {
    const state = this.#at(resource);
    const held = this.#holds(state, lease, now);
    if (held) state.until_ms = 0;
    return answer === held;
  }

  waitUntil(resource: number, until_ms: number): boolean {
    const state = this.#at(resource);
    state.not_before_ms = Math.max(state.not_before_ms, until_ms);
    return true;
  }

  issue(
    now: number,
    resource: number,
    lease: Handle,
    work: string,
    answer: Issued | null,
  ): boolean {
    const state = this.#at(resource);
    if (!this.#holds(state, lease, now)) return answer === null;
    if (answer?.unfinished !== state.work) return false;
    state.tries = state.work === work ? state.tries + 1 : 1;
    state.work = work;
    if (answer === null || answer.tries !== state.tries) return false;
    const right = answer.revision > state.revision_max && answer.revision >= now * 1_000;
    state.revision = answer.revision;
    state.revision_max = answer.revision;
    return right;
  }

  /** @param head undefined for `enter`. @param answer false when the lease was lost */
  write(
    now: number,
    resource: number,
    lease: Handle,
    entries: readonly { doc_id: string; revision: number; hash: string }[],
    head: string | undefined,
    answer: boolean,
  ): boolean {
    const state = this.#at(resource);
    if (!this.#holds(state, lease, now)) return !answer;
    for (const { doc_id, revision, hash } of entries) {
      if ((state.entries.get(doc_id)?.revision ?? 0) <= revision) state.entries.set(doc_id, { revision, hash });
    }
    if (head !== undefined) {
      state.head = head;
      state.work = "";
      state.tries = 0;
    }
    return answer;
  }

  drop(resource: number): boolean {
    const { token_max, revision_max } = this.#at(resource);
    this.resources[resource] = freshResource(token_max, revision_max);
    return true;
  }

  claim(now: number, event: number, answer: Claim): boolean {
    let state = this.claims.get(event);
    if (state !== undefined && state.ends_ms <= now) state = undefined;
    if (state !== undefined && state.outcome !== null) {
      return answer.kind === "done" && answer.outcome === state.outcome;
    }
    if (state !== undefined && state.token !== null) {
      state.until_ms = Math.min(state.until_ms, now + LEASE_MS);
      if (state.until_ms > now) return answer.kind === "busy" && near(answer.until_ms, state.until_ms);
    }
    const failures = state?.failures ?? 0;
    if (answer.kind !== "claimed" || answer.failures !== failures) return false;
    const [until_ms, ends_ms] = [now + LEASE_MS, now + DAY_MS];
    this.claims.set(event, { token: answer.token.value, until_ms, failures, outcome: null, ends_ms });
    return true;
  }

  #claimed(now: number, event: number, token: string): ModelClaim | undefined {
    const state = this.claims.get(event);
    return state !== undefined && state.token === token && state.until_ms > now ? state : undefined;
  }

  renewClaim(now: number, event: number, token: string, answer: boolean): boolean {
    const state = this.#claimed(now, event, token);
    if (state !== undefined) Object.assign(state, { until_ms: now + LEASE_MS, ends_ms: now + DAY_MS });
    return answer === (state !== undefined);
  }

  complete(now: number, event: number, token: string, outcome: string, answer: boolean): boolean {
    const state = this.#claimed(now, event, token);
    if (state !== undefined) Object.assign(state, { token: null, outcome, ends_ms: now + DAY_MS });
    return answer === (state !== undefined);
  }

  releaseClaim(now: number, event: number, token: string, failed: boolean, answer: number | null): boolean {
    const state = this.#claimed(now, event, token);
    if (state === undefined) return answer === null;
    state.token = null;
    state.failures += failed ? 1 : 0;
    state.ends_ms = now + DAY_MS;
    if (state.failures === 0) this.claims.delete(event);
    return answer === state.failures;
  }

  forget(event: number): boolean {
    this.claims.delete(event);
    return true;
  }

  /** The process dies that the store belongs to: what was held is free, the counters begin again. */
  die(): void {
    for (const [event, claim] of this.claims) {
      claim.token = null;
      if (claim.outcome === null && claim.failures === 0) this.claims.delete(event);
    }
    for (const state of this.resources) {
      Object.assign(state, { requested: 0, published: 0, published_at_ms: 0, started: 0, until_ms: 0 });
    }
  }

  /** Time went by: a held claim that never failed is gone for good once it ran out, whatever the clock does next. */
  pass(now: number): void {
    for (const [event, claim] of this.claims) {
      const over = claim.outcome === null && claim.failures === 0 && claim.until_ms <= now;
      if (over || claim.ends_ms <= now) this.claims.delete(event);
    }
  }

  /** A text that two models share only when nothing tells them apart. */
  key(): string {
    return JSON.stringify([
      this.resources.map((state) => ({ ...state, entries: [...state.entries].sort() })),
      [...this.claims].sort(),
    ]);
  }

  clone(): StateModel {
    const copy = new StateModel(0);
    copy.resources.push(...structuredClone(this.resources));
    for (const [event, claim] of this.claims) copy.claims.set(event, { ...claim });
    return copy;
  }
}
