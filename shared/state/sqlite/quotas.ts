import type { Quotas, Spending } from "../port.ts";
import { SpendWindow } from "./spend_window.ts";
import type { StoreTime } from "./time.ts";

/** From so many on, those of which nothing has to be known any more are forgotten. */
const WINDOWS_MAX = 10_000;

/** Quotas in memory: the file serves one process, and a start that forgets a minute is made up for by `Retry-After`. */
export class MemoryQuotas implements Quotas {
  readonly #time: Pick<StoreTime, "ms">;
  readonly #windows = new Map<string, SpendWindow>();

  constructor(time: Pick<StoreTime, "ms">) {
    this.#time = time;
  }

  // deno-lint-ignore require-await -- nothing is written
  async spend(group: string, spendings: readonly Spending[]): Promise<number> {
    const now = this.#time.ms();
    const open = spendings.map((spending) => ({ ...spending, window: this.#window(group, spending, now) }));
    const wait_ms = Math.max(0, ...open.map(({ window, units, limit }) => window.waitFor(units, limit, now)));
    if (wait_ms === 0) { for (const { window, units } of open) window.spend(units, now); }
    return wait_ms;
  }

  #window(group: string, { name, within_ms }: Spending, now_ms: number): SpendWindow {
    const key = `${group}|${name}`;
    const known = this.#windows.get(key);
    if (known !== undefined) return known;
    if (this.#windows.size >= WINDOWS_MAX) {
      for (const [other, window] of this.#windows) if (window.isIdle(now_ms)) this.#windows.delete(other);
    }
    const opened = new SpendWindow(within_ms);
    this.#windows.set(key, opened);
    return opened;
  }
}
