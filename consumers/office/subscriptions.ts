/** Our subscriptions at the providers: written down before they are asked for, renewed long before they end. */
import { PermanentError, reasonOf } from "../../shared/contracts/errors.ts";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import { COLLECTIONS, type Connection, DueRenewal, ProviderSubscription } from "../../shared/contracts/records.ts";
import type { Granted, Provider } from "../../shared/providers/port.ts";
import { noteDelivery, readConnection } from "./connections.ts";
import { type Due, dueId, listDue, putOff } from "./due.ts";
import type { Signaller } from "./signal.ts";
import type { OfficePorts } from "./work.ts";

/** A replaced record's notifications are accepted this much longer: providers retry for up to four hours. */
const ACCEPTED_AFTER_MS = 4 * 60 * 60_000;

/** Renewed after this share of its life, which leaves room for many failed attempts. */
const RENEW_AT = 2 / 3;

/** After a failed attempt, tried again this much later. */
const RETRY_MS = 5 * 60_000;

/** How many renewals one slice of the tick attempts. */
const SLICE = 20;

const CLIENT_STATE_BYTES = 24;

/**
 * Plans the subscription of a resource: its record is written before the provider is asked.
 * @returns what is due, for `attempt`; null when the provider can't notify, which the connection then says.
 */
export async function planSubscription(
  ports: OfficePorts,
  connection: Connection,
  resource: ResourceName,
): Promise<Due<DueRenewal> | null> {
  const provider = ports.providers.get(connection.provider);
  if (provider === undefined) return null;
  const { supported, reason } = provider.push(resource);
  if (!supported) {
    await noteDelivery(ports, connection, resource, { delivery: "poll", reason });
    return null;
  }
  const record = await replace(ports, connection, resource);
  const id = dueId(ports.deps.clock.now(), record.subscription_id);
  const value: DueRenewal = { subscription_id: record.subscription_id, event: "" };
  await putOff(ports.state, COLLECTIONS.dueRenewals, "", { id, value });
  return { id, value };
}

/** One slice of the renewals tick. */
export async function renewalSlice(ports: OfficePorts, signal: Signaller): Promise<{ done: number; more: boolean }> {
  const due = await listDue(ports.state, COLLECTIONS.dueRenewals, DueRenewal, ports.deps.clock.now(), SLICE);
  await Promise.all(due.map((renewal) => attempt(ports, signal, renewal)));
  return { done: due.length, more: due.length === SLICE };
}

/** Ends the subscription of a resource at the provider; what it says does not matter any more. */
export async function unsubscribe(ports: OfficePorts, connection: Connection, resource: ResourceName): Promise<void> {
  const records = ports.state.records({ system: "provider-subscriptions" });
  const current = await records.get(COLLECTIONS.currentSubscriptions, `${connection.connection_id}|${resource}`);
  if (current === null || typeof current.value !== "string") return;
  const record = await readSubscription(ports, current.value);
  await records.commit([
    { op: "delete", collection: COLLECTIONS.currentSubscriptions, id: current.id },
    { op: "delete", collection: COLLECTIONS.providerSubscriptions, id: current.value },
  ]);
  const provider = ports.providers.get(connection.provider);
  if (record === null || record.remote_id === "" || provider === undefined) return;
  const mailbox = ports.openMailbox(connection, neverAborted());
  await provider.unsubscribe(mailbox, resource, record.remote_id);
}

function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

