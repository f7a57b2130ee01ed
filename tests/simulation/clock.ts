/**
 * Time that only moves when a test says so. The whole system can run under it in one process, since nothing else in
 * the project reads a clock or sets a timer.
 */
import { setImmediate, setTimeout } from "node:timers";
import type { Clock } from "../../shared/contracts/deps.ts";

/** How a {@linkcode SimulatedClock} starts and how patiently it waits for real work between two instants. */
export interface SimulatedClockOptions {
  /** Milliseconds since the epoch, or an ISO text. Default 2026-03-02T09:00:00Z. */
  start?: number | string;
  /** Turns of the event loop given to running code before and after each instant. Default 25. */
  settleTurns?: number;
  /**
   * Pauses of about a real millisecond among those turns, so that file access and WebCrypto, which answer from other
   * threads, are done before time moves on. Default 1; 0 is faster where nothing of the kind is awaited.
   */
  settlePauses?: number;
}

/** What {@linkcode SimulatedClock.runUntil} may spend, in simulated milliseconds. */
export interface RunUntilOptions {
  /** Largest step. Default 100. */
  stepMs?: number;
  /** Simulated time after which it gives up with an error. Default 10 minutes. */
  limitMs?: number;
}

interface Sleeper {
  readonly due: number;
  readonly order: number;
  readonly wake: () => void;
}

const START = "2026-03-02T09:00:00Z";

/** A {@linkcode Clock} whose `now` stands still until `advance` or `runUntil` moves it. */
export class SimulatedClock implements Clock {
  #now: number;
  #order = 0;
  readonly #sleepers: Sleeper[] = [];
  readonly #settleTurns: number;
  readonly #settlePauses: number;

  constructor(options: SimulatedClockOptions = {}) {
    const start = options.start ?? START;
    this.#now = typeof start === "number" ? start : Date.parse(start);
    if (!Number.isFinite(this.#now)) throw new RangeError(`Cannot start a clock: current value is ${start}`);
    this.#settleTurns = options.settleTurns ?? 25;
    this.#settlePauses = options.settlePauses ?? 1;
  }

  now(): number {
    return this.#now;
  }

  /** How many sleeps are under way: a test's check that nothing was left behind. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (!(ms > 0)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      const sleeper: Sleeper = { due: this.#now + Math.ceil(ms), order: this.#order++, wake };
      this.#sleepers.splice(this.#position(sleeper.due), 0, sleeper);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Moves time on by `ms`, waking each sleeper at its own instant and letting what it starts run before the next. */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    await this.settle();
    for (let first = this.#sleepers[0]; first !== undefined && first.due <= target; first = this.#sleepers[0]) {
      this.#now = Math.max(this.#now, first.due);
      while (this.#sleepers[0] !== undefined && this.#sleepers[0].due <= this.#now) this.#sleepers.shift()?.wake();
      await this.settle();
    }
    this.#now = target;
  }

  /** Moves time on in steps until `promise` settles, and passes on its outcome. */
  async runUntil<T>(promise: Promise<T>, options: RunUntilOptions = {}): Promise<T> {
    const { stepMs = 100, limitMs = 600_000 } = options;
    const end = this.#now + limitMs;
    let settled = false;
    const mark = () => void (settled = true);
    promise.then(mark, mark);
    await this.settle();
    while (!settled) {
      if (this.#now >= end) throw new Error(`Cannot run until the promise settles: ${limitMs} simulated ms went by`);
      await this.advance(Math.min(stepMs, end - this.#now));
      await this.settle();
    }
    return await promise;
  }

  /** Lets everything that can run without time moving run. */
  async settle(): Promise<void> {
    await this.#turns();
    for (let pause = 0; pause < this.#settlePauses; pause++) {
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      await this.#turns();
    }
  }

  async #turns(): Promise<void> {
    for (let turn = 0; turn < this.#settleTurns; turn++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** Index after the last sleeper due no later than `due`: equal instants wake in the order they were asked for. */
  #position(due: number): number {
    let low = 0, high = this.#sleepers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = this.#sleepers[middle];
      if (at !== undefined && at.due <= due) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
