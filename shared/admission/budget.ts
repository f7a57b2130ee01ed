/** A bound on the bytes that several lanes hold together, so that large bodies cannot fill the memory. */
export class ByteBudget {
  #used = 0;
  readonly #max: number;

  /** @param max bytes */
  constructor(max: number) {
    this.#max = max;
  }

  get used(): number {
    return this.#used;
  }

  /** Takes `bytes`, or refuses and takes nothing. A single body larger than all fits when nothing else is held. */
  take(bytes: number): boolean {
    if (this.#used > 0 && this.#used + bytes > this.#max) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used = Math.max(0, this.#used - bytes);
  }
}
