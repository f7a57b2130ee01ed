/** How many requests may be under way, found by trying: each success allows a little more, each refusal halves it. */

const START = 16;
const LEAST = 2;
const MOST = 512;
/** What a success adds: as Vespa's own feed client does. */
const GROWTH = 0.1;

/** Lets so many run at once, in the order in which they came. */
export class Throttle {
  #limit = START;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** How many may run at once now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Runs it as soon as there is room. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      this.#wake();
    }
  }

  /** One has succeeded. */
  grow(): void {
    this.#limit = Math.min(MOST, this.#limit + GROWTH);
  }

  /** One was refused because there are too many. */
  halve(): void {
    this.#limit = Math.max(LEAST, this.#limit / 2);
  }

  #wake(): void {
    while (this.#running < this.limit) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running++;
      next();
    }
  }
}
