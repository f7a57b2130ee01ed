import type { Clock } from "../../contracts/deps.ts";

/**
 * The store's time: the machine's clock, except that it never goes back. When the clock is set back, the store's time
 * goes on from where it was at the clock's pace, so that leases still end and no revision is issued twice.
 */
export class StoreTime {
  readonly #clock: Clock;
  #seen_ms: number;
  #ahead_ms = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#seen_ms = Math.floor(clock.now());
  }

  /** Milliseconds since the epoch. */
  ms(): number {
    const now = Math.floor(this.#clock.now());
    if (now < this.#seen_ms) this.#ahead_ms += this.#seen_ms - now;
    this.#seen_ms = now;
    return now + this.#ahead_ms;
  }

  /** Microseconds since the epoch. */
  micros(): number {
    return this.ms() * 1_000;
  }

  /** Moves time on to at least `micros`: what an earlier process issued, for example. */
  atLeast(micros: number): void {
    this.#ahead_ms += Math.max(0, Math.ceil(micros / 1_000) - this.ms());
  }
}
