/** Microsoft 365 by Microsoft Graph. */
import type { Deps } from "../../contracts/deps.ts";
import type { ResourceName } from "../../contracts/ids.ts";
import type { OpenedProvider } from "../port.ts";
import { unsupported } from "../unsupported.ts";
import { graphBase, type MicrosoftConfig } from "./config.ts";
import { openMicrosoftLogin } from "./login.ts";
import { lookupMails } from "./lookup.ts";
import { readMailChanges } from "./mail.ts";
import { renewMail, subscribeMail, unsubscribeMail } from "./subscriptions.ts";

export type { MicrosoftConfig } from "./config.ts";
export { type GraphNotification, type Notifications, parseNotifications } from "./notification.ts";

const NO_PUBLIC_URL = "PUBLIC_URL is not set, so Microsoft can't reach this server";

/** Opens the provider; nothing is asked of Microsoft yet. */
export function openMicrosoft(options: { readonly config: MicrosoftConfig; readonly deps: Deps }): OpenedProvider {
  const { config, deps } = options;
  const base = graphBase(config);
  return {
    name: "microsoft",
    oauth: openMicrosoftLogin(config, deps),
    hosts: [base],

    resources(scopes) {
      return scopes.some(readsMail) ? ["mail"] : [];
    },
    async changes(mailbox, resource, cursor) {
      onlyMail(resource);
      return await readMailChanges(deps, mailbox, base, cursor);
    },
    async lookup(mailbox, resource, items, cursor = "") {
      onlyMail(resource);
      return await lookupMails(mailbox, base, items.map((item) => item.provider_id), cursor);
    },
    push(resource) {
      const renewal = "extend";
      if (resource !== "mail") {
        return { supported: false, reason: unsupported("microsoft", resource).message, renewal };
      }
      return config.public_url === ""
        ? { supported: false, reason: NO_PUBLIC_URL, renewal }
        : { supported: true, reason: "", renewal };
    },
    async subscribe(mailbox, request) {
      onlyMail(request.resource);
      return await subscribeMail(config, deps, mailbox, request);
    },
    async renew(mailbox, { resource, remote_id }) {
      onlyMail(resource);
      return await renewMail(config, deps, mailbox, remote_id);
    },
    async unsubscribe(mailbox, { remote_id }) {
      await unsubscribeMail(config, mailbox, remote_id);
    },
    idScope: () => "account",
    targets: () => [""],
    subscriptions: () => Promise.resolve(null),
  };
}

/** Scopes come back with or without Graph's address before them, in any case. */
function readsMail(scope: string): boolean {
  return /(^|\/)mail\.(read|readwrite)$/i.test(scope);
}

function onlyMail(resource: ResourceName): void {
  if (resource !== "mail") throw unsupported("microsoft", resource);
}
