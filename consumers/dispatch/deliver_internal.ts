/** One internal message: checked and handled. There is no claim; leases and counters guard what it does. */
import { PermanentError, TransientError } from "../../shared/contracts/errors.ts";
import { HANDLER_FAILURES_MAX } from "../../shared/contracts/subscriptions.ts";
import type { Delivery } from "../registry.ts";
import { acknowledged, type Answer, refused } from "./answer.ts";
import type { Incoming } from "./incoming.ts";
import { type Progress, runHandler } from "./run_handler.ts";
import type { Dispatch, ServedInternal } from "./served.ts";
import { setAsideMessage } from "./set_aside_message.ts";

/** A message whose handler keeps failing is handed back by itself after this long, milliseconds. */
const EXHAUSTED_RETRY_MS = 5 * 60 * 1000;

/** Has the message handled. @throws nothing: every failure has an answer */
export async function deliverInternal(
  dispatch: Dispatch,
  served: ServedInternal,
  incoming: Incoming,
  handle: (delivery: Delivery) => Promise<string>,
  progress: Progress,
): Promise<Answer> {
  try {
    progress.trace.word = await runHandler(dispatch.works, served.config, incoming, progress, handle, null);
    return acknowledged("handled");
  } catch (error) {
    progress.trace.error = error;
    return await settleInternal(dispatch, served, incoming, error);
  }
}

/** Answers for a message that failed. A dead letter that can't be stored stays on the bus: there is nothing behind it. */
export async function settleInternal(
  dispatch: Dispatch,
  served: ServedInternal,
  incoming: Incoming,
  error: unknown,
): Promise<Answer> {
  const aside = (kind: "permanent" | "transient" | "exhausted", retry_after_ms: number) =>
    setAsideMessage(dispatch, served.config, incoming, {
      kind,
      error,
      retry_after_ms,
      attempts: incoming.attempt,
    });
  if (error instanceof TransientError && (error.scope === "whole" || served.topic === "dead-letters")) {
    return refused(error.code === "stopping" ? "stopping" : "away", error.retry_after_ms);
  }
  if (served.topic === "dead-letters") return refused("failed");
  if (error instanceof TransientError) return await aside("transient", Math.max(1, error.retry_after_ms));
  if (error instanceof PermanentError) return await aside("permanent", 0);
  // A bus that does not count attempts tries for ever, which loses nothing either.
  if (incoming.attempt < HANDLER_FAILURES_MAX) return refused("failed");
  return await aside("exhausted", EXHAUSTED_RETRY_MS);
}
