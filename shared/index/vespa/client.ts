/** Requests to Vespa: how many at once, what is tried again, and what each answer means. */
import type { Deps } from "../../contracts/deps.ts";
import { PermanentError, StoreAwayError, TransientError } from "../../contracts/errors.ts";
import { Breaker } from "./breaker.ts";
import { Throttle } from "./throttle.ts";

/** Attempts when Vespa does not answer or says 503; a refusal for too many requests is none. */
const ATTEMPTS_MAX = 10;

/** Waits between attempts grow up to this. */
const WAIT_MS_MAX = 5_000;

/** How long a feed block lasts at least: somebody must give the cluster room. */
const FULL_RETRY_MS = 5 * 60_000;

/** Where Vespa is and what it is reached by. */
export interface VespaClientOptions extends Pick<Deps, "clock" | "random" | "fetch"> {
  /** The container's address, without a path. */
  readonly endpoint: string;
}

/** What is asked of Vespa. */
export interface VespaRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** With its query, percent-encoded. */
  readonly path: string;
  readonly body?: unknown;
  /** All attempts and waits together. */
  readonly limit_ms: number;
}

/** An answer that means something to the caller. */
export interface VespaAnswer {
  readonly status: 200 | 404 | 412;
  readonly json: unknown;
}

/** One per process: what it has learned of Vespa's load is for all requests. */
export class VespaClient {
  readonly #options: VespaClientOptions;
  readonly #throttle = new Throttle();
  readonly #breaker: Breaker;
  readonly #closing = new AbortController();

  constructor(options: VespaClientOptions) {
    this.#options = options;
    this.#breaker = new Breaker(options.clock);
  }

  /** How many requests may be under way at once now. */
  get concurrency(): number {
    return this.#throttle.limit;
  }

  /**
   * Sends a request, again while Vespa is busy or away.
   * @throws StoreAwayError when it stays away
   * @throws TransientError `index_full` (whole) for a feed block, `index_refuses` (whole) for a missing permission
   * @throws PermanentError `index_refused` for what will never be taken
   */
  async send(request: VespaRequest): Promise<VespaAnswer> {
    const { clock, random } = this.#options;
    const until = clock.now() + request.limit_ms;
    for (let attempt = 1, tries = 0;; tries++) {
      const { status, text, cause } = await this.#try(request);
      if (status === 200 || status === 404 || status === 412) return { status, json: jsonOf(text) };
      if (status !== 429 && status !== 503 && status !== 0) throw refusal(status, text);
      if (status !== 429 && attempt++ >= ATTEMPTS_MAX) throw new StoreAwayError("Vespa", cause);
      const wait_ms = Math.min(WAIT_MS_MAX, 50 * 2 ** tries) * (0.5 + random.next() / 2);
      if (clock.now() + wait_ms >= until) throw new StoreAwayError("Vespa", cause);
      await clock.sleep(wait_ms, this.#closing.signal).catch(() => {
        throw new StoreAwayError("Vespa");
      });
    }
  }

  /** Ends what is under way. */
  close(): void {
    this.#closing.abort();
  }

  /** One attempt; status 0 when there was no answer. */
  #try(request: VespaRequest): Promise<{ status: number; text: string; cause?: unknown }> {
    return this.#throttle.run(async () => {
      if (this.#closing.signal.aborted) throw new StoreAwayError("Vespa");
      const wasProbe = this.#breaker.enter();
      try {
        const answer = await this.#exchange(request);
        this.#breaker.report(answer.status < 500, wasProbe);
        if (answer.status === 429) this.#throttle.halve();
        else if (answer.status < 500) this.#throttle.grow();
        return answer;
      } catch (cause) {
        this.#breaker.report(false, wasProbe);
        return { status: 0, text: "", cause };
      }
    });
  }

  async #exchange({ method, path, body, limit_ms }: VespaRequest): Promise<{ status: number; text: string }> {
    const { clock, endpoint, fetch } = this.#options;
    const done = new AbortController(), late = new AbortController();
    const timer = clock.sleep(limit_ms, done.signal).then(() => late.abort(), () => {});
    try {
      const response = await fetch(new URL(path, endpoint), {
        method,
        redirect: "error",
        signal: AbortSignal.any([late.signal, this.#closing.signal]),
        // As a string, so that it can be sent again when the server closes the connection.
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { "content-type": "application/json; charset=utf-8" } }),
      });
      return { status: response.status, text: await response.text() };
    } finally {
      done.abort();
      await timer;
    }
  }
}

function refusal(status: number, text: string): Error {
  if (status === 507) {
    return new TransientError("index_full", "Vespa takes no more documents: its memory or disk is full", {
      retry_after_ms: FULL_RETRY_MS,
      scope: "whole",
    });
  }
  if (status === 401 || status === 403) {
    return new TransientError("index_refuses", `Vespa answers ${status}: the certificate lacks the permission`, {
      retry_after_ms: 60_000,
      scope: "whole",
    });
  }
  if (status >= 500) return new StoreAwayError("Vespa", new Error(`Vespa answered ${status}`));
  // Vespa's message names the field; it may also hold a part of the text, so it is a cause and no message.
  return new PermanentError("index_refused", `Vespa answers ${status}`, { cause: new Error(text.slice(0, 500)) });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
