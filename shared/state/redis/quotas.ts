import type { Quotas, Spending } from "../port.ts";
import { quotaKey } from "./keys.ts";
import { SPEND } from "./lua/quotas.ts";
import { number } from "./replies.ts";
import type { Store } from "./store.ts";

/** Quotas over all instances. */
export class RedisQuotas implements Quotas {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async spend(group: string, spendings: readonly Spending[]): Promise<number> {
    const keys = spendings.map(({ name }) => quotaKey(this.#store.prefix, group, name));
    const values = spendings.flatMap(({ units, limit, within_ms }) => [units, limit, within_ms]);
    return spendings.length === 0 ? 0 : number(await this.#store.run(SPEND, keys, values));
  }
}
