/** Google Workspace: Gmail. */
import type { Deps } from "../../contracts/deps.ts";
import type { ResourceName } from "../../contracts/ids.ts";
import type { OpenedProvider } from "../port.ts";
import { unsupported } from "../unsupported.ts";
import { type GoogleConfig, googleUrls } from "./config.ts";
import { openGoogleLogin } from "./login.ts";
import { lookupMails, readMailChanges } from "./mail.ts";
import { unwatchMail, watchMail } from "./watch.ts";

export type { GoogleConfig } from "./config.ts";
export { type GmailNotification, parseGmailNotification } from "./notification.ts";

const NO_TOPIC = "GMAIL_TOPIC is not set, so Gmail has nowhere to publish";

/** Gmail sends at most one notification a second for each user (developers.google.com/gmail/api/guides/push). */
const GMAIL_DROPS_WITHIN_MS = 1_000;

/** Scopes that let messages be read whole. */
const READING_SCOPES = new Set([
  "https://www.googleapis.com/auth/gmail.readonly",
  "https://www.googleapis.com/auth/gmail.modify",
  "https://mail.google.com/",
]);

/** Opens the provider; nothing is asked of Google yet. */
export function openGoogle(options: { readonly config: GoogleConfig; readonly deps: Deps }): OpenedProvider {
  const { config, deps } = options;
  const urls = googleUrls(config);
  return {
    name: "google",
    oauth: openGoogleLogin(config, deps),
    hosts: urls.hosts,

    resources(scopes) {
      return scopes.some((scope) => READING_SCOPES.has(scope)) ? ["mail"] : [];
    },
    async changes(mailbox, resource, cursor) {
      onlyMail(resource);
      return await readMailChanges({ deps, urls, mailbox }, cursor);
    },
    async lookup(mailbox, resource, items, cursor = "") {
      onlyMail(resource);
      return await lookupMails({ deps, urls, mailbox }, items.map((item) => item.provider_id), cursor);
    },
    push(resource) {
      const renewal = "extend";
      if (resource !== "mail") return { supported: false, reason: unsupported("google", resource).message, renewal };
      if (config.gmail_topic === "") return { supported: false, reason: NO_TOPIC, renewal };
      return { supported: true, reason: "", drops_within_ms: GMAIL_DROPS_WITHIN_MS, renewal };
    },
    async subscribe(mailbox, request) {
      onlyMail(request.resource);
      return await watchMail(config, urls, mailbox);
    },
    async renew(mailbox, subscription) {
      onlyMail(subscription.resource);
      return await watchMail(config, urls, mailbox);
    },
    async unsubscribe(mailbox) {
      await unwatchMail(urls, mailbox);
    },
    idScope: () => "account",
    targets: () => [""],
    subscriptions: () => Promise.resolve(null),
  };
}

function onlyMail(resource: ResourceName): void {
  if (resource !== "mail") throw unsupported("google", resource);
}
