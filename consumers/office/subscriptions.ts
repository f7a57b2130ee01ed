/** Our subscriptions at the providers: written down before they are asked for, renewed long before they end. */
import { PermanentError, reasonOf } from "../../shared/contracts/errors.ts";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import { COLLECTIONS, type Connection, DueRenewal, ProviderSubscription } from "../../shared/contracts/records.ts";
import type { Granted, Mailbox, Provider } from "../../shared/providers/port.ts";
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
const REASON_LENGTH_MAX = 512;

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

/** One attempt at what is due: renews, or makes the subscription anew; then plans the next one, sooner when it failed. */
export async function attempt(ports: OfficePorts, signal: Signaller, due: Due<DueRenewal>): Promise<void> {
  const { state, providers, deps } = ports;
  const record = await readSubscription(ports, due.value.subscription_id);
  const connection = record === null ? null : await readConnection(state, record);
  const provider = connection === null ? undefined : providers.get(connection.provider);
  const wanted = record !== null && record.state !== "replaced" && connection?.state === "active";
  // Connecting again makes a record of its own, so nothing is due for this one any more.
  if (!wanted || provider === undefined) return await putOff(state, COLLECTIONS.dueRenewals, due.id, null);
  const one: Attempt = { ports, provider, connection, mailbox: ports.openMailbox(connection, neverAborted()) };
  let pursued = { due, record };
  try {
    if (await renewed(one, pursued)) return;
    if (record.remote_id !== "") pursued = await startAnew(one, pursued);
    const granted = await provider.subscribe(one.mailbox, pursued.record);
    await activate(one, pursued, granted);
    // Whatever happened while there was no subscription told nobody.
    const { user_id, connection_id, resource } = record;
    const cause = "lifecycle";
    await signal({ key: { user_id, connection_id, resource }, provider: record.provider, cause, traceparent: "" });
  } catch (error) {
    const { connection_id, resource } = record;
    const reason = reasonOf(error).slice(0, REASON_LENGTH_MAX);
    deps.log.warn("office.subscription_failed", { connection_id, resource, reason });
    await writeSubscription(ports, { ...pursued.record, reason });
    const delivery = pursued.record.state === "active" ? "push" : "poll";
    await noteDelivery(ports, connection, resource, { delivery, reason });
    await planRenewal(one, pursued, deps.clock.now() + RETRY_MS);
  }
}

/** What an attempt works with. */
interface Attempt {
  readonly ports: OfficePorts;
  readonly provider: Provider;
  readonly connection: Connection;
  readonly mailbox: Mailbox;
}

/** The record that is pursued, and the due work that stands for it. */
interface Pursued {
  readonly due: Due<DueRenewal>;
  readonly record: ProviderSubscription;
}

/** Renews a subscription that lives. @returns false when there is none at the provider, or none any more */
async function renewed(one: Attempt, pursued: Pursued): Promise<boolean> {
  const { resource, remote_id } = pursued.record;
  if (remote_id === "" || pursued.due.value.event === "subscriptionRemoved") return false;
  try {
    await activate(one, pursued, await one.provider.renew(one.mailbox, resource, remote_id));
    return true;
  } catch (error) {
    if (error instanceof PermanentError && error.code === "subscription_gone") return false;
    throw error;
  }
}

/** A record of its own for the subscription that takes the place of one that is gone; from now on that one is due. */
async function startAnew(one: Attempt, { due, record }: Pursued): Promise<Pursued> {
  const { ports, connection } = one;
  const next = await replace(ports, connection, record.resource);
  const value: DueRenewal = { subscription_id: next.subscription_id, event: "" };
  const moved = { id: dueId(ports.deps.clock.now(), next.subscription_id), value };
  await putOff(ports.state, COLLECTIONS.dueRenewals, due.id, moved);
  return { due: moved, record: next };
}

async function activate(one: Attempt, pursued: Pursued, granted: Granted): Promise<void> {
  const { ports, connection } = one;
  const now_ms = ports.deps.clock.now();
  await writeSubscription(ports, { ...pursued.record, ...granted, state: "active", reason: "" });
  await noteDelivery(ports, connection, pursued.record.resource, { delivery: "push", reason: "" });
  await planRenewal(one, pursued, now_ms + (Date.parse(granted.expires_at) - now_ms) * RENEW_AT);
}

function planRenewal({ ports }: Attempt, { due, record }: Pursued, at_ms: number): Promise<void> {
  const value: DueRenewal = { subscription_id: record.subscription_id, event: "" };
  const id = dueId(Math.round(at_ms), record.subscription_id);
  return putOff(ports.state, COLLECTIONS.dueRenewals, due.id, { id, value });
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
  const { subscription_id, provider, remote_id } = record;
  await ports.state.records({ system: "provider-subscriptions" }).commit([
    { op: "put", collection: COLLECTIONS.providerSubscriptions, id: subscription_id, value: record },
    ...(remote_id === "" ? [] : [{
      op: "put" as const,
      collection: COLLECTIONS.remoteSubscriptions,
      id: `${provider}:${remote_id}`,
      value: subscription_id,
    }]),
  ]);
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
