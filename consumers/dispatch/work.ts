/** What is being handled right now: its claim is renewed, and its time is limited, by one timer for all. */
import type { Clock } from "../../shared/contracts/deps.ts";
import { TransientError } from "../../shared/contracts/errors.ts";

/** How often a claim of 15 s is renewed, milliseconds. */
const RENEW_MS = 5_000;

/** How often the timer looks, milliseconds. */
const LOOK_MS = 1_000;

/** A handler that goes on after its signal was aborted is answered for after this long, milliseconds. */
const GRACE_MS = 2_000;

/** The handler did not finish before the ack deadline. It counts as a failure of that message. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";

  constructor(seconds: number) {
    super(`The handler did not finish within ${seconds} s`);
  }
}

/** The instance stops. It is no failure of the message. */
export class StoppingError extends TransientError {
  override readonly name = "StoppingError";

  constructor() {
    super("stopping", "The instance stops", { scope: "whole", retry_after_ms: 1_000 });
  }
}

/** One message at work. */
export class Work {
  /** Made when somebody asks for the signal, or when it is aborted: most handlers never look at theirs. */
  #controller: AbortController | undefined;
  readonly #renew: (() => Promise<unknown>) | null;
  #renewAt: number;
  #giveUp: ((error: unknown) => void) | undefined;
  readonly deadline_ms: number;

  /** @param renew renews the claim; null when there is none */
  constructor(started_ms: number, deadline_ms: number, renew: (() => Promise<unknown>) | null) {
    this.deadline_ms = deadline_ms;
    this.#renew = renew;
    this.#renewAt = started_ms + RENEW_MS;
  }

  get #abort(): AbortController {
    return this.#controller ??= new AbortController();
  }

  get aborted(): boolean {
    return this.#controller?.signal.aborted ?? false;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Passes on what `handling` comes to, or rejects when it goes on long after it was told to stop. */
  outcomeOf<T>(handling: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#giveUp = reject;
      handling.then(resolve, reject);
    });
  }

  stop(error: unknown): void {
    if (!this.aborted) this.#abort.abort(error);
  }

  /** Rejects `outcomeOf` with why it was stopped. */
  abandon(): void {
    this.#giveUp?.(this.#abort.signal.reason);
  }

  look(now_ms: number, deadline_seconds: number): void {
    if (now_ms >= this.deadline_ms + GRACE_MS) this.abandon();
    if (now_ms >= this.deadline_ms) return this.stop(new DeadlineError(deadline_seconds));
    if (this.#renew === null || now_ms < this.#renewAt) return;
    this.#renewAt = now_ms + RENEW_MS;
    // A renewal that fails is tried again in 5 s; a claim that is gone costs double work and no correctness.
    this.#renew().catch(() => {});
  }
}

/** All that is at work in this process. One timer looks after everything, and only while there is something. */
export class Works {
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  readonly #all = new Map<Work, number>();
  #looking = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#all.size;
  }

  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** @param deadline_seconds for the error's text */
  add(work: Work, deadline_seconds: number): void {
    this.#all.set(work, deadline_seconds);
    if (!this.#looking) void this.#look();
  }

  remove(work: Work): void {
    this.#all.delete(work);
  }

  /**
   * Lets handlers finish for half of the grace period, tells those that are left to stop, and gives up what is still at
   * it in the end.
   */
  async stop(grace_ms: number): Promise<void> {
    const end_ms = this.#clock.now() + grace_ms;
    await this.#emptyBy(end_ms - grace_ms / 2);
    for (const work of this.#all.keys()) work.stop(new StoppingError());
    await this.#emptyBy(end_ms);
    this.#stop.abort();
    for (const work of this.#all.keys()) work.abandon();
  }

  async #emptyBy(end_ms: number): Promise<void> {
    while (this.#all.size > 0 && this.#clock.now() < end_ms) await this.#clock.sleep(STOP_LOOK_MS);
  }

  async #look(): Promise<void> {
    this.#looking = true;
    try {
      while (this.#all.size > 0 && !this.stopped) {
        await this.#clock.sleep(LOOK_MS, this.#stop.signal);
        const now_ms = this.#clock.now();
        for (const [work, deadline_seconds] of this.#all) work.look(now_ms, deadline_seconds);
      }
    } catch (error) {
      if (!this.stopped) throw error;
    } finally {
      this.#looking = false;
    }
  }
}

/** How often a stopping instance looks whether all is done, milliseconds. */
const STOP_LOOK_MS = 50;
