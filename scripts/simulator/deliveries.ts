import type { Clock, Fetch } from "../../shared/contracts/deps.ts";
import type { CallCounts } from "./counts.ts";

/** One request to Millrace, repeated until it is accepted. */
export interface Delivery {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How long the first attempt may take, and how long later ones. */
  readonly timeoutsMs: readonly [number, number];
  /** The wait before attempt `attempt` (2 for the first repetition). */
  readonly backoffMs: (attempt: number) => number;
  readonly giveUpAfterMs: number;
  /** How many notification items it carries, for the counts. */
  readonly items: number;
  /** Asked before each attempt; false ends it quietly. */
  readonly stillWanted?: () => boolean;
  readonly onGivenUp?: () => void;
}

/** Sends notifications and knows which are under way. */
export class Deliveries {
  readonly #clock: Clock;
  readonly #fetch: Fetch;
  readonly #counts: CallCounts;
  readonly #underWay = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(options: { clock: Clock; fetch: Fetch; counts: CallCounts }) {
    this.#clock = options.clock;
    this.#fetch = options.fetch;
    this.#counts = options.counts;
  }

  /** Aborted when the simulator is closed. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Runs work that `idle()` waits for. What it throws after closing is of no interest to anybody. */
  track(work: () => Promise<void>): void {
    const running = work().catch((error) => {
      if (!this.#closing.signal.aborted) throw error;
    }).finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Gives up whatever is under way. */
  async close(): Promise<void> {
    this.#closing.abort(new Error("The simulator was closed"));
    await this.idle();
  }

  /** Waits by the clock; rejects when the simulator is closed. */
  sleep(ms: number): Promise<void> {
    return this.#clock.sleep(ms, this.#closing.signal);
  }

  /** One attempt; true if the answer was 2xx in time. */
  async attempt(delivery: Delivery, first: boolean): Promise<boolean> {
    const answer = await this.post(delivery.url, delivery.body, delivery.headers, delivery.timeoutsMs[first ? 0 : 1]);
    if (answer?.ok !== true) return false;
    this.#counts.notifications.delivered += delivery.items;
    return true;
  }

  /** Repeats a delivery whose first attempt failed, made anew each time, until it is accepted, unwanted or given up. */
  async repeat(make: () => Delivery | Promise<Delivery>): Promise<void> {
    const start = this.#clock.now();
    for (let attempt = 2;; attempt++) {
      const delivery = await make();
      const wait = delivery.backoffMs(attempt);
      if (this.#clock.now() + wait > start + delivery.giveUpAfterMs) {
        this.#counts.notifications.givenUp += delivery.items;
        delivery.onGivenUp?.();
        return;
      }
      await this.sleep(wait);
      if (delivery.stillWanted?.() === false) return;
      this.#counts.notifications.retried += delivery.items;
      if (await this.attempt(delivery, false)) return;
    }
  }

  /** Posts, and gives the answer with its body read; undefined if none came within `timeoutMs`. */
  async post(
    url: string,
    body: string,
    headers: Readonly<Record<string, string>>,
    timeoutMs: number,
  ): Promise<{ ok: boolean; status: number; text: string; contentType: string } | undefined> {
    const late = new AbortController();
    const done = new AbortController();
    const timer = this.#clock.sleep(timeoutMs, AbortSignal.any([done.signal, this.#closing.signal])).then(
      () => late.abort(new Error(`No answer within ${timeoutMs} ms`)),
      () => late.abort(new Error("The answer is no longer awaited")),
    );
    const abandoned = new Promise<never>((_, reject) => {
      late.signal.addEventListener("abort", () => reject(late.signal.reason), { once: true });
    });
    // Whoever loses the race must not end as an unhandled rejection.
    abandoned.catch(() => {});
    const answering = (async () => {
      const response = await this.#fetch(url, { method: "POST", body, headers, signal: late.signal });
      const text = await response.text();
      const contentType = response.headers.get("content-type") ?? "";
      return { ok: response.ok, status: response.status, text, contentType };
    })();
    answering.catch(() => {});
    try {
      return await Promise.race([answering, abandoned]);
    } catch {
      this.#closing.signal.throwIfAborted();
      return undefined;
    } finally {
      done.abort();
      await timer;
    }
  }
}
