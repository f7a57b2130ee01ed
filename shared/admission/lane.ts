/**
 * One kind of work: so many at once, so many waiting before it, first come first served. Whoever would wait too long is
 * refused at the door, where it costs almost nothing, and told when to come again.
 */

/** The bounds of a {@linkcode Lane}. */
export interface LaneOptions {
  /** How many work at once. */
  readonly at_once: number;
  /** How many may be here in all: waiting, working, or seeing to their result. */
  readonly admitted_max: number;
  /** Refuse whoever is expected to wait longer, milliseconds. */
  readonly wait_ms_max: number;
}

/** Why the door stays shut, and when to try again. */
export interface Refusal {
  readonly reason: "full" | "slow";
  readonly retry_after_ms: number;
}

/** How much one duration moves the average: the last ten or so count. */
const SMOOTHING = 0.1;

/** The served part of the queue is cut off when it is longer than this and than the rest. */
const CUT_AFTER = 1_024;

const RETRY_AFTER_MS_MIN = 1_000;
const RETRY_AFTER_MS_MAX = 30_000;

/**
 * The order of calls: `refusal`, and when that is null `admit`; then `enter` and, when the work is over, `free`; last of
 * all `leave`. Whoever is admitted leaves, also without having entered; what comes after the work (its result is made
 * durable) holds no place at work any more, but is still here.
 */
export class Lane {
  readonly #options: LaneOptions;
  #admitted = 0;
  #working = 0;
  #average_ms = 0;
  /** False until the first work has ended: the average begins there and not at zero. */
  #measured = false;
  #waiting: (() => void)[] = [];
  /** The first of `#waiting` that still waits; the array is cut from time to time instead of shifted each time. */
  #first = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** How many are here in all. */
  get admitted(): number {
    return this.#admitted;
  }

  /** Moving average of the time from `enter` to `free`, milliseconds. */
  get average_ms(): number {
    return this.#average_ms;
  }

  /** What a newcomer would wait by the average of late, milliseconds. */
  expectedWait(): number {
    const { at_once } = this.#options;
    if (this.#working < at_once) return 0;
    return (this.#waiting.length - this.#first + 1) * this.#average_ms / at_once;
  }

  /** Null when a newcomer may be admitted. */
  refusal(): Refusal | null {
    const wait_ms = this.expectedWait();
    const full = this.#admitted >= this.#options.admitted_max;
    if (!full && wait_ms <= this.#options.wait_ms_max) return null;
    const retry_after_ms = Math.min(RETRY_AFTER_MS_MAX, Math.max(RETRY_AFTER_MS_MIN, Math.ceil(wait_ms)));
    return { reason: full ? "full" : "slow", retry_after_ms };
  }

  admit(): void {
    this.#admitted++;
  }

  /** Undefined when there is room at once, so that nobody awaits for nothing; else a promise of one's turn. */
  enter(): Promise<void> | undefined {
    if (this.#working < this.#options.at_once) {
      this.#working++;
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /**
   * Gives the place at work to the next.
   * @param duration_ms from the own turn to now, which feeds the average; null when nothing was done in it
   */
  free(duration_ms: number | null): void {
    if (duration_ms !== null) this.#measure(duration_ms);
    const next = this.#waiting[this.#first];
    if (next === undefined) {
      this.#working--;
      return;
    }
    this.#first++;
    if (this.#first > CUT_AFTER && this.#first * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    next();
  }

  leave(): void {
    this.#admitted--;
  }

  #measure(duration_ms: number): void {
    this.#average_ms = this.#measured ? this.#average_ms + (duration_ms - this.#average_ms) * SMOOTHING : duration_ms;
    this.#measured = true;
  }
}
