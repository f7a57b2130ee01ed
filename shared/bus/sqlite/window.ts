/** How many messages a subscription may have in flight, and how it waits while everything is refused. */
import type { Clock, Random } from "../../contracts/deps.ts";
import { EMBEDDED_BACKOFF_MS } from "../../contracts/subscriptions.ts";

/** The window grows to this many batch sizes: what the receiver works on, and some that wait at its door. */
export const WINDOW_BATCHES_MAX = 4;

/**
 * While every message is refused, one is tried after each pause. Pub/Sub pauses 100 ms to 60 s; a single process is back
 * sooner, and a short pause costs it little.
 */
const PAUSE_MS = { min: 100, max: 2_000 } as const;

/**
 * Growth and halving, as in Pub/Sub's push window. It begins at a batch size, which is what the receiver of this process
 * works on at once: four readers that wait for a slow provider must not hold up everybody else's messages.
 */
export class Window {
  readonly #clock: Clock;
  readonly #max: number;
  #size: number;
  #paused_until = 0;
  /** Deliveries started so far: tells which failures belong to a window that was already halved. */
  #started = 0;
  #halved_at = 0;
  /** Different messages refused since the last acknowledgement. */
  #refused = 0;
  #last_refused = 0;

  constructor(clock: Clock, batch_size: number) {
    this.#clock = clock;
    this.#size = batch_size;
    this.#max = batch_size * WINDOW_BATCHES_MAX;
  }

  get size(): number {
    return this.#size;
  }

  /** Nothing is delivered before this time, milliseconds since the epoch. */
  get paused_until(): number {
    return this.#paused_until;
  }

  /** @returns the number of the delivery, to be given back with its outcome */
  started(): number {
    return ++this.#started;
  }

  acked(): void {
    // One more for each success doubles the window in a round trip.
    if (this.#size < this.#max) this.#size++;
    this.#refused = 0;
    this.#paused_until = 0;
  }

  refused(delivery: number, message: number): void {
    if (message === this.#last_refused) return;
    this.#last_refused = message;
    // All deliveries of one window fail together; they halve it once.
    if (delivery <= this.#halved_at) return;
    this.#halved_at = this.#started;
    this.#size = Math.max(1, this.#size >> 1);
    this.#refused++;
    // One bad message among good ones stops nobody.
    if (this.#refused < 2) return;
    this.#paused_until = this.#clock.now() + Math.min(PAUSE_MS.max, PAUSE_MS.min * 2 ** (this.#refused - 2));
  }
}

/** Milliseconds until the next delivery of a message that was refused `attempts` times: exponential, with jitter. */
export function backoffMs(attempts: number, random: Random): number {
  const { min, max } = EMBEDDED_BACKOFF_MS;
  const base = min * 2 ** Math.min(attempts - 1, 20);
  return Math.round(Math.min(max, base * (1 + random.next() / 2)));
}
