/** Gmail's notifications: a watch a mailbox, which publishes to the operator's topic. */
import { z } from "zod";
import { PermanentError } from "../../contracts/errors.ts";
import { away } from "../http.ts";
import type { Granted, Mailbox } from "../port.ts";
import { momentOf } from "../text.ts";
import type { GoogleConfig, GoogleUrls } from "./config.ts";
import { googleReasons } from "../verdict.ts";
import { refusedBy } from "./errors.ts";

/** Gmail gives a watch no id: there is one a mailbox and project, and a new one replaces it. */
const REMOTE_ID = "watch";

/** Milliseconds since the epoch: a text in answers, a number in the documentation. */
const Watched = z.object({ expiration: z.union([z.string(), z.number()]).transform(Number) });

/**
 * Watches the whole mailbox: no label is left out, since a mail may be moved to any. Lasts seven days; watching again
 * is how it is renewed.
 * @throws PermanentError `subscription_refused`
 */
export async function watchMail(config: GoogleConfig, urls: GoogleUrls, mailbox: Mailbox): Promise<Granted> {
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
export async function unwatchMail(urls: GoogleUrls, mailbox: Mailbox): Promise<void> {
  const answer = await mailbox.request(`${urls.mailbox}/stop`, { method: "POST" });
  if (answer.status >= 300 && answer.status !== 404) throw refusedBy(answer, "end the watch");
}
