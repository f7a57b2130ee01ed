/** Microsoft 365 by Microsoft Graph. */
import type { Deps } from "../../contracts/deps.ts";
import type { ResourceName } from "../../contracts/ids.ts";
import { type Extract, extractInThisThread } from "../office_file.ts";
import type { Mailbox, OpenedProvider } from "../port.ts";
import { unsupported } from "../unsupported.ts";
import { graphBase, type MicrosoftConfig } from "./config.ts";
import { openMicrosoftLogin } from "./login.ts";
import { RESOURCES } from "./resources.ts";
import type { GraphResource, Reading } from "./resource.ts";
import { plainScope } from "./scopes.ts";
import { listSubscriptions, renew, subscribe, unsubscribe } from "./subscriptions.ts";

export type { MicrosoftConfig } from "./config.ts";
export { type GraphNotification, type Notifications, parseNotifications } from "./notification.ts";

const NO_PUBLIC_URL = "PUBLIC_URL is not set, so Microsoft can't reach this server";

/** @throws PermanentError `resource_unsupported` */
function resourceOf(name: ResourceName): GraphResource {
  const found = RESOURCES.find(({ resource }) => resource === name);
  if (found === undefined) throw unsupported("microsoft", name);
  return found;
}

/** Opens the provider; nothing is asked of Microsoft yet. */
export function openMicrosoft(options: {
  readonly config: MicrosoftConfig;
  readonly deps: Deps;
  /** Reads the text of files; in this thread where nothing else is given. */
  readonly extract?: Extract;
}): OpenedProvider {
  const { config, deps, extract = extractInThisThread } = options;
  const base = graphBase(config);
  const reading = (mailbox: Mailbox): Reading => ({ deps, mailbox, base, extract });
  return {
    name: "microsoft",
    oauth: openMicrosoftLogin(config, deps),
    hosts: [base],
    idScope: () => "account",

    resources(scopes) {
      const granted = new Set(scopes.map(plainScope));
      return RESOURCES.filter(({ read_by }) => read_by.some((scope) => granted.has(scope)))
        .map(({ resource }) => resource);
    },
    firstCursor: (resource) => resourceOf(resource).first_cursor ?? "",
    async changes(mailbox, resource, cursor, urgent = false) {
      return await resourceOf(resource).changes(reading(mailbox), cursor, urgent);
    },
    async lookup(mailbox, resource, items, cursor = "") {
      return await resourceOf(resource).lookup(reading(mailbox), items, cursor);
    },
    async containers(mailbox, resource, parent) {
      return await resourceOf(resource).containers(reading(mailbox), parent);
    },
    targets: (resource, cursor) => resourceOf(resource).targets(cursor),

    push(resource, scopes = []) {
      const renewal = "extend";
      if (config.public_url === "") return { supported: false, reason: NO_PUBLIC_URL, renewal };
      const { needs } = resourceOf(resource).subscription;
      const granted = new Set(scopes.map(plainScope));
      if (needs.length === 0 || needs.some((scope) => granted.has(scope))) {
        return { supported: true, reason: "", renewal };
      }
      const reason = `Microsoft notifies about it only where ${needs.join(" or ")} is granted: reading is not enough`;
      return { supported: false, reason, renewal };
    },
    async subscribe(mailbox, request) {
      return await subscribe(config, reading(mailbox), resourceOf(request.resource), request);
    },
    async renew(mailbox, { resource, remote_id }) {
      return await renew(reading(mailbox), resourceOf(resource), remote_id);
    },
    async unsubscribe(mailbox, { remote_id }) {
      await unsubscribe(reading(mailbox), remote_id);
    },
    async subscriptions(mailbox) {
      return config.public_url === "" ? [] : await listSubscriptions(config, reading(mailbox));
    },
  };
}
