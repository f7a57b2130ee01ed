/** Which version of the index each subscription feeds. */
import {
  type SubscriptionConfig,
  versionedFrom,
  versionedSubscriptions,
} from "../../shared/contracts/subscriptions.ts";
import type { VersionRecord } from "../../shared/index/version_record.ts";
import type { VersionedIndex } from "../../shared/index/versioned.ts";
import type { Fed } from "./mod.ts";

/** The subscriptions of the table feed the base, those of a version their own. */
export function feedsOf(index: VersionedIndex, record: VersionRecord): (subscription: string) => Promise<Fed | null> {
  return async (subscription) => {
    const own = versionedFrom(subscription);
    let versions = await record.read();
    const version = own?.version ?? versions.base;
    const isFed = () => [versions.base, versions.extra].includes(version);
    // What is not known yet may have been begun a moment ago, by another instance.
    if (!isFed()) versions = await record.readNow();
    if (!isFed()) return null;
    return { index: await index.version(version), active: version === versions.active };
  };
}

/** The subscription that feeds the active version what one of the table would: what is found to lack is told by it. */
export function toldBy(record: VersionRecord): (subscription: string) => Promise<string> {
  return async (subscription) => {
    const { active, base } = await record.read();
    if (active === base) return subscription;
    return versionedSubscriptions(active).find(({ name }) => versionedFrom(name)?.base.name === subscription)?.name ??
      subscription;
  };
}

/** The subscriptions of the second version of the index, while there is one, and of one that is about to go. */
export async function servedVersions(record: VersionRecord): Promise<readonly SubscriptionConfig[]> {
  const { extra, leaving } = await record.readNow();
  return [extra, leaving?.subscriptions_of ?? 0].filter((version) => version > 0).flatMap(versionedSubscriptions);
}
