/** Flow control: how much may be on its way at once. Whoever comes when it is full waits for its turn. */
export class Flow {
  readonly #requestsMax: number;
  readonly #bytesMax: number;
  #requests = 0;
  #bytes = 0;
  readonly #waiting: { readonly bytes: number; readonly go: () => void }[] = [];

  constructor(limits: { readonly requests: number; readonly bytes: number }) {
    this.#requestsMax = limits.requests;
    this.#bytesMax = limits.bytes;
  }

  /** Resolves when the request may go. Every `enter` needs a `leave` with the same number. */
  enter(bytes: number): Promise<void> {
    if (this.#waiting.length === 0 && this.#fits(bytes)) {
      this.#take(bytes);
      return Promise.resolve();
    }
    return new Promise((go) => this.#waiting.push({ bytes, go }));
  }

  leave(bytes: number): void {
    this.#requests--;
    this.#bytes -= bytes;
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#take(next.bytes);
      next.go();
    }
  }

  /** One request that is larger than all that is allowed goes alone. */
  #fits(bytes: number): boolean {
    return this.#requests === 0 || (this.#requests < this.#requestsMax && this.#bytes + bytes <= this.#bytesMax);
  }

  #take(bytes: number): void {
    this.#requests++;
    this.#bytes += bytes;
  }
}
