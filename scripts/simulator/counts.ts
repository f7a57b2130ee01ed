/** What the providers were asked, so that a bench or a test can hold the program to a number of calls. */
export class CallCounts {
  readonly #calls = new Map<string, Map<string, number>>();
  readonly #underWay = new Map<string, number>();
  readonly #most = new Map<string, number>();
  /** Notification items: sent for the first time, lost on purpose, delivered, attempts repeated, given up. */
  readonly notifications = { sent: 0, dropped: 0, delivered: 0, retried: 0, givenUp: 0 };

  /** Counts one call of a kind such as `graph.messages.delta`; calls before sign-in belong to nobody (""). */
  add(user: string, kind: string): void {
    const kinds = this.#calls.get(user) ?? new Map<string, number>();
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    this.#calls.set(user, kinds);
  }

  /** Calls of a person by kind. */
  of(user: string): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#calls.get(user) ?? []);
  }

  /** Sum of calls, of one person or of all, of kinds that begin with `prefix`. `graph.batch.item` is no call. */
  total(user?: string, prefix = ""): number {
    let sum = 0;
    for (const [owner, kinds] of this.#calls) {
      if (user !== undefined && owner !== user) continue;
      for (const [kind, count] of kinds) if (kind.startsWith(prefix) && !kind.endsWith(".item")) sum += count;
    }
    return sum;
  }

  /** The most requests that were under way at once for a person's mailbox. */
  concurrencyMax(user: string): number {
    return this.#most.get(user) ?? 0;
  }

  /** Marks requests as begun, and returns how many are now under way. */
  enter(user: string, weight = 1): number {
    const now = (this.#underWay.get(user) ?? 0) + weight;
    this.#underWay.set(user, now);
    this.#most.set(user, Math.max(now, this.#most.get(user) ?? 0));
    return now;
  }

  /** Marks requests as ended. */
  leave(user: string, weight = 1): void {
    this.#underWay.set(user, (this.#underWay.get(user) ?? 0) - weight);
  }

  /** Forgets everything counted so far, but not what is under way. */
  reset(): void {
    this.#calls.clear();
    this.#most.clear();
    Object.assign(this.notifications, { sent: 0, dropped: 0, delivered: 0, retried: 0, givenUp: 0 });
  }
}
