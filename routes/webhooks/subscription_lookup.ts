/** Finds the record behind a notification: by our own id in its URL, or by the provider's id. */
import { z } from "zod";
import type { Clock } from "../../shared/contracts/deps.ts";
import { OwnId } from "../../shared/contracts/ids.ts";
import { COLLECTIONS, ProviderSubscription } from "../../shared/contracts/records.ts";
import { quickParse } from "../../shared/contracts/quick_parse.ts";
import type { State } from "../../shared/state/port.ts";
import { ShortMemory } from "./short_memory.ts";

/** A record is believed for this long: one that is removed stops being accepted soon after. Milliseconds. */
const BELIEVED_MS = 5_000;

const parseRecord = quickParse(ProviderSubscription);

/** How many records are kept. */
const KEPT_MAX = 4_096;

/** Records of subscriptions, kept for a few seconds. Only what was found is kept: a new one is known at once. */
export interface SubscriptionLookup {
  /** Null when there is none. @throws StoreAwayError */
  byId(subscription_id: string): Promise<ProviderSubscription | null> | ProviderSubscription;
  byRemoteId(remote_id: string): Promise<ProviderSubscription | null> | ProviderSubscription;
}

/** Opens the lookup of one provider's subscriptions. */
export function openSubscriptionLookup(
  provider: ProviderSubscription["provider"],
  state: State,
  clock: Clock,
): SubscriptionLookup {
  const records = state.records({ system: "provider-subscriptions" });
  const byId = new ShortMemory<ProviderSubscription>(clock, BELIEVED_MS, KEPT_MAX);
  const byRemoteId = new ShortMemory<ProviderSubscription>(clock, BELIEVED_MS, KEPT_MAX);

  /** @param memory where the record is kept, by the id that it was asked for by */
  async function load(
    memory: ShortMemory<ProviderSubscription>,
    asked: string,
    id: string,
  ): Promise<ProviderSubscription | null> {
    // The id comes from a URL that anybody may write.
    if (!OwnId.safeParse(id).success) return null;
    const stored = await records.get(COLLECTIONS.providerSubscriptions, id);
    if (stored === null) return null;
    const parsed = parseRecord(stored.value);
    if (!parsed.success) throw parsed.error;
    const record = parsed.data;
    if (record.provider !== provider) return null;
    memory.set(asked, record);
    return record;
  }

  async function loadByRemoteId(remote_id: string): Promise<ProviderSubscription | null> {
    if (!RemoteId.safeParse(remote_id).success) return null;
    const pointer = await records.get(COLLECTIONS.remoteSubscriptions, `${provider}:${remote_id}`);
    return typeof pointer?.value === "string" ? await load(byRemoteId, remote_id, pointer.value) : null;
  }

  return {
    byId: (id) => byId.get(id) ?? load(byId, id, id),
    byRemoteId: (id) => byRemoteId.get(id) ?? loadByRemoteId(id),
  };
}

/** Graph's ids are UUIDs; whatever else may come is bounded. */
const RemoteId = z.string().regex(/^[\x21-\x7e]{1,128}$/);

/**
 * Whether notifications of this subscription are accepted now. Also of one whose last renewal failed: the provider may
 * go on sending, and the client state proves that it is the provider.
 */
export function isAccepted(record: ProviderSubscription, now_ms: number): boolean {
  if (record.state !== "replaced") return true;
  return record.accepted_until !== "" && now_ms <= Date.parse(record.accepted_until);
}
