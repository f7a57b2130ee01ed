/**
 * Spans by OpenTelemetry. Deno itself collects and exports them (`OTEL_DENO=true`, docs.deno.com/runtime/fundamentals/
 * open_telemetry), beside those that it makes of each request and each fetch. Loaded only when they are asked for.
 */
import {
  type Attributes,
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from "@opentelemetry/api";
import type { SpanStart, Tracing } from "../contracts/deps.ts";
import { reasonOf } from "../contracts/errors.ts";
import { keptIdsOf } from "../contracts/trace_context.ts";
import { redactText } from "./redact.ts";

const KINDS: Readonly<Record<SpanStart["kind"], SpanKind>> = {
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
};

/** The context that a span goes on from: the sender's, or what is under way; null where that trace is not kept. */
function parentOf(parent: string | undefined): Context | null {
  if (parent === undefined) return trace.getActiveSpan()?.isRecording() === true ? context.active() : null;
  const ids = keptIdsOf(parent);
  if (ids === null) return null;
  const { trace_id: traceId, span_id: spanId } = ids;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
}

function contextOf(span: Span | undefined): string {
  const ids = span?.spanContext();
  if (ids === undefined || !trace.isSpanContextValid(ids)) return "";
  return `00-${ids.traceId}-${ids.spanId}-0${ids.traceFlags & TraceFlags.SAMPLED}`;
}

/** Opens the tracer. Without `OTEL_DENO=true` in the environment of the process its spans go nowhere. */
export function openTracing(version: string): Tracing {
  const tracer = trace.getTracer("millrace", version);
  return {
    context: () => contextOf(trace.getActiveSpan()),
    span({ name, kind, parent, attributes }, work) {
      const from = parentOf(parent);
      // Making a span costs a delivery a third of all that it takes, so one that nobody will see is not made.
      if (from === null) return work(() => {});
      const around = trace.getActiveSpan()?.spanContext();
      // The request that brought a message has a trace of its own: a link leads from one to the other.
      const links = parent !== undefined && around !== undefined ? [{ context: around }] : [];
      const options = { kind: KINDS[kind], attributes: { ...attributes }, links };
      return tracer.startActiveSpan(name, options, from, async (span) => {
        try {
          return await work((more: Attributes) => void span.setAttributes(more));
        } catch (error) {
          // The reason and no more: what was thrown may hold what must not leave.
          span.setStatus({ code: SpanStatusCode.ERROR, message: redactText(reasonOf(error)) });
          throw error;
        } finally {
          span.end();
        }
      });
    },
  };
}
