/** A delivery as a span, after the semantic conventions for messaging of OpenTelemetry. */
import type { Tracing } from "../../shared/contracts/deps.ts";
import type { Answer } from "./answer.ts";
import type { Trace } from "./trace.ts";

/** Runs the handling in a span that goes on from the sender's. */
export function inSpan(tracing: Tracing, { served, incoming }: Trace, run: () => Promise<Answer>): Promise<Answer> {
  const subscription = served.config.name;
  const parent = incoming?.attributes["traceparent"] ?? "";
  const attributes = {
    "messaging.system": "gcp_pubsub",
    "messaging.operation.name": "process",
    "messaging.operation.type": "process",
    "messaging.destination.name": served.topic,
    "messaging.destination.subscription.name": subscription,
    "messaging.message.id": incoming?.message_id ?? "",
    "messaging.gcp_pubsub.message.delivery_attempt": incoming?.attempt ?? 0,
  };
  return tracing.span({ name: `process ${subscription}`, kind: "consumer", parent, attributes }, async (note) => {
    const answer = await run();
    note({ "millrace.outcome": answer.outcome });
    return answer;
  });
}
