/** One event from claim to completion. */
import { PermanentError, reasonOf, TransientError } from "../../shared/contracts/errors.ts";
import type { Event } from "../../shared/contracts/event.ts";
import { LEASE_TTL_MS } from "../../shared/contracts/keys.ts";
import { HANDLER_FAILURES_MAX } from "../../shared/contracts/subscriptions.ts";
import type { ClaimToken } from "../../shared/state/port.ts";
import { acknowledged, type Answer, refused } from "./answer.ts";
import type { Incoming } from "./incoming.ts";
import { requestRefetch } from "./refetch.ts";
import { resolveDocument } from "./resolve_document.ts";
import { type Progress, runHandler } from "./run_handler.ts";
import type { Dispatch, ServedEvents } from "./served.ts";
import { setAsideMessage } from "./set_aside_message.ts";

/** The shortest wait that a busy event is sent away for, milliseconds. */
const BUSY_MS_MIN = 1_000;

/** What a claimed event is worked on with. */
interface Claimed {
  readonly dispatch: Dispatch;
  readonly served: ServedEvents;
  readonly incoming: Incoming;
  readonly event: Event;
  readonly token: ClaimToken;
  /** Handler failures before this delivery. */
  readonly failures: number;
  readonly progress: Progress;
}

/**
 * Claims the event, has it handled and completes the claim. Every failure has an answer; nothing is acknowledged whose
 * effect, dead letter or refetch is not durable.
 * @throws TransientError when the claim can't be taken
 */
export async function deliverEvent(
  dispatch: Dispatch,
  served: ServedEvents,
  incoming: Incoming,
  event: Event,
  progress: Progress,
): Promise<Answer> {
  const { state, deps } = dispatch;
  // Asked for together with the claim, so that both travel in one round trip.
  const flooring = state.records({ user_id: event.user_id }).floor();
  flooring.catch(() => {});
  const sought = dispatch.seeks.doneBefore(served.config.name, incoming.published_at);
  const done_before_ms = typeof sought === "number" ? sought : await sought;
  const claim = await state.claims.claim(served.config.name, event.event_id, done_before_ms);
  if (claim.kind === "done") return acknowledged("duplicate");
  if (claim.kind === "busy") {
    const wait_ms = claim.until_ms - deps.clock.now();
    return refused("busy", Math.min(LEASE_TTL_MS, Math.max(BUSY_MS_MIN, wait_ms)));
  }
  const { token, failures } = claim;
  const claimed: Claimed = { dispatch, served, incoming, event, token, failures, progress };
  try {
    if (event.revision <= await flooring) {
      await complete(claimed, "erased");
      return acknowledged("erased");
    }
    return await handle(claimed);
  } catch (error) {
    progress.trace.error = error;
    return await settleFailure(claimed, error);
  }
}

async function handle(claimed: Claimed): Promise<Answer> {
  const { dispatch, served, incoming, event, token, progress } = claimed;
  const { trace } = progress;
  const { state } = dispatch;
  const resolved = await resolveDocument(state.refs, event);
  if (resolved.kind === "stale") {
    const published = await requestRefetch(dispatch, event, served.config.name);
    trace.word = published ? "asked" : "asked_before";
    await complete(claimed, "refetch");
    return acknowledged("refetch");
  }
  trace.word = await runHandler(
    dispatch.works,
    served.config,
    incoming,
    progress,
    (delivery) => served.handle(resolved.event, resolved.document, delivery),
    () => state.claims.renew(token),
  );
  await complete(claimed, trace.word);
  return acknowledged("handled");
}

/**
 * Marks the claim as done. The effect is durable by now, so whatever happens here does not matter to the message: a
 * claim that is lost, or a store that is away, costs one more handling that finds its work done.
 */
async function complete({ dispatch, token, event }: Claimed, outcome: string): Promise<void> {
  try {
    await dispatch.state.claims.complete(token, outcome);
  } catch (error) {
    dispatch.deps.log.debug("dispatch.claim_not_completed", { event_id: event.event_id, reason: reasonOf(error) });
  }
}

/** Gives the claim back. When that fails too, it ends by itself after 15 s. */
async function release({ dispatch, token, event }: Claimed, failed: boolean): Promise<void> {
  try {
    await dispatch.state.claims.release(token, failed);
  } catch (error) {
    dispatch.deps.log.debug("dispatch.claim_not_released", { event_id: event.event_id, reason: reasonOf(error) });
  }
}

async function settleFailure(claimed: Claimed, error: unknown): Promise<Answer> {
  if (error instanceof TransientError && error.scope === "whole") {
    await release(claimed, false);
    return refused(error.code === "stopping" ? "stopping" : "away", error.retry_after_ms);
  }
  if (error instanceof TransientError) {
    const answer = await setAside(claimed, "transient", error, Math.max(1, error.retry_after_ms));
    await release(claimed, false);
    return answer;
  }
  if (error instanceof PermanentError) {
    const answer = await setAside(claimed, "permanent", error, 0);
    await (answer.status === 204 ? complete(claimed, "dead_letter") : release(claimed, false));
    return answer;
  }
  return await settleHandlerFailure(claimed, error);
}

/**
 * Counts a failure of the handler. The last one makes a dead letter while the claim is still held: a crash in between
 * leaves the count at one below the limit, and the message is tried once more instead of being given up unheard.
 */
async function settleHandlerFailure(claimed: Claimed, error: unknown): Promise<Answer> {
  if (claimed.failures + 1 < HANDLER_FAILURES_MAX) {
    await release(claimed, true);
    return refused("failed");
  }
  const answer = await setAside(claimed, "exhausted", error, 0);
  await (answer.status === 204 ? complete(claimed, "dead_letter") : release(claimed, true));
  return answer;
}

function setAside(
  { dispatch, served, incoming, failures }: Claimed,
  kind: "permanent" | "transient" | "exhausted",
  error: unknown,
  retry_after_ms: number,
): Promise<Answer> {
  const attempts = kind === "exhausted" ? failures + 1 : incoming.attempt;
  return setAsideMessage(dispatch, served.config, incoming, { kind, error, retry_after_ms, attempts });
}
