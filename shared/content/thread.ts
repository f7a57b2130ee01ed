/**
 * A thread that reads documents: a worker without any permission, that is ended when it takes too long.
 *
 * Its memory is bound by what is read, and watched by itself. Workers of `node:worker_threads` take a bound on their
 * heap, but in Deno 2.9 one that reaches it may still take the process along, and they have the process's permissions.
 */
import type { Clock } from "../contracts/deps.ts";
import { type Extracted, Refusal } from "./extracted.ts";
import { Answer, type Job } from "./job.ts";

interface Waiter {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** A thread whose heap is larger after a document is not kept: what is left of that one is not to count for the next. */
const HEAP_KEPT_BYTES = 30_000_000;

/** A started thread. It may have ended after any document, and has after an outcome `timeout` and after a throw. */
export class Thread {
  readonly #clock: Clock;
  readonly #worker: Worker;
  readonly #ready: Promise<Answer>;
  #waiter: Waiter | undefined;
  #failure: Error | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), {
      type: "module",
      name: "content",
      deno: { permissions: "none" },
    });
    this.#worker.onmessage = ({ data }: MessageEvent<unknown>) => {
      const answer = Answer.safeParse(data);
      if (answer.success) this.#settle((waiter) => waiter.resolve(answer.data));
      else this.#fail(answer.error);
    };
    this.#worker.onerror = (event) => {
      // It is reported to whoever waits, and not by ending the process.
      event.preventDefault();
      this.#fail(new Error(`The thread that reads documents failed: ${event.message}`));
    };
    this.#ready = this.#answer();
    // Whoever awaits it hears of it; until then it is not unhandled.
    this.#ready.catch(() => {});
  }

  /** Whether it reads no more. */
  get ended(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * Reads a document, whose bytes move to the thread.
   * @param time_ms from when the thread has started
   */
  async read(job: Job, time_ms: number): Promise<Extracted> {
    await this.#ready;
    const answered = new AbortController();
    const answer = this.#answer();
    this.#worker.postMessage(job, [job.bytes.buffer]);
    const late = this.#clock.sleep(time_ms, answered.signal).then(() => "late" as const);
    try {
      const first = await Promise.race([answer, late]);
      if (first === "ready") throw new Error("The thread that reads documents started twice");
      if (first === "late" || first.heap_bytes > HEAP_KEPT_BYTES) this.end();
      return first === "late"
        ? new Refusal("timeout", `The document was not read within ${time_ms} ms`).outcome()
        : first.outcome;
    } finally {
      answered.abort();
      late.catch(() => {});
      answer.catch(() => {});
    }
  }

  /** Ends the thread, at work or not. */
  end(): void {
    this.#fail(new Error("The thread that reads documents was ended"));
  }

  #answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#failure === undefined) this.#waiter = { resolve, reject };
      else reject(this.#failure);
    });
  }

  #settle(how: (waiter: Waiter) => void): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter !== undefined) how(waiter);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#worker.terminate();
    this.#settle((waiter) => waiter.reject(error));
  }
}
