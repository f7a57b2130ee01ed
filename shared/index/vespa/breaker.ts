import { StoreAwayError } from "../../contracts/errors.ts";
import type { Clock } from "../../contracts/deps.ts";

/** After so long of nothing but failures Vespa is taken to be away. */
const GRACE_MS = 10_000;

/** Spares a Vespa that is away: one request probes it, all others fail at once. */
export class Breaker {
  readonly #clock: Clock;
  #failing_since: number | null = null;
  #probing = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Asks to send.
   * @returns true when this request is the probe
   * @throws StoreAwayError when Vespa is away and is being probed
   */
  enter(): boolean {
    if (this.#failing_since === null || this.#clock.now() - this.#failing_since < GRACE_MS) return false;
    if (this.#probing) throw new StoreAwayError("Vespa");
    this.#probing = true;
    return true;
  }

  /** It has answered, or not, as one that works. */
  report(works: boolean, wasProbe: boolean): void {
    if (wasProbe) this.#probing = false;
    if (works) this.#failing_since = null;
    else this.#failing_since ??= this.#clock.now();
  }
}
