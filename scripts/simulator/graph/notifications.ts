import type { Chance } from "../chance.ts";
import type { CallCounts } from "../counts.ts";
import type { Deliveries, Delivery } from "../deliveries.ts";
import type { SimulatorFaults } from "../faults.ts";
import type { MailChange } from "../mailbox/microsoft_mailbox.ts";
import type { MicrosoftUser } from "./context.ts";
import { changeKeyOf, time } from "./message_shape.ts";
import type { Subscription, Subscriptions } from "./subscription_store.ts";

/** The events that the lifecycle address is told of. */
export type LifecycleEvent = "missed" | "subscriptionRemoved" | "reauthorizationRequired";

const FIRST_MS = 3_000;
const LATER_MS = 10_000;
const GIVE_UP_MS = 4 * 3_600_000;
const BACKOFF_FIRST_MS = 5_000;
const BACKOFF_MOST_MS = 600_000;

interface Item {
  readonly subscription: Subscription;
  readonly body: Record<string, unknown>;
}

/** What notifications are built on. */
export interface NotifierDeps {
  readonly chance: Chance;
  readonly faults: SimulatorFaults;
  readonly counts: CallCounts;
  readonly deliveries: Deliveries;
  readonly subscriptions: Subscriptions;
}

/** Tells subscribers of changes: items for one address that come together travel together, retried up to four hours. */
export class Notifier {
  readonly #deps: NotifierDeps;
  readonly #waiting = new Map<string, Item[]>();

  constructor(deps: NotifierDeps) {
    this.#deps = deps;
  }

  /** Notes a change; what is to be sent goes out after the current turn. */
  changed(me: MicrosoftUser, change: MailChange): void {
    const { faults, chance } = this.#deps;
    for (const subscription of this.#deps.subscriptions.of(me.user)) {
      if (subscription.grant.revoked) continue;
      if (subscription.folder !== undefined && subscription.folder !== change.folder) continue;
      const types = subscription.changeType.split(",").map((type) => type.trim());
      const told = types.includes(change.changeType) ? [change.changeType] : [];
      const extra = change.changeType === "created" && types.includes("updated") && chance.happens(faults.extraUpdates);
      for (const changeType of extra ? [...told, "updated"] : told) {
        if (faults.emptyFirstDelta) change.folder.quietOnce = true;
        const item = { subscription, body: this.#item(me, subscription, change, changeType) };
        this.#offer(subscription.notificationUrl, item);
        if (chance.happens(faults.duplicateNotifications)) this.#offer(subscription.notificationUrl, item);
      }
    }
  }

  /** Tells the lifecycle address of each of a person's subscriptions; returns how many there are. */
  lifecycle(user: string, event: LifecycleEvent): number {
    const mine = this.#deps.subscriptions.of(user).filter((one) => one.lifecycleNotificationUrl !== undefined);
    for (const subscription of mine) this.#lifecycle(subscription, event);
    return mine.length;
  }

  #lifecycle(subscription: Subscription, event: LifecycleEvent): void {
    if (subscription.lifecycleNotificationUrl === undefined) return;
    if (event === "subscriptionRemoved") this.#deps.subscriptions.delete(subscription.id);
    this.#enqueue(subscription.lifecycleNotificationUrl, {
      subscription,
      body: { ...this.#common(subscription), lifecycleEvent: event },
    });
  }

  #offer(url: string, item: Item): void {
    const { faults, chance, counts, deliveries } = this.#deps;
    counts.notifications.sent++;
    if (chance.happens(faults.dropNotifications)) {
      counts.notifications.dropped++;
      return;
    }
    if (faults.lateNotifications <= 0) return this.#enqueue(url, item);
    const wait = faults.shuffle ? chance.next() * faults.lateNotifications : faults.lateNotifications;
    deliveries.track(async () => {
      await deliveries.sleep(wait);
      this.#enqueue(url, item);
    });
  }

  #enqueue(url: string, item: Item): void {
    const queue = this.#waiting.get(url);
    if (queue !== undefined) {
      queue.push(item);
      return;
    }
    this.#waiting.set(url, [item]);
    this.#deps.deliveries.track(() => this.#pump(url));
  }

  /** Sends what waits for an address, one request after the other; a refused one is repeated on its own. */
  async #pump(url: string): Promise<void> {
    const { deliveries, faults, chance } = this.#deps;
    await Promise.resolve();
    try {
      for (
        let queue = this.#waiting.get(url);
        queue !== undefined && queue.length > 0;
        queue = this.#waiting.get(url)
      ) {
        if (faults.shuffle) queue.splice(0, queue.length, ...chance.shuffle(queue));
        const delivery = this.#delivery(url, queue.splice(0, Math.max(1, faults.itemsPerNotification)));
        if (!await deliveries.attempt(delivery, true)) deliveries.track(() => deliveries.repeat(() => delivery));
      }
    } finally {
      this.#waiting.delete(url);
    }
  }

  #delivery(url: string, items: Item[]): Delivery {
    const lifecycle = items.some((one) => one.body.lifecycleEvent !== undefined);
    const wanted = () => lifecycle || items.some((one) => this.#deps.subscriptions.holds(one.subscription));
    return {
      url,
      body: JSON.stringify({ value: items.map((one) => one.body) }),
      headers: { "content-type": "application/json; charset=utf-8" },
      timeoutsMs: [FIRST_MS, LATER_MS],
      backoffMs: (attempt) => {
        const wait = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** (attempt - 2));
        return wait * (0.75 + this.#deps.chance.next() / 2);
      },
      giveUpAfterMs: GIVE_UP_MS,
      items: items.length,
      stillWanted: wanted,
      onGivenUp: () => {
        // Graph says afterwards that something was missed; a lifecycle event itself is not followed by another.
        if (!lifecycle) {
          for (const one of new Set(items.map((item) => item.subscription))) this.#lifecycle(one, "missed");
        }
      },
    };
  }

  #common(subscription: Subscription): Record<string, unknown> {
    return {
      subscriptionId: subscription.id,
      subscriptionExpirationDateTime: time(subscription.expiresAt),
      ...(subscription.clientState === undefined ? {} : { clientState: subscription.clientState }),
      tenantId: subscription.tenantId,
    };
  }

  #item(
    me: MicrosoftUser,
    subscription: Subscription,
    change: MailChange,
    changeType: string,
  ): Record<string, unknown> {
    const { chance } = this.#deps;
    const id = me.mailbox.id(change.mail, subscription.immutableIds);
    // The documentation and real traffic spell the path in several ways (PROTOCOLS A5).
    const resource = chance.pick([
      `users/${me.objectId}@${me.tenantId}/messages/${id}`,
      `Users/${me.objectId}/Messages/${id}`,
      `Users('${me.objectId}')/messages('${id}')`,
    ]);
    const etag = changeType === "deleted" ? {} : { "@odata.etag": `W/"${changeKeyOf(me, change.mail)}"` };
    return {
      ...(chance.happens(0.5) ? { id: chance.uuid() } : {}),
      ...this.#common(subscription),
      changeType,
      resource,
      resourceData: {
        "@odata.type": chance.pick(["#Microsoft.Graph.Message", "#microsoft.graph.message"]),
        "@odata.id": resource,
        ...etag,
        id,
      },
    };
  }
}
