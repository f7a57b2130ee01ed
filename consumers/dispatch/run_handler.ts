import { TransientError } from "../../shared/contracts/errors.ts";
import type { SubscriptionConfig } from "../../shared/contracts/subscriptions.ts";
import type { Delivery } from "../registry.ts";
import type { Incoming } from "./incoming.ts";
import { moment } from "./set_aside.ts";
import type { Trace } from "./trace.ts";
import type { Turn } from "./turn.ts";
import { Work, type Works } from "./work.ts";

/** How far a delivery is. */
export interface Progress {
  readonly trace: Trace;
  readonly turn: Turn;
}

/** A message as its handler sees it. A class, since a literal with a getter is built anew from scratch each time. */
class Handed implements Delivery {
  readonly subscription: string;
  readonly message_id: string;
  readonly attempt: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly #published_at: string;
  readonly #work: Work;

  constructor(subscription: string, incoming: Incoming, work: Work) {
    this.subscription = subscription;
    this.message_id = incoming.message_id;
    this.attempt = incoming.attempt;
    this.attributes = incoming.attributes;
    this.#published_at = incoming.published_at;
    this.#work = work;
  }

  get published_at(): string {
    return moment(this.#published_at) ?? "";
  }

  /** Made when somebody asks for it: most handlers never do. */
  get signal(): AbortSignal {
    return this.#work.signal;
  }
}

/**
 * Runs a handler until it is done, fails, or has gone on for too long after its signal was aborted.
 * @param renew renews the claim; null when there is none
 * @throws what the handler throws; after an abort, the reason of the abort instead of what followed from it
 */
export async function runHandler(
  works: Works,
  config: SubscriptionConfig,
  incoming: Incoming,
  { trace, turn }: Progress,
  handle: (delivery: Delivery) => Promise<string>,
  renew: (() => Promise<unknown>) | null,
): Promise<string> {
  const work = new Work(trace.received_ms, trace.received_ms + config.ack_deadline_seconds * 1_000, renew);
  const delivery = new Handed(config.name, incoming, work);
  works.add(work, config.ack_deadline_seconds);
  let handling: Promise<string> | undefined;
  try {
    handling = handle(delivery);
    return await work.outcomeOf(handling);
  } catch (error) {
    if (!work.aborted) throw error;
    if (handling !== undefined) turn.endAfter(handling);
    // A store that was away all the time is no failure of the message, however long its handler waited for it.
    throw error instanceof TransientError ? error : work.signal.reason;
  } finally {
    works.remove(work);
    turn.end();
  }
}
