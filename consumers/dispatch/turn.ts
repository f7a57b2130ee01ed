import type { Lane } from "../../shared/admission/mod.ts";
import type { Clock } from "../../shared/contracts/deps.ts";

/** A delivery's place at work. It ends with the handling; making the result durable needs no place. */
export class Turn {
  readonly #lane: Lane;
  readonly #clock: Clock;
  readonly entered_ms: number;
  #ended = false;

  /** To be made when the lane has been entered. */
  constructor(lane: Lane, clock: Clock) {
    this.#lane = lane;
    this.#clock = clock;
    this.entered_ms = clock.now();
  }

  /** Gives the place to the next; safe to repeat. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#lane.free(this.#clock.now() - this.entered_ms);
  }

  /** Gives the place up unused. */
  endUnused(): void {
    this.#ended = true;
    this.#lane.free(null);
  }

  /** Keeps the place until that is over, although the delivery has been answered by then. */
  endAfter(unfinished: Promise<unknown>): void {
    if (this.#ended) return;
    this.#ended = true;
    const free = () => this.#lane.free(this.#clock.now() - this.entered_ms);
    unfinished.then(free, free);
  }
}
