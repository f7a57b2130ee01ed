/** A state whose parts are away when a test says so. */
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import type { State } from "../../shared/state/port.ts";

/** The calls that can fail. `after` does the work and then does not answer. */
export type Fault = "none" | "before" | "after";

export interface Faults {
  claim: Fault;
  complete: Fault;
  release: Fault;
  renew: Fault;
  floor: Fault;
  refs: Fault;
  commit: Fault;
}

export function noFaults(): Faults {
  return {
    claim: "none",
    complete: "none",
    release: "none",
    renew: "none",
    floor: "none",
    refs: "none",
    commit: "none",
  };
}

/** The same state, with faults that are looked up at each call. */
export function faultyState(state: State, faults: Faults): State {
  async function through<T>(call: keyof Faults, work: () => Promise<T>): Promise<T> {
    if (faults[call] === "before") throw new StoreAwayError("The state");
    const result = await work();
    if (faults[call] === "after") throw new StoreAwayError("The state");
    return result;
  }
  const { refs, fragments, claims, leases, slots, quotas, progress } = state;
  return {
    refs: {
      put: (entries) => refs.put(entries),
      get: (ref) => through("refs", () => refs.get(ref)),
      remove: (those) => refs.remove(those),
    },
    claims: {
      nameOf: (subscription, event_id) => claims.nameOf(subscription, event_id),
      claim: (...args) => through("claim", () => claims.claim(...args)),
      look: (subscription, event_id) => claims.look(subscription, event_id),
      renew: (token) => through("renew", () => claims.renew(token)),
      complete: (token, outcome) => through("complete", () => claims.complete(token, outcome)),
      release: (token, failed) => through("release", () => claims.release(token, failed)),
      forget: (subscription, event_id) => claims.forget(subscription, event_id),
    },
    fragments,
    leases,
    slots,
    quotas,
    progress,
    numbers: () => state.numbers(),
    ledger: (key) => state.ledger(key),
    records(scope) {
      const records = state.records(scope);
      return {
        get: (collection, id) => records.get(collection, id),
        list: (collection, options) => records.list(collection, options),
        commit: (ops, as_of) => through("commit", () => records.commit(ops, as_of)),
        floor: () => through("floor", () => records.floor()),
        raiseFloor: (revision) => records.raiseFloor(revision),
      };
    },
    micros: () => state.micros(),
    health: () => state.health(),
    snapshot: () => state.snapshot(),
    close: () => state.close(),
  };
}
