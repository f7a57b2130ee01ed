/** A bus whose publishing is seen in traces. After the semantic conventions for messaging of OpenTelemetry. */
import type { Tracing } from "../contracts/deps.ts";
import type { Bus, Outgoing } from "./port.ts";

/**
 * The same bus, with a span for each publish. Messages that travel with a trace context go on from that span, so that
 * whoever handles them hangs below it; those without one stay without.
 */
export function tracedBus(bus: Bus, tracing: Tracing): Bus {
  return {
    publish(topic, messages) {
      const attributes = {
        // The embedded bus delivers as Pub/Sub does, so that a trace reads the same.
        "messaging.system": "gcp_pubsub",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": topic,
        "messaging.batch.message_count": messages.length,
      };
      return tracing.span({ name: `send ${topic}`, kind: "producer", attributes }, () => {
        const traceparent = tracing.context();
        return bus.publish(topic, traceparent === "" ? messages : messages.map((one) => goingOn(one, traceparent)));
      });
    },
    ensure: (topology) => bus.ensure(topology),
    stats: () => bus.stats(),
    seek: (subscription, from) => bus.seek(subscription, from),
    countSince: (subscription, from) => bus.countSince(subscription, from),
    ping: () => bus.ping(),
    close: () => bus.close(),
  };
}

function goingOn<O extends Outgoing>(outgoing: O, traceparent: string): O {
  if (outgoing.attributes["traceparent"] === undefined) return outgoing;
  return { ...outgoing, attributes: { ...outgoing.attributes, traceparent } };
}
