import type { Clock } from "../../shared/contracts/deps.ts";

interface Kept<T> {
  readonly value: T;
  readonly until_ms: number;
}

/**
 * Values that are believed for a short time, a bounded number of them. Two generations: when the younger is full, it
 * becomes the older one, which is dropped whole; taking out single entries would cost more than it saves.
 */
export class ShortMemory<T> {
  readonly #clock: Clock;
  readonly #ttl_ms: number;
  readonly #generation_max: number;
  #younger = new Map<string, Kept<T>>();
  #older = new Map<string, Kept<T>>();

  /** Keeps at most `kept_max` values, each for `ttl_ms` milliseconds. */
  constructor(clock: Clock, ttl_ms: number, kept_max: number) {
    this.#clock = clock;
    this.#ttl_ms = ttl_ms;
    this.#generation_max = kept_max / 2;
  }

  get(key: string): T | undefined {
    const found = this.#younger.get(key) ?? this.#older.get(key);
    return found !== undefined && found.until_ms > this.#clock.now() ? found.value : undefined;
  }

  set(key: string, value: T): void {
    if (this.#younger.size >= this.#generation_max) {
      this.#older = this.#younger;
      this.#younger = new Map();
    }
    this.#younger.set(key, { value, until_ms: this.#clock.now() + this.#ttl_ms });
  }
}
