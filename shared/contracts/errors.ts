/**
 * The three kinds of failure. Whoever catches one knows what to do with it:
 * permanent → a dead letter with its reason; transient → try again, not before `retry_after_ms`; anything else is a bug.
 */

/** What is wrong will still be wrong next time: bad input, a refused grant, a thing that is gone. */
export class PermanentError extends Error {
  override readonly name: string = "PermanentError";
  /** A stable, machine-readable reason such as `event_invalid`. */
  readonly code: string;
  /** The field of the input that is wrong, as a dotted path; `""` when no single field is. */
  readonly field: string;

  constructor(code: string, message: string, options: { field?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.field = options.field ?? "";
  }
}

/** What failed may work later: a store is away, a provider says wait, a newer schema has arrived before its reader. */
export class TransientError extends Error {
  override readonly name: string = "TransientError";
  readonly code: string;
  /** How long to wait before trying again, in milliseconds. */
  readonly retry_after_ms: number;
  /**
   * `whole`: the message is refused (503) and the sender backs off: a store is away, a lease is lost.
   * `one`: only this message waits, as a dead letter with a `retry_at`; the rest of its subscription goes on.
   */
  readonly scope: "whole" | "one";

  constructor(
    code: string,
    message: string,
    options: { retry_after_ms?: number; scope?: "whole" | "one"; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retry_after_ms = options.retry_after_ms ?? 10_000;
    this.scope = options.scope ?? "one";
  }
}

/** A store (Redis, Pub/Sub, Vespa, a database file) does not answer. Everything that needs it waits. */
export class StoreAwayError extends TransientError {
  override readonly name: string = "StoreAwayError";

  constructor(store: string, cause?: unknown) {
    super("store_away", `${store} does not answer`, {
      retry_after_ms: 5_000,
      scope: "whole",
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

/** A lease ran out or was taken over while its former holder was at work: it must commit nothing more. */
export class LeaseLostError extends TransientError {
  override readonly name: string = "LeaseLostError";

  constructor(what: string) {
    super("lease_lost", `The lease on ${what} is gone`, { retry_after_ms: 1_000, scope: "whole" });
  }
}

/** A short, safe text of any thrown value, for reasons in dead letters and logs. */
export function reasonOf(error: unknown): string {
  if (error instanceof PermanentError || error instanceof TransientError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : "Unknown error";
}
