/** Work of one key that is done in rounds: what comes while one is under way is done together in the next. */

/** Works of one round. */
const ROUND_MAX = 20;

interface Waiting<W, R> {
  readonly work: W;
  readonly resolve: (result: R) => void;
  readonly reject: (reason: unknown) => void;
}

/** One piece of work. */
export interface Work<R> {
  /** Does this one by itself. */
  alone(): Promise<R>;
}

export class Gathered<W extends Work<R>, R> {
  readonly #waiting = new Map<string, Waiting<W, R>[]>();
  readonly #together: (key: string, works: readonly W[]) => Promise<R | null>;

  /** @param together does all of them in one step, with one result; null when each has to be done alone */
  constructor(together: (key: string, works: readonly W[]) => Promise<R | null>) {
    this.#together = together;
  }

  /** Does the work in the key's next round. It fails as it fails alone: others' failures are not its own. */
  async run(key: string, work: W): Promise<R> {
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      this.#waiting.set(key, [{ work, resolve, reject }]);
      void this.#rounds(key);
    } else waiting.push({ work, resolve, reject });
    return await promise;
  }

  /** Never fails: each work has its own result. */
  async #rounds(key: string): Promise<void> {
    for (;;) {
      const round = this.#waiting.get(key)?.splice(0, ROUND_MAX) ?? [];
      if (round.length === 0) break;
      const result = await this.#whole(key, round);
      for (const { work, resolve, reject } of round) {
        if (result === null) await work.alone().then(resolve, reject);
        else resolve(result);
      }
    }
    this.#waiting.delete(key);
  }

  async #whole(key: string, round: readonly Waiting<W, R>[]): Promise<R | null> {
    if (round.length === 1) return null;
    try {
      return await this.#together(key, round.map(({ work }) => work));
    } catch {
      return null;
    }
  }
}
