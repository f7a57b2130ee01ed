/** Work that is done one after the other for each key, so that it does not overtake itself in vain. */
export class OneAtATime {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work when all earlier work of that key is over, however it ended. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.#last.get(key) ?? Promise.resolve()).then(work, work);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
