import type { Clock } from "../../contracts/deps.ts";

/** One timer that can be brought forward, so that an idle bus has a single sleep and a busy one no more than that. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #at = Infinity;
  #sleep: AbortController | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at `at` or earlier, once. An earlier time replaces a later one. */
  set(at: number): void {
    if (at >= this.#at) return;
    this.clear();
    this.#at = at;
    const sleep = this.#sleep = new AbortController();
    this.#clock.sleep(Math.max(0, at - this.#clock.now()), sleep.signal).then(() => {
      this.#at = Infinity;
      this.#ring();
    }, () => {
      // It was cleared or replaced.
    });
  }

  clear(): void {
    this.#at = Infinity;
    this.#sleep?.abort();
  }
}
