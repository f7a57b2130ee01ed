/** The parts of the state that a mailbox uses, in memory, under a clock that the test moves. */
import type { Clock } from "../../shared/contracts/deps.ts";
import type { Records, RecordScope, Slots, State, StoredRecord } from "../../shared/state/port.ts";
import { MemoryQuotas } from "../../shared/state/sqlite/quotas.ts";

/** What a mailbox needs of the state, with a view of it for tests. */
export interface MemoryState extends Pick<State, "records" | "slots" | "quotas"> {
  /** Slots of a name that are taken now. */
  taken(name: string): number;
  /** The most slots of a name that were ever taken at once. */
  mostTaken(name: string): number;
}

/** Opens an empty state. */
export function memoryState(clock: Clock): MemoryState {
  const scopes = new Map<string, Map<string, StoredRecord>>();
  const holders = new Map<string, Map<string, number>>();
  const most = new Map<string, number>();
  let serial = 0;

  const living = (name: string) => {
    const all = holders.get(name) ?? new Map<string, number>();
    holders.set(name, all);
    for (const [owner, until_ms] of all) if (until_ms <= clock.now()) all.delete(owner);
    return all;
  };
  const slots: Slots = {
    take(name, max, ttl_ms) {
      const all = living(name);
      if (all.size >= max) return Promise.resolve(null);
      const owner = `owner-${++serial}`;
      all.set(owner, clock.now() + ttl_ms);
      most.set(name, Math.max(most.get(name) ?? 0, all.size));
      return Promise.resolve({ name, owner });
    },
    give({ name, owner }) {
      living(name).delete(owner);
      return Promise.resolve();
    },
  };
  return {
    slots,
    quotas: new MemoryQuotas({ ms: () => clock.now() }),
    records: (scope) => recordsOf(scopes, scope),
    taken: (name) => living(name).size,
    mostTaken: (name) => most.get(name) ?? 0,
  };
}

function recordsOf(scopes: Map<string, Map<string, StoredRecord>>, scope: RecordScope): Records {
  const key = JSON.stringify(scope);
  const all = scopes.get(key) ?? new Map<string, StoredRecord>();
  scopes.set(key, all);
  const name = (collection: string, id: string) => `${collection}/${id}`;
  return {
    get: (collection, id) => Promise.resolve(all.get(name(collection, id)) ?? null),
    list: () => Promise.reject(new Error("Cannot list: no mailbox does")),
    commit(ops) {
      const failed = ops.findIndex((op) =>
        op.op === "check" && (all.get(name(op.collection, op.id))?.version ?? 0) !== op.version
      );
      if (failed >= 0) return Promise.resolve({ kind: "conflict", index: failed });
      for (const op of ops) {
        const at = name(op.collection, op.id);
        if (op.op === "delete") all.delete(at);
        if (op.op !== "put") continue;
        const value: unknown = JSON.parse(JSON.stringify(op.value));
        all.set(at, { id: op.id, version: (all.get(at)?.version ?? 0) + 1, value });
      }
      return Promise.resolve({ kind: "committed" });
    },
    floor: () => Promise.resolve(0),
    raiseFloor: () => Promise.resolve(),
  };
}
