import type { Clock } from "../../../shared/contracts/deps.ts";
import type { Chance } from "../chance.ts";
import type { CallCounts } from "../counts.ts";
import type { Deliveries } from "../deliveries.ts";
import type { SimulatorFaults } from "../faults.ts";
import type { GmailMail } from "../mailbox/gmail_mailbox.ts";
import type { GoogleUser } from "./context.ts";
import { base64, base64url } from "./encoding.ts";

const WEEK_MS = 7 * 24 * 3_600_000;
/** At most one notification a second for each user; what is more is dropped (PROTOCOLS C4). */
const APART_MS = 1_000;
/** Pub/Sub's own: how long a push may take, and between which bounds it waits to repeat one. */
const PUSH_MS = 60_000;
const BACKOFF_FIRST_MS = 10_000;
const BACKOFF_MOST_MS = 600_000;

/** Where the push subscription of the Gmail topic posts. */
export interface GmailPush {
  readonly url: string;
  readonly subscription: string;
  readonly token: () => string | Promise<string>;
}

/** One user's watch: a new one takes the old one's place. */
export interface Watch {
  readonly labels: readonly string[];
  readonly exclude: boolean;
  readonly expiresAt: number;
}

/** Who watches what, and the notifications by way of Pub/Sub. */
export class Watches {
  readonly #watches = new Map<string, Watch>();
  readonly #lastSent = new Map<string, number>();
  #messages = 0;

  constructor(
    private readonly deps: {
      readonly clock: Clock;
      readonly chance: Chance;
      readonly counts: CallCounts;
      readonly faults: SimulatorFaults;
      readonly deliveries: Deliveries;
      readonly push: GmailPush | undefined;
    },
  ) {}

  /** Starts or replaces a user's watch; a first notification goes out at once. Gives when it ends. */
  start(me: GoogleUser, labels: readonly string[], exclude: boolean): number {
    const expiresAt = this.deps.clock.now() + WEEK_MS;
    this.#watches.set(me.user, { labels, exclude, expiresAt });
    this.#offer(me);
    return expiresAt;
  }

  stop(me: GoogleUser): void {
    this.#watches.delete(me.user);
  }

  /** The watch of a user, if it has not expired. */
  of(user: string): Watch | undefined {
    const watch = this.#watches.get(user);
    return watch !== undefined && watch.expiresAt > this.deps.clock.now() ? watch : undefined;
  }

  /** Notes that a mail changed. */
  changed(me: GoogleUser, mail: GmailMail): void {
    const watch = this.of(me.user);
    if (watch === undefined) return;
    const named = mail.labels.some((label) => watch.labels.includes(label));
    if (watch.labels.length > 0 && named === watch.exclude) return;
    const { clock, counts, faults } = this.deps;
    if (faults.emptyFirstDelta) me.quietOnce = true;
    const now = clock.now();
    if (now - (this.#lastSent.get(me.user) ?? -Infinity) < APART_MS) {
      counts.notifications.dropped++;
      return;
    }
    this.#offer(me);
  }

  #offer(me: GoogleUser): void {
    const { clock, chance, counts, deliveries, faults } = this.deps;
    this.#lastSent.set(me.user, clock.now());
    counts.notifications.sent++;
    if (chance.happens(faults.dropNotifications)) {
      counts.notifications.dropped++;
      return;
    }
    const historyId = me.mailbox.history.last;
    const times = chance.happens(faults.duplicateNotifications) ? 2 : 1;
    for (let time = 0; time < times; time++) {
      const wait = faults.shuffle ? chance.next() * faults.lateNotifications : faults.lateNotifications;
      deliveries.track(async () => {
        if (wait > 0) await deliveries.sleep(wait);
        await this.#push(me, historyId);
      });
    }
  }

  async #push(me: GoogleUser, historyId: number): Promise<void> {
    const { push, deliveries, chance, faults, clock } = this.deps;
    if (push === undefined) return;
    const notice = { emailAddress: me.address, historyId: faults.numericHistoryId ? historyId : String(historyId) };
    const json = JSON.stringify(notice);
    const messageId = String(8_000_000_000_000 + ++this.#messages);
    const publishTime = new Date(clock.now()).toISOString();
    const body = JSON.stringify({
      message: {
        data: faults.base64urlPush ? base64url(json) : base64(json),
        messageId,
        message_id: messageId,
        publishTime,
        publish_time: publishTime,
      },
      subscription: push.subscription,
    });
    const delivery = async () => ({
      url: push.url,
      body,
      // The token may have run out between two attempts, so each gets a new one.
      headers: { "content-type": "application/json", authorization: `Bearer ${await push.token()}` },
      timeoutsMs: [PUSH_MS, PUSH_MS] as const,
      backoffMs: (attempt: number) => {
        return Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** (attempt - 2)) * (1 + chance.next() / 4);
      },
      giveUpAfterMs: WEEK_MS,
      items: 1,
    });
    if (!await deliveries.attempt(await delivery(), true)) await deliveries.repeat(delivery);
  }
}
