import { z } from "zod";
import { TransientError } from "../../shared/contracts/errors.ts";
import type { SubscriptionConfig } from "../../shared/contracts/subscriptions.ts";
import { acknowledged, type Answer, refused } from "./answer.ts";
import { UserId } from "../../shared/contracts/ids.ts";
import { dataBase64, dataText, type Incoming } from "./incoming.ts";
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
  failure: Pick<Failure, "kind" | "error" | "retry_after_ms" | "attempts">,
): Promise<Answer> {
  try {
    await setAside({ bus, deps }, {
      ...failure,
      subscription,
      message_id: incoming.message_id,
      published_at: incoming.published_at,
      user_id: ownerOf(incoming),
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

/** All that is looked at in a message that may be of any kind, or of none. */
const Owned = z.object({ user_id: UserId });

/** Whose message it is, so that it can be found when the person is erased; `""` when it does not say. */
function ownerOf(incoming: Incoming): string {
  try {
    return Owned.parse(JSON.parse(dataText(incoming))).user_id;
  } catch {
    return "";
  }
}
