import type { Chance } from "../chance.ts";
import type { CallCounts } from "../counts.ts";
import type { Deliveries, Delivery } from "../deliveries.ts";
import type { SimulatorFaults } from "../faults.ts";
import type { MailChange } from "../mailbox/microsoft_mailbox.ts";
import type { DeskPart } from "../desk_habits.ts";
import type { Entry } from "../journal.ts";
import type { MicrosoftUser } from "./context.ts";
import { time } from "./message_shape.ts";
import { deskNotice, mailNotice, type Notice } from "./notices.ts";
import { type LifecycleEvent, WATCHING } from "./watching.ts";
import type { Subscription, Subscriptions } from "./subscription_store.ts";

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

  /** Notes a change of a mail; what is to be sent goes out after the current turn. */
  changed(me: MicrosoftUser, change: MailChange): void {
    this.#tell(me, mailNotice(me, change));
  }

  /** Notes a change of what a person keeps beside mail. */
  deskChanged(me: MicrosoftUser, part: DeskPart, entry: Entry): void {
    this.#tell(me, deskNotice(me, part, entry));
  }

  #tell(me: MicrosoftUser, notice: Notice): void {
    const { faults, chance } = this.#deps;
    for (const subscription of this.#deps.subscriptions.of(me.user)) {
      if (subscription.grant.revoked) continue;
      const types = subscription.changeType.split(",").map((type) => type.trim());
      const happened = notice.changeType(subscription.watched);
      if (happened === undefined) continue;
      const told = types.includes(happened) ? [happened] : [];
      const extra = happened === "created" && types.includes("updated") && chance.happens(faults.extraUpdates);
      for (const changeType of extra ? [...told, "updated" as const] : told) {
        if (faults.emptyFirstDelta) notice.quiet();
        const body = { ...this.#common(subscription), changeType, ...notice.body(subscription, changeType, chance) };
        const item = { subscription, body };
        this.#offer(subscription.notificationUrl, item);
        if (chance.happens(faults.duplicateNotifications)) this.#offer(subscription.notificationUrl, item);
      }
    }
  }

  /** Tells the lifecycle address of each of a person's subscriptions that knows the event; returns how many do. */
  lifecycle(user: string, event: LifecycleEvent): number {
    const mine = this.#deps.subscriptions.of(user).filter((one) =>
      one.lifecycleNotificationUrl !== undefined && WATCHING[one.watched.part].lifecycle.includes(event)
    );
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
          for (const one of new Set(items.map((item) => item.subscription))) {
            if (WATCHING[one.watched.part].lifecycle.includes("missed")) this.#lifecycle(one, "missed");
          }
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
}
