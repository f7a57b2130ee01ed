import { z } from "zod";
import { fragmentKey, KEY_TTL_SECONDS } from "../../contracts/keys.ts";
import type { Fragments, KeptFragment } from "../port.ts";
import { OWN } from "./lua/fragments.ts";
import { PUT } from "./lua/refs.ts";
import type { Store } from "./store.ts";

const TTL_MS = KEY_TTL_SECONDS.fragment * 1_000;

/** Keys named or removed by one command. */
const KEYS_MAX = 500;

/** Begins with its revision, as `PUT` reads it. */
const Value = z.object({ revision: z.int(), user_id: z.string(), fragment: z.unknown() });

/** Parts of documents, one key each: they share no slot, so each goes by itself. */
export class RedisFragments implements Fragments {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async put(user_id: string, parent_doc_id: string, fragments: readonly KeptFragment[]): Promise<void> {
    const keys = fragments.map(({ fragment_id }) => fragmentKey(parent_doc_id, fragment_id));
    // Named before they are there, so that whoever erases the person finds them.
    for (let at = 0; at < keys.length; at += KEYS_MAX) {
      await this.#store.run(OWN, [this.#own(user_id)], [TTL_MS, ...keys.slice(at, at + KEYS_MAX)]);
    }
    await Promise.all(fragments.map(({ fragment_id, revision, value: fragment }) => {
      const value: z.infer<typeof Value> = { revision, user_id, fragment };
      const key = this.#store.prefix + fragmentKey(parent_doc_id, fragment_id);
      return this.#store.run(PUT, [key], [revision, JSON.stringify(value), TTL_MS]);
    }));
  }

  async get(user_id: string, parent_doc_id: string, fragment_id: string): Promise<KeptFragment | null> {
    const key = this.#store.prefix + fragmentKey(parent_doc_id, fragment_id);
    const text = await this.#store.command((client) => client.get(key));
    if (text === null) return null;
    const { revision, user_id: owner, fragment } = Value.parse(JSON.parse(text));
    return owner === user_id ? { fragment_id, revision, value: fragment } : null;
  }

  async purge(user_id: string): Promise<void> {
    const own = this.#own(user_id);
    for (;;) {
      const keys = await this.#store.command((client) =>
        client.zrangebyscore(own, "-inf", "+inf", "LIMIT", 0, KEYS_MAX)
      );
      if (keys.length === 0) return;
      await Promise.all(keys.map((key) => this.#store.command((client) => client.unlink(this.#store.prefix + key))));
      await this.#store.command((client) => client.zrem(own, ...keys));
    }
  }

  #own(user_id: string): string {
    return `${this.#store.prefix}fragments:${user_id}`;
  }
}
