/**
 * A thread that reads documents, held to time by its end and to memory by V8.
 *
 * It is a worker of `node:worker_threads`, for only those can be given a bound on memory: a worker of the web that runs
 * out of it takes the whole process along. Its permissions are the process's own, but nothing that it loads opens
 * anything; `tests/architecture` sees to that.
 */
import { Worker } from "node:worker_threads";
import type { Clock } from "../contracts/deps.ts";
import { type Extracted, Refusal } from "./extracted.ts";
import { Answer, type Job } from "./job.ts";
import type { ContentLimits } from "./limits.ts";

/** Of the thread's heap. The document itself and what is being unpacked lie beside it. */
const HEAP_MB_MAX = 96;
const YOUNG_MB_MAX = 16;

interface Waiter {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

function isOutOfMemory(error: Error): boolean {
  return "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}

/** A started thread. After an outcome `timeout`, and after anything it throws, it has ended. */
export class Thread {
  readonly #clock: Clock;
  readonly #worker: Worker;
  readonly #ready: Promise<Answer>;
  #waiter: Waiter | undefined;
  #failure: Error | undefined;
  #ended = false;

  constructor(clock: Clock, limits: ContentLimits) {
    this.#clock = clock;
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData: limits,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX, maxYoungGenerationSizeMb: YOUNG_MB_MAX },
    });
    this.#worker.on("message", (message: unknown) => {
      const { data, error } = Answer.safeParse(message);
      if (error !== undefined) this.#fail(error);
      else this.#settle((waiter) => waiter.resolve(data));
    });
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", () => this.#fail(new Error("The thread ended by itself")));
    this.#ready = this.#answer();
    // Whoever awaits it hears of it; until then it is not unhandled.
    this.#ready.catch(() => {});
  }

  /** Whether it reads no more. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Reads a document, whose bytes move to the thread.
   * @param time_ms from when the thread has begun
   */
  async read(job: Job, time_ms: number): Promise<Extracted> {
    await this.#ready;
    const answered = new AbortController();
    const answer = this.#answer();
    this.#worker.postMessage(job, job.bytes.buffer instanceof ArrayBuffer ? [job.bytes.buffer] : []);
    const late = this.#clock.sleep(time_ms, answered.signal).then(
      () => new Refusal("timeout", `The document was not read within ${time_ms} ms`).outcome(),
    );
    try {
      const first = await Promise.race([answer, late]);
      if (first === "ready") throw new Error("The thread began twice");
      if (first.kind === "refused" && first.reason === "timeout") await this.end();
      return first;
    } catch (error) {
      await this.end();
      if (error instanceof Error && isOutOfMemory(error)) {
        return new Refusal("too_large", "Reading the document needs more memory than is given").outcome();
      }
      throw error;
    } finally {
      answered.abort();
      late.catch(() => {});
      answer.catch(() => {});
    }
  }

  /** Ends the thread, at work or not. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#worker.terminate();
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
    this.#ended = true;
    this.#failure ??= error;
    this.#settle((waiter) => waiter.reject(error));
  }
}
