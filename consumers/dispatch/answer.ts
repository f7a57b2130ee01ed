/** What a delivery is answered, and why. */

/**
 * Why a delivery ended as it did: a closed list, which the counters are labelled with.
 * `handled`, `duplicate`, `skipped`, `erased`, `refetch` and `dead_letter` are acknowledged, the others are not.
 */
export type Outcome =
  | "handled"
  /** The event was handled before. */
  | "duplicate"
  /** Published again for other subscriptions. */
  | "skipped"
  /** At or below the person's erasure floor. */
  | "erased"
  /** The reference was gone or older than the event: it is published again. */
  | "refetch"
  | "dead_letter"
  /** Another delivery of the event is being handled. */
  | "busy"
  /** The instance has enough to do. */
  | "full"
  /** The message's schema is newer than this program. */
  | "newer_schema"
  /** Something that all messages need is away. */
  | "away"
  /** The handler failed; the message comes again. */
  | "failed"
  /** The body names another subscription than the address it was sent to. */
  | "misrouted"
  /** The body is larger than Pub/Sub's limit allows. */
  | "too_large"
  /** This instance does not serve the subscription. */
  | "not_served"
  /** The instance is about to stop. */
  | "stopping";

const ACKED: ReadonlySet<Outcome> = new Set([
  "handled",
  "duplicate",
  "skipped",
  "erased",
  "refetch",
  "dead_letter",
]);

/** Whether the bus takes the message for done. */
export function isAcked(outcome: Outcome): boolean {
  return ACKED.has(outcome);
}

/** How a push is answered. */
export interface Answer {
  readonly status: 204 | 400 | 404 | 413 | 503;
  readonly outcome: Outcome;
  /** When to try again, milliseconds; 0 leaves it to the bus. */
  readonly retry_after_ms: number;
}

/** The message is done with. */
export function acknowledged(outcome: Outcome): Answer {
  return { status: 204, outcome, retry_after_ms: 0 };
}

/** The message has to come again. */
export function refused(outcome: Outcome, retry_after_ms = 0): Answer {
  return { status: 503, outcome, retry_after_ms };
}
