/** Gmail's notifications: a watch a mailbox, which publishes to the operator's topic. */
import { z } from "zod";
import { PermanentError } from "../../contracts/errors.ts";
import { away } from "../http.ts";
import type { Granted, Mailbox } from "../port.ts";
import { momentOf } from "../text.ts";
import type { GoogleConfig, GoogleUrls } from "./config.ts";
import type { GoogleNotifications, GoogleOptions } from "./resource.ts";
import { googleReasons } from "../verdict.ts";
import { refusedBy } from "./errors.ts";

/** Gmail gives a watch no id: there is one a mailbox and project, and a new one replaces it. */
const REMOTE_ID = "watch";

const NO_TOPIC = "GMAIL_TOPIC is not set, so Gmail has nowhere to publish";

/** Gmail sends at most one notification a second for each user (developers.google.com/gmail/api/guides/push). */
const GMAIL_DROPS_WITHIN_MS = 1_000;

/** A watch lives for seven days; Google's guide recommends to renew it once a day. */
const GMAIL_RENEW_WITHIN_MS = 24 * 60 * 60 * 1_000;

/** Gmail's notifications. */
export function openMailWatch({ config, urls }: GoogleOptions): GoogleNotifications {
  const supported = config.gmail_topic !== "";
  return {
    push: supported
      ? {
        supported,
        reason: "",
        drops_within_ms: GMAIL_DROPS_WITHIN_MS,
        renew_within_ms: GMAIL_RENEW_WITHIN_MS,
        renewal: "extend",
      }
      : { supported, reason: NO_TOPIC, renewal: "extend" },
    targets: () => [""],
    subscribe: (mailbox) => watchMail(config, urls, mailbox),
    renew: (mailbox) => watchMail(config, urls, mailbox),
    unsubscribe: (mailbox) => unwatchMail(urls, mailbox),
  };
}

/** Milliseconds since the epoch: a text in answers, a number in the documentation. */
const Watched = z.object({ expiration: z.union([z.string(), z.number()]).transform(Number) });

/**
 * Watches the whole mailbox: no label is left out, since a mail may be moved to any. Lasts seven days; watching again
 * is how it is renewed.
 * @throws PermanentError `subscription_refused`
 */
async function watchMail(config: GoogleConfig, urls: GoogleUrls, mailbox: Mailbox): Promise<Granted> {
  const body = { topicName: config.gmail_topic };
  const answer = await mailbox.request(`${urls.mailbox}/watch`, { method: "POST", body });
  if (answer.status !== 200) {
    const reason = googleReasons(answer.json)[0]?.slice(0, 64) ?? "";
    throw new PermanentError("subscription_refused", `Gmail refuses the watch: ${answer.status} ${reason}`.trim());
  }
  const expires_at = momentOf(Watched.safeParse(answer.json).data?.expiration);
  if (expires_at === "") throw away("Gmail's answer is not a watch");
  return { remote_id: REMOTE_ID, expires_at };
}

/** Ends the watch; without one it does nothing. */
async function unwatchMail(urls: GoogleUrls, mailbox: Mailbox): Promise<void> {
  const answer = await mailbox.request(`${urls.mailbox}/stop`, { method: "POST" });
  if (answer.status >= 300 && answer.status !== 404) throw refusedBy(answer, "end the watch");
}
