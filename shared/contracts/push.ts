/** The body of a Pub/Sub push delivery (wrapped form). Real deliveries carry both casings of the two ids. */
import { z } from "zod";

/** Texts by name. As `z.record(z.string(), z.string())`, at a quarter of its cost, which every delivery pays. */
const Attributes = z.custom<Record<string, string>>((value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  for (const name in value) if (typeof Reflect.get(value, name) !== "string") return false;
  return true;
}, "must hold texts by name");

/**
 * A wrapped push request: `data` is base64 (standard alphabet, Gmail's documentation says base64url) and may be absent;
 * `deliveryAttempt` only comes when the subscription has a dead-letter policy.
 * Source: cloud.google.com/pubsub/docs/push.
 */
export const PushBody = z.object({
  message: z.object({
    data: z.string().optional(),
    attributes: Attributes.optional(),
    messageId: z.string().optional(),
    message_id: z.string().optional(),
    publishTime: z.string().optional(),
    publish_time: z.string().optional(),
  }),
  subscription: z.string().min(1),
  deliveryAttempt: z.int().positive().optional(),
  delivery_attempt: z.int().positive().optional(),
}).transform((body, context) => {
  const message_id = body.message.messageId ?? body.message.message_id;
  if (message_id === undefined || message_id === "") {
    context.addIssue({ code: "custom", path: ["message", "messageId"], message: "must be given" });
    return z.NEVER;
  }
  return {
    message_id,
    published_at: body.message.publishTime ?? body.message.publish_time ?? "",
    attributes: body.message.attributes ?? {},
    data_base64: body.message.data ?? "",
    /** The subscription's full name, `projects/…/subscriptions/…`. */
    subscription: body.subscription,
    /** 1 for the first delivery; 0 when the bus does not count. */
    delivery_attempt: body.deliveryAttempt ?? body.delivery_attempt ?? 0,
  };
});
export type PushDelivery = z.infer<typeof PushBody>;
