import type { Clock } from "../contracts/deps.ts";
import type { ContentKind, Extracted } from "./extracted.ts";
import { CONTENT_LIMITS, type ContentLimits } from "./limits.ts";
import { Thread } from "./thread.ts";

/** How documents are read. */
export interface ExtractorOptions {
  readonly limits?: Partial<ContentLimits>;
  /** For one document, in milliseconds. */
  readonly time_ms?: number;
  /** Documents that are read at once; further ones wait. */
  readonly threads_max?: number;
  /** How long a thread without work is kept, in milliseconds. */
  readonly idle_ms?: number;
}

/** Reads the text of documents in threads of its own, each held to its time and memory. */
export interface Extractor extends Disposable {
  /**
   * The text of a document. Whatever the file holds, the outcome is a value: no file makes it throw.
   * @param bytes the whole file; they move to the thread, so that the array is empty afterwards
   * @throws Error when a defect in here ended the thread; the next document has a new one
   */
  extract(bytes: Uint8Array, kind: ContentKind): Promise<Extracted>;
  /** Ends the threads; what is being read fails. */
  close(): void;
}

const TIME_MS = 5_000;
const THREADS_MAX = 1;
const IDLE_MS = 10_000;

/** The bytes in a buffer of their own, so that they can move. */
function movable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(bytes);
}

class ThreadPool implements Extractor {
  readonly #clock: Clock;
  readonly #limits: ContentLimits;
  readonly #time_ms: number;
  readonly #threads_max: number;
  readonly #idle_ms: number;
  /** Threads without work, and what ends the wait for their end. */
  readonly #idle = new Map<Thread, AbortController>();
  readonly #working = new Set<Thread>();
  readonly #waiting: (() => void)[] = [];
  #slots = 0;
  #closed = false;

  constructor(clock: Clock, options: ExtractorOptions) {
    this.#clock = clock;
    this.#limits = { ...CONTENT_LIMITS, ...options.limits };
    this.#time_ms = options.time_ms ?? TIME_MS;
    this.#threads_max = options.threads_max ?? THREADS_MAX;
    this.#idle_ms = options.idle_ms ?? IDLE_MS;
  }

  async extract(bytes: Uint8Array, kind: ContentKind): Promise<Extracted> {
    const { file_bytes_max } = this.#limits;
    if (bytes.length > file_bytes_max) {
      return { kind: "refused", reason: "too_large", message: `The file is larger than ${file_bytes_max} bytes` };
    }
    while (this.#slots >= this.#threads_max) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#slots++;
    try {
      if (this.#closed) throw new Error("The extractor is closed");
      return await this.#read(bytes, kind);
    } finally {
      this.#slots--;
      this.#waiting.shift()?.();
    }
  }

  close(): void {
    this.#closed = true;
    for (const waiting of this.#waiting.splice(0)) waiting();
    for (const wait of this.#idle.values()) wait.abort();
    for (const thread of [...this.#idle.keys(), ...this.#working]) thread.end();
    this.#idle.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #read(bytes: Uint8Array, kind: ContentKind): Promise<Extracted> {
    const thread = this.#take();
    this.#working.add(thread);
    try {
      return await thread.read({ bytes: movable(bytes), kind, limits: this.#limits }, this.#time_ms);
    } finally {
      this.#working.delete(thread);
      if (!thread.ended) void this.#keep(thread);
    }
  }

  #take(): Thread {
    for (const [thread, wait] of this.#idle) {
      this.#idle.delete(thread);
      wait.abort();
      if (!thread.ended) return thread;
    }
    return new Thread(this.#clock);
  }

  /** Keeps a thread until somebody takes it or it has been idle for long enough. */
  async #keep(thread: Thread): Promise<void> {
    const wait = new AbortController();
    this.#idle.set(thread, wait);
    try {
      await this.#clock.sleep(this.#idle_ms, wait.signal);
    } catch {
      return;
    }
    // Somebody may have taken it in the very moment.
    if (wait.signal.aborted) return;
    this.#idle.delete(thread);
    thread.end();
  }
}

/**
 * Opens an extractor. Threads are started when there is something to read.
 * @param clock the machine's own: a simulated one runs ahead of threads
 */
export function openExtractor(clock: Clock, options: ExtractorOptions = {}): Extractor {
  return new ThreadPool(clock, options);
}
