/** Google Workspace: a table of resources. */
import type { Deps } from "../../contracts/deps.ts";
import type { ResourceName } from "../../contracts/ids.ts";
import { type Extract, extractInThisThread } from "../office_file.ts";
import type { OpenedProvider } from "../port.ts";
import { unsupported } from "../unsupported.ts";
import { openCalendar } from "./calendar.ts";
import { type GoogleConfig, googleUrls } from "./config.ts";
import { openDrive } from "./drive.ts";
import { openGoogleLogin } from "./login.ts";
import { openMail } from "./mail.ts";
import { openPeople } from "./people.ts";
import { openQuota } from "./quota.ts";
import type { GoogleOptions, GoogleResource } from "./resource.ts";
import { openTasks } from "./tasks.ts";

export type { GoogleConfig } from "./config.ts";
export { type GmailNotification, parseGmailNotification } from "./notification.ts";

/** Opens the provider; nothing is asked of Google yet. */
export function openGoogle(options: {
  readonly config: GoogleConfig;
  readonly deps: Deps;
  /** Reads the text of files; in this thread where nothing else is given. */
  readonly extract?: Extract;
}): OpenedProvider {
  const { config, deps, extract = extractInThisThread } = options;
  const urls = googleUrls(config);
  const resources = openResources({ config, deps, urls, extract });
  const quota = openQuota(urls, config.quota_factor);

  function scopesFor(wanted: readonly ResourceName[] = []): string[] {
    return [...resources].flatMap(([name, { scopes }]) =>
      wanted.length === 0 || wanted.includes(name) ? [scopes[0]] : []
    );
  }

  function resourceOf(name: ResourceName): GoogleResource {
    const resource = resources.get(name);
    if (resource === undefined) throw unsupported("google", name);
    return resource;
  }

  return {
    name: "google",
    oauth: openGoogleLogin(config, deps, scopesFor),
    hosts: urls.hosts,

    resources(granted) {
      return [...resources].flatMap(([name, { scopes }]) =>
        scopes.some((scope) => granted.includes(scope)) ? [name] : []
      );
    },
    async changes(mailbox, resource, cursor, urgent = false) {
      return await resourceOf(resource).changes(quota.metered(mailbox), cursor, urgent);
    },
    async lookup(mailbox, resource, items, cursor = "") {
      return await resourceOf(resource).lookup(quota.metered(mailbox), items, cursor);
    },
    async containers(mailbox, resource, parent) {
      const { offeredContainers } = await import("./offered.ts");
      return await offeredContainers({ mailbox: quota.metered(mailbox), urls }, resource, parent);
    },
    idScope: (resource) => resourceOf(resource).id_scope,
    push: (resource) => resourceOf(resource).notifications.push,
    targets: (resource, cursor) => resourceOf(resource).notifications.targets(cursor),
    async subscribe(mailbox, request) {
      return await resourceOf(request.resource).notifications.subscribe(quota.metered(mailbox), request);
    },
    async renew(mailbox, subscription) {
      return await resourceOf(subscription.resource).notifications.renew(quota.metered(mailbox), subscription);
    },
    async unsubscribe(mailbox, subscription) {
      await resourceOf(subscription.resource).notifications.unsubscribe(quota.metered(mailbox), subscription);
    },
    // Google lists neither watches nor channels.
    subscriptions: () => Promise.resolve(null),
  };
}

/** The resources in the order in which a person sees them. */
function openResources(options: GoogleOptions): ReadonlyMap<ResourceName, GoogleResource> {
  return new Map<ResourceName, GoogleResource>([
    ["mail", openMail(options)],
    ["calendar", openCalendar(options)],
    ["contacts", openPeople(options)],
    ["drive", openDrive(options)],
    ["todos", openTasks(options)],
  ]);
}
