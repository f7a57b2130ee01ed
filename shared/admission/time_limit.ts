import type { Clock } from "../contracts/deps.ts";
import { TransientError } from "../contracts/errors.ts";

/** How many times within the limit the timer looks: work is given up at most this fraction late. */
const LOOKS_PER_LIMIT = 10;

/**
 * One time limit for many pieces of work, kept by one timer that runs only while there is work: a timer for each would
 * cost more than the work itself.
 */
export class TimeLimit {
  readonly #clock: Clock;
  readonly #limit_ms: number;
  readonly #running = new Map<(error: Error) => void, number>();
  #looking = false;

  /** @param limit_ms milliseconds */
  constructor(clock: Clock, limit_ms: number) {
    this.#clock = clock;
    this.#limit_ms = limit_ms;
  }

  /**
   * What `work` comes to. The work itself is not stopped by the limit.
   * @throws TransientError `too_slow` when the limit is over first
   */
  of<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#running.set(reject, this.#clock.now() + this.#limit_ms);
      if (!this.#looking) void this.#look();
      work.then((value) => {
        this.#running.delete(reject);
        resolve(value);
      }, (error) => {
        this.#running.delete(reject);
        reject(error);
      });
    });
  }

  async #look(): Promise<void> {
    this.#looking = true;
    while (this.#running.size > 0) {
      await this.#clock.sleep(this.#limit_ms / LOOKS_PER_LIMIT);
      const now_ms = this.#clock.now();
      // The limit is the same for all, so the first that is in time ends the search.
      for (const [giveUp, until_ms] of this.#running) {
        if (until_ms > now_ms) break;
        this.#running.delete(giveUp);
        giveUp(new TransientError("too_slow", `Not done within ${this.#limit_ms} ms`, { scope: "whole" }));
      }
    }
    this.#looking = false;
  }
}
