import { TransientError } from "../../shared/contracts/errors.ts";
import type { SubscriptionConfig } from "../../shared/contracts/subscriptions.ts";
import { acknowledged, type Answer, refused } from "./answer.ts";
import { dataBase64, type Incoming } from "./incoming.ts";
import type { DispatchPorts } from "./served.ts";
import { type Failure, setAside } from "./set_aside.ts";

/** When to try again if not even the dead letter could be published, milliseconds. */
const RETRY_MS = 5_000;

/**
 * Sets a whole message aside, and answers for it: acknowledged once its dead letter is durable, refused when the bus
 * did not take it.
 */
export async function setAsideMessage(
  { bus, deps }: DispatchPorts,
  subscription: SubscriptionConfig,
  incoming: Incoming,
  failure: Pick<Failure, "kind" | "error" | "retry_after_ms" | "attempts" | "user_id">,
): Promise<Answer> {
  try {
    await setAside({ bus, deps }, {
      ...failure,
      subscription,
      message_id: incoming.message_id,
      published_at: incoming.published_at,
      attributes: incoming.attributes,
      data_base64: dataBase64(incoming),
    });
    return acknowledged("dead_letter");
  } catch (error) {
    deps.log.error("dispatch.dead_letter_not_published", {
      subscription: subscription.name,
      message_id: incoming.message_id,
      error,
    });
    return refused("away", error instanceof TransientError ? error.retry_after_ms : RETRY_MS);
  }
}
