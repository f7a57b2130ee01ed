import type { Clock } from "../../../shared/contracts/deps.ts";
import type { DeskPart } from "../desk_habits.ts";
import type { Folder } from "../mailbox/folder.ts";
import type { Grant } from "../oauth/grants.ts";

/** What a subscription tells of; without a folder or container, of all of them. */
export type Watched =
  | { readonly part: "mail"; readonly folder: Folder | undefined }
  | { readonly part: DeskPart; readonly container: number | undefined };

/** A subscription as it is kept. */
export interface Subscription {
  readonly id: string;
  readonly user: string;
  readonly tenantId: string;
  readonly resource: string;
  readonly watched: Watched;
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | undefined;
  readonly clientState: string | undefined;
  readonly immutableIds: boolean;
  readonly tls: string;
  /** On whose behalf it is delivered; nothing is once that is revoked. */
  grant: Grant;
  expiresAt: number;
}

/** Subscriptions of all mailboxes. What has expired is gone. */
export class Subscriptions {
  readonly #clock: Clock;
  readonly #all = new Map<string, Subscription>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(subscription: Subscription): void {
    this.#all.set(subscription.id, subscription);
  }

  /** The subscription, if this person has it. */
  find(id: string, user: string): Subscription | undefined {
    return this.of(user).find((one) => one.id === id);
  }

  delete(id: string): void {
    this.#all.delete(id);
  }

  /** Whether the subscription is there and has not expired. */
  holds(subscription: Subscription): boolean {
    return this.#all.get(subscription.id) === subscription && subscription.expiresAt > this.#clock.now();
  }

  /** Those of a person that have not expired. */
  of(user: string): Subscription[] {
    const mine: Subscription[] = [];
    for (const one of this.#all.values()) {
      if (!this.holds(one)) this.#all.delete(one.id);
      else if (one.user === user) mine.push(one);
    }
    return mine;
  }
}
