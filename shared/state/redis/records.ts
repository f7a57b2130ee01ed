import type { Committed, RecordOp, Records, RecordScope, StoredRecord } from "../port.ts";
import { type RecordKeys, recordKeys } from "./keys.ts";
import { COMMIT, LIST, RAISE_FLOOR } from "./lua/records.ts";
import { list, number, text } from "./replies.ts";
import type { Store } from "./store.ts";

/** JSON records of one scope, all in one slot. */
export class RedisRecords implements Records {
  readonly #store: Store;
  readonly #keys: RecordKeys;

  constructor(store: Store, scope: RecordScope) {
    this.#store = store;
    this.#keys = recordKeys(store.prefix, scope);
  }

  async get(collection: string, id: string): Promise<StoredRecord | null> {
    const value = await this.#store.command((client) => client.hget(this.#keys.values(collection), id));
    return value === null ? null : recordOf(id, value);
  }

  async list(
    collection: string,
    options: { readonly after?: string; readonly before?: string; readonly limit: number },
  ): Promise<readonly StoredRecord[]> {
    const { after = "", before, limit } = options;
    const keys = [this.#keys.values(collection), this.#keys.ids(collection)];
    const ends = [after === "" ? "-" : `(${after}`, before === undefined ? "+" : `(${before}`];
    const answer = list(await this.#store.run(LIST, keys, [...ends, limit]));
    const records: StoredRecord[] = [];
    for (let at = 0; at + 1 < answer.length; at += 2) records.push(recordOf(text(answer[at]), text(answer[at + 1])));
    return records;
  }

  async commit(ops: readonly RecordOp[], as_of?: number): Promise<Committed> {
    const collections = [...new Set(ops.map((op) => op.collection))];
    const keys = [this.#keys.meta];
    for (const name of collections) keys.push(this.#keys.values(name), this.#keys.ids(name));
    const args: (string | number)[] = [as_of ?? ""];
    for (const op of ops) args.push(op.op, collections.indexOf(op.collection) + 1, op.id, payloadOf(op));
    const answer = list(await this.#store.durably(this.#keys.meta, () => this.#store.run(COMMIT, keys, args)));
    switch (text(answer[0])) {
      case "committed":
        return { kind: "committed" };
      case "conflict":
        return { kind: "conflict", index: number(answer[1]) };
      default:
        return { kind: "erased" };
    }
  }

  async floor(): Promise<number> {
    return Number(await this.#store.command((client) => client.hget(this.#keys.meta, "floor")) ?? 0);
  }

  async raiseFloor(revision: number): Promise<void> {
    await this.#store.durably(this.#keys.meta, () => this.#store.run(RAISE_FLOOR, [this.#keys.meta], [revision]));
  }
}

function payloadOf(op: RecordOp): string | number {
  switch (op.op) {
    case "check":
      return op.version;
    case "put":
      return JSON.stringify(op.value);
    case "delete":
      return "";
  }
}

/** A value is its version, a space and JSON text. */
function recordOf(id: string, stored: string): StoredRecord {
  const space = stored.indexOf(" ");
  const value: unknown = JSON.parse(stored.slice(space + 1));
  return { id, version: number(stored.slice(0, space)), value };
}
