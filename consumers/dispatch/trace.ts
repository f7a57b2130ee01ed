/** What is learnt of a delivery on its way, for its one log line and its counter. */
import type { Deps, Log, LogFields } from "../../shared/contracts/deps.ts";
import type { Event } from "../../shared/contracts/event.ts";
import { PermanentError, reasonOf, StoreAwayError, TransientError } from "../../shared/contracts/errors.ts";
import type { Claims } from "../../shared/state/port.ts";
import type { Answer, Outcome } from "./answer.ts";
import type { Incoming } from "./incoming.ts";
import type { ClaimOutcome, ErrorKind, Served } from "./served.ts";
import { DeadlineError } from "./work.ts";

/** Filled while a delivery goes through dispatch. */
export class Trace {
  readonly served: Served;
  readonly received_ms: number;
  incoming: Incoming | undefined;
  event: Event | undefined;
  /** The handler's own word for what it did: the reason of the line, unless something failed. */
  word = "";
  error: unknown;

  constructor(served: Served, received_ms: number) {
    this.served = served;
    this.received_ms = received_ms;
  }
}

/** At which level an outcome is told. Refusals under load are counted; a line each would be one more load. */
const LEVELS: Readonly<Record<Outcome, keyof Log & ("debug" | "info" | "warn")>> = {
  handled: "info",
  duplicate: "info",
  skipped: "debug",
  erased: "info",
  refetch: "info",
  dead_letter: "warn",
  busy: "debug",
  full: "debug",
  newer_schema: "warn",
  away: "warn",
  failed: "warn",
  misrouted: "warn",
  too_large: "warn",
  not_served: "warn",
  stopping: "debug",
};

/** Counts the delivery and writes its line, which is only built when its level is on. */
export function emit({ log, counters, clock }: Deps, claims: Claims, trace: Trace, answer: Answer): void {
  const duration_ms = clock.now() - trace.received_ms;
  count(counters, trace, answer.outcome, duration_ms);
  const level = LEVELS[answer.outcome];
  if (log.enabled?.(level) === false) return;
  log[level]("push.handled", fields(claims, trace, answer, duration_ms));
}

function count(counters: Deps["counters"], trace: Trace, outcome: Outcome, duration_ms: number): void {
  const { labels } = trace.served;
  counters.add("deliveries_total", labels.delivery(outcome));
  counters.observe("delivery_duration_seconds", labels.durations, duration_ms / 1_000);
  if (trace.error !== undefined) counters.add("delivery_errors_total", labels.error(errorKind(trace.error)));
  // Without an event there is no claim.
  if (trace.event === undefined) return;
  const claim = claimOutcome(outcome, trace.word);
  if (claim !== undefined) counters.add("idempotency_total", labels.claim(claim));
}

/** What was learnt from the claim; undefined where it was not asked. */
function claimOutcome(outcome: Outcome, word: string): ClaimOutcome | undefined {
  switch (outcome) {
    case "handled":
      return word === "stale" ? "stale" : "fresh";
    case "duplicate":
    case "busy":
      return outcome;
    case "erased":
    case "refetch":
      return "stale";
    case "dead_letter":
    case "failed":
      return "fresh";
    default:
      return undefined;
  }
}

function errorKind(error: unknown): ErrorKind {
  if (error instanceof PermanentError) return "permanent";
  if (error instanceof StoreAwayError) return "store_away";
  if (error instanceof TransientError) return "transient";
  return error instanceof DeadlineError ? "deadline" : "bug";
}

function fields(claims: Claims, trace: Trace, answer: Answer, duration_ms: number): LogFields {
  const { served, incoming, event, error } = trace;
  const subscription = served.config.name;
  const line: LogFields = {
    subscription,
    topic: served.topic,
    service: served.config.service,
    outcome: answer.outcome,
    status: answer.status,
    duration_ms,
  };
  if (incoming !== undefined) {
    line.message_id = incoming.message_id;
    line.attempt = incoming.attempt;
  }
  if (event !== undefined) {
    line.idempotency_key = claims.nameOf(subscription, event.event_id);
    setEventFields(line, event);
  }
  if (trace.word !== "") line.reason = trace.word;
  if (error !== undefined) {
    line.reason = reasonOf(error);
    // What is no failure of a known kind is a bug, and a bug is found by its stack.
    if (answer.outcome === "failed") line.error = error;
  }
  return line;
}

function setEventFields(line: LogFields, event: Event): void {
  const trace_id = event.traceparent.split("-")[1] ?? "";
  if (trace_id !== "") line.trace_id = trace_id;
  if (event.correlation_id !== "") line.correlation_id = event.correlation_id;
  if (event.batch_id !== "") line.batch_id = event.batch_id;
  line.user_id = event.user_id;
  line.connection_id = event.connection_id;
  line.provider = event.provider;
  line.event_id = event.event_id;
  line.doc_type = event.doc_type;
  line.doc_id = event.doc_id;
  line.operation = event.operation;
  line.revision = event.revision;
}
