/** W3C trace context, as it travels in messages. Source: w3.org/TR/trace-context. */
import type { Deps, Random } from "./deps.ts";

/** A context that begins with a notification or a poll. */
export function newTrace(random: Random): string {
  const digits = random.bytes(24).toHex();
  return `00-${digits.slice(0, 32)}-${digits.slice(32)}-01`;
}

/** The context of the request under way where traces are made, else one that begins here. */
export function traceHere({ tracing, random }: Pick<Deps, "tracing" | "random">): string {
  return tracing?.context() || newTrace(random);
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The trace's and the span's id of a context whose trace is kept; null where it is not, and for a text that is none. */
export function keptIdsOf(traceparent: string): { readonly trace_id: string; readonly span_id: string } | null {
  const [, trace_id, span_id, flags = "00"] = TRACEPARENT.exec(traceparent) ?? [];
  if (trace_id === undefined || span_id === undefined || (Number.parseInt(flags, 16) & 1) === 0) return null;
  return { trace_id, span_id };
}
