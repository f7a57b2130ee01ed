/** How a single consumer is told of a document. */
import { type DocType, type ServiceName, topicOf } from "../../shared/contracts/names.ts";
import { SUBSCRIPTIONS } from "../../shared/contracts/subscriptions.ts";

/** The subscription by which a service hears of this kind of document; undefined when it does not. */
export function subscriptionOf(service: ServiceName, doc_type: DocType): string | undefined {
  const topic = topicOf(doc_type);
  return SUBSCRIPTIONS.find((subscription) => subscription.service === service && subscription.topic === topic)?.name;
}
