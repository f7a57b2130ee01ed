/** Where the victim is, for those who wait while there is none. */
export class Door {
  #address: string | null = null;
  #ended = false;
  #changed = Promise.withResolvers<void>();

  /** Somebody answers at the address. */
  open(address: string): void {
    this.#address = address;
    this.#wake();
  }

  /** Nobody answers any more. */
  shut(): void {
    this.#address = null;
  }

  /** Nobody will answer again. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Resolves with the address as soon as somebody answers; null when nobody will. */
  async entered(): Promise<string | null> {
    while (this.#address === null && !this.#ended) await this.#changed.promise;
    return this.#ended ? null : this.#address;
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
