/** Graph's change and lifecycle notifications, read as far as routing needs and no further. */
import { z } from "zod";

/** The most items that are looked at in one request: Graph sends far fewer. */
export const NOTIFICATIONS_MAX = 1_000;

/** One notification. */
export interface GraphNotification {
  /** Graph's id of the subscription. */
  readonly remote_id: string;
  /** The secret that we gave when we subscribed, `""` when the item carries none. */
  readonly client_state: string;
  /** `reauthorizationRequired`, `subscriptionRemoved`, `missed` or a newer one; `""` for a change. */
  readonly lifecycle: string;
  /** `created`, `updated` or `deleted`; `""` when the item does not say. */
  readonly change: string;
  /** The tenant that it comes from, lower-case; `""` when the item names none. */
  readonly tenant: string;
}

/** What a request carried. */
export interface Notifications {
  readonly items: readonly GraphNotification[];
  /** What the sender proves itself by: only notifications with encrypted resource data come with tokens. */
  readonly tokens: readonly string[];
  /** How many items could not be read. They do not spoil the others. */
  readonly skipped: number;
  /** False when the body is no collection of notifications at all. */
  readonly valid: boolean;
}

/** One token for each application and tenant: of the tenants that one deployment serves, few share a request. */
const TOKENS_MAX = 50;

const Collection = z.object({
  value: z.array(z.unknown()),
  // Tokens of another form prove nothing, and must not pass for none.
  validationTokens: z.array(z.string()).max(TOKENS_MAX).catch([""]).nullish(),
});
const Text = z.string().nullish().transform((text) => text ?? "");

/**
 * What routing needs of an item. Nothing else is asked for, since forms differ over the years and the resources: the
 * id's case, resource data that is null or absent, encrypted content, other members.
 */
const Item = z.object({
  subscriptionId: z.string().min(1).max(256),
  clientState: Text,
  lifecycleEvent: Text,
  changeType: Text,
  tenantId: Text,
});

/** Reads the body of a request to a notification address. Never throws. */
export function parseNotifications(json: unknown): Notifications {
  const collection = Collection.safeParse(json);
  if (!collection.success) return { items: [], tokens: [], skipped: 0, valid: false };
  const { value, validationTokens } = collection.data;
  const items = value.slice(0, NOTIFICATIONS_MAX).flatMap((item) => {
    const parsed = Item.safeParse(item);
    if (!parsed.success) return [];
    const { subscriptionId, clientState, lifecycleEvent, changeType, tenantId } = parsed.data;
    return [{
      remote_id: subscriptionId,
      client_state: clientState,
      lifecycle: lifecycleEvent,
      change: changeType.toLowerCase(),
      tenant: tenantId.toLowerCase(),
    }];
  });
  return { items, tokens: validationTokens ?? [], skipped: value.length - items.length, valid: true };
}