/** One attempt at what is due: makes, renews or makes again; then plans the next one, sooner when it failed. */
export async function attempt(ports: OfficePorts, signal: Signaller, due: Due<DueRenewal>): Promise<void> {
  const { clock, log } = ports.deps;
  const done = () => putOff(ports.state, COLLECTIONS.dueRenewals, due.id, null);
  const record = await readSubscription(ports, due.value.subscription_id);
  if (record === null || record.state === "replaced") return await done();
  const connection = await readConnection(ports.state, record);
  const provider = ports.providers.get(record.provider);
  if (connection === null || provider === undefined) return await done();
  const again = (at_ms: number, subscription_id: string) =>
    putOff(ports.state, COLLECTIONS.dueRenewals, due.id, {
      id: dueId(at_ms, subscription_id),
      value: { subscription_id, event: "" } satisfies DueRenewal,
    });
  try {
    const { current, granted } = await make(ports, provider, connection, record, due.value.event);
    const active: ProviderSubscription = { ...current, ...granted, state: "active", reason: "" };
    await writeSubscription(ports, active);
    await noteDelivery(ports, connection, record.resource, { delivery: "push", reason: "" });
    await again(clock.now() + (Date.parse(granted.expires_at) - clock.now()) * RENEW_AT, active.subscription_id);
    // Whatever happened while there was no subscription told nobody.
    const { user_id, connection_id, resource } = record;
    const cause = "lifecycle";
    await signal({ key: { user_id, connection_id, resource }, provider: record.provider, cause, traceparent: "" });
  } catch (error) {
    const reason = reasonOf(error);
    log.warn("office.subscription_failed", { connection_id: record.connection_id, resource: record.resource, reason });
    await writeSubscription(ports, { ...record, reason: reason.slice(0, 512) });
    const delivery = record.state === "active" ? "push" : "poll";
    await noteDelivery(ports, connection, record.resource, { delivery, reason: reason.slice(0, 512) });
    await again(clock.now() + RETRY_MS, record.subscription_id);
  }
}

/** Renews a living subscription; one that the provider does not know any more is made again under a new record. */
async function make(
  ports: OfficePorts,
  provider: Provider,
  connection: Connection,
  record: ProviderSubscription,
  event: DueRenewal["event"],
): Promise<{ current: ProviderSubscription; granted: Granted }> {
  const mailbox = ports.openMailbox(connection, neverAborted());
  if (record.remote_id !== "" && event !== "subscriptionRemoved") {
    try {
      return { current: record, granted: await provider.renew(mailbox, record.resource, record.remote_id) };
    } catch (error) {
      if (!(error instanceof PermanentError && error.code === "subscription_gone")) throw error;
    }
  }
  const current = record.remote_id === "" ? record : await replace(ports, connection, record.resource);
  return { current, granted: await provider.subscribe(mailbox, current) };
}

/** Writes a new record with a secret of its own; the one before is accepted a while longer. */
async function replace(
  ports: OfficePorts,
  connection: Connection,
  resource: ResourceName,
): Promise<ProviderSubscription> {
  const { clock, random } = ports.deps;
  const records = ports.state.records({ system: "provider-subscriptions" });
  const currentId = `${connection.connection_id}|${resource}`;
  const former = await records.get(COLLECTIONS.currentSubscriptions, currentId);
  const old = typeof former?.value === "string" ? await readSubscription(ports, former.value) : null;
  const record: ProviderSubscription = {
    subscription_id: random.uuid(),
    user_id: connection.user_id,
    connection_id: connection.connection_id,
    provider: connection.provider,
    resource,
    client_state: base64url(random.bytes(CLIENT_STATE_BYTES)),
    remote_id: "",
    expires_at: "",
    state: "creating",
    accepted_until: "",
    reason: "",
  };
  const accepted_until = new Date(clock.now() + ACCEPTED_AFTER_MS).toISOString();
  await records.commit([
    {
      op: "put",
      collection: COLLECTIONS.providerSubscriptions,
      id: record.subscription_id,
      value: record,
    },
    { op: "put", collection: COLLECTIONS.currentSubscriptions, id: currentId, value: record.subscription_id },
    ...(old === null ? [] : [{
      op: "put" as const,
      collection: COLLECTIONS.providerSubscriptions,
      id: old.subscription_id,
      value: { ...old, state: "replaced", accepted_until } satisfies ProviderSubscription,
    }]),
  ]);
  return record;
}

async function readSubscription(ports: OfficePorts, subscription_id: string): Promise<ProviderSubscription | null> {
  const records = ports.state.records({ system: "provider-subscriptions" });
  const record = await records.get(COLLECTIONS.providerSubscriptions, subscription_id);
  return record === null ? null : ProviderSubscription.parse(record.value);
}

async function writeSubscription(ports: OfficePorts, record: ProviderSubscription): Promise<void> {
  await ports.state.records({ system: "provider-subscriptions" }).commit([
    { op: "put", collection: COLLECTIONS.providerSubscriptions, id: record.subscription_id, value: record },
  ]);
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
