import { KEY_TTL_SECONDS, officeKey } from "../../contracts/keys.ts";
import type { Ref, Refs, RefValue } from "../port.ts";
import { PUT } from "./lua/refs.ts";
import { number } from "./replies.ts";
import type { Store } from "./store.ts";

const TTL_MS = KEY_TTL_SECONDS.office * 1_000;

/** The document stands in the value as it is, so that other programs read one JSON object. */
const FORM = /^\{"revision":(\d+),"hash":("(?:[^"\\]|\\.)*"),"data":/;

/** Documents by reference, one key each: they share no slot, so each goes by itself. */
export class RedisRefs implements Refs {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  put(entries: readonly (Ref & RefValue)[]): Promise<readonly boolean[]> {
    return Promise.all(entries.map(async (entry) => {
      const { revision, hash, data } = entry;
      const value = `{"revision":${revision},"hash":${JSON.stringify(hash)},"data":${data}}`;
      return number(await this.#store.run(PUT, [this.#key(entry)], [revision, value, TTL_MS])) === 1;
    }));
  }

  async get(ref: Ref): Promise<RefValue | null> {
    const value = await this.#store.command((client) => client.get(this.#key(ref)));
    if (value === null) return null;
    const found = FORM.exec(value);
    if (found === null) throw new TypeError("Cannot read a document by reference: not in its form");
    const hash: unknown = JSON.parse(found[2] ?? "");
    return { revision: Number(found[1]), hash: String(hash), data: value.slice(found[0].length, -1) };
  }

  async remove(refs: readonly Ref[]): Promise<void> {
    await Promise.all(refs.map((ref) => this.#store.command((client) => client.unlink(this.#key(ref)))));
  }

  #key(ref: Ref): string {
    return this.#store.prefix + officeKey(ref.user_id, ref.doc_type, ref.doc_id);
  }
}
