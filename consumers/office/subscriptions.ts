/** Our subscriptions at the providers: written down before they are asked for, renewed long before they end. */
import { PermanentError, reasonOf } from "../../shared/contracts/errors.ts";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import { COLLECTIONS, type Connection, DueRenewal, ProviderSubscription } from "../../shared/contracts/records.ts";
import type { Granted, Mailbox, Provider } from "../../shared/providers/port.ts";
import type { RecordOp, State } from "../../shared/state/port.ts";
import { noteDelivery, readConnection } from "./connections.ts";
import { type Due, dueId, dueRecords, listDue } from "./due.ts";
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
  return (await replace(ports, connection, resource)).due;
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
  await provider.unsubscribe(mailbox, record);
}

function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

/** One attempt at what is due: renews, or makes the subscription anew; then plans the next one, sooner when it failed. */
export async function attempt(ports: OfficePorts, signal: Signaller, due: Due<DueRenewal>): Promise<void> {
  const { state, providers, deps } = ports;
  const { subscription_id } = due.value;
  const record = await readSubscription(ports, subscription_id);
  const connection = record === null ? null : await readConnection(state, record);
  const wanted = connection?.resources.some(({ resource }) => resource === record?.resource) === true;
  if (record === null || record.state === "replaced" || connection === null || !wanted) {
    return await forgetAttempts(ports, subscription_id, due.id);
  }
  const provider = providers.get(connection.provider);
  if (provider === undefined || connection.state !== "active") {
    // Nothing is asked in the name of a grant that has ended; who signs in again makes a record anew.
    await planAttempt(ports, subscription_id, deps.clock.now() + RETRY_MS, due.id);
    return;
  }
  const one: Attempt = { ports, provider, connection, mailbox: ports.openMailbox(connection, neverAborted()) };
  let pursued = { due, record };
  try {
    if (await renewed(one, pursued)) return;
    if (record.remote_id !== "") {
      const next = (await replace(ports, connection, record.resource)).record;
      pursued = { due, record: next };
    }
    await activate(one, pursued, await provider.subscribe(one.mailbox, pursued.record));
  } catch (error) {
    return await putOffFailed(one, pursued, reasonOf(error).slice(0, REASON_LENGTH_MAX));
  }
  // Whatever happened while there was no subscription told nobody.
  const { user_id, connection_id, resource } = record;
  const cause = "lifecycle";
  await signal({ key: { user_id, connection_id, resource }, provider: record.provider, cause, traceparent: "" });
}

/** What an attempt works with. */
interface Attempt {
  readonly ports: OfficePorts;
  readonly provider: Provider;
  readonly connection: Connection;
  readonly mailbox: Mailbox;
}

/** The record that is pursued, and the due work that asked for it. */
interface Pursued {
  readonly due: Due<DueRenewal>;
  readonly record: ProviderSubscription;
}

/** Renews a subscription that lives. @returns false when there is none at the provider, or none any more */
async function renewed(one: Attempt, pursued: Pursued): Promise<boolean> {
  const { remote_id } = pursued.record;
  if (remote_id === "" || pursued.due.value.event === "subscriptionRemoved") return false;
  try {
    await activate(one, pursued, await one.provider.renew(one.mailbox, pursued.record));
    return true;
  } catch (error) {
    if (error instanceof PermanentError && error.code === "subscription_gone") return false;
    throw error;
  }
}

async function activate(one: Attempt, { due, record }: Pursued, granted: Granted): Promise<void> {
  const { ports, connection } = one;
  const now_ms = ports.deps.clock.now();
  if (!await writeCurrent(ports, { ...record, ...granted, state: "active", reason: "" })) {
    return await forgetAttempts(ports, record.subscription_id, due.id);
  }
  await noteDelivery(ports, connection, record.resource, { delivery: "push", reason: "" });
  const at_ms = now_ms + (Date.parse(granted.expires_at) - now_ms) * RENEW_AT;
  await planAttempt(ports, record.subscription_id, at_ms, due.id);
}

async function putOffFailed({ ports, connection }: Attempt, { due, record }: Pursued, reason: string): Promise<void> {
  const { connection_id, resource, subscription_id, state, expires_at } = record;
  const now_ms = ports.deps.clock.now();
  ports.deps.log.warn("office.subscription_failed", { connection_id, resource, reason });
  if (!await writeCurrent(ports, { ...record, reason })) return await forgetAttempts(ports, subscription_id, due.id);
  const lives = state === "active" && Date.parse(expires_at) > now_ms;
  await noteDelivery(ports, connection, resource, { delivery: lives ? "push" : "poll", reason });
  await planAttempt(ports, subscription_id, now_ms + RETRY_MS, due.id);
}

/**
 * Plans the next attempt at a subscription. The one that was planned before is forgotten, and so is the `handled` one:
 * else each lifecycle event would begin a chain of renewals of its own.
 */
async function planAttempt(
  { state }: OfficePorts,
  subscription_id: string,
  at_ms: number,
  handled: string,
): Promise<Due<DueRenewal>> {
  const due = {
    id: dueId(Math.round(at_ms), subscription_id),
    value: { subscription_id, event: "" } satisfies DueRenewal,
  };
  await dueRecords(state).commit([
    ...await forgetOps(state, subscription_id, handled),
    { op: "put", collection: COLLECTIONS.dueRenewals, id: due.id, value: due.value },
    { op: "put", collection: COLLECTIONS.plannedRenewals, id: subscription_id, value: due.id },
  ]);
  return due;
}

/** Forgets all attempts at a subscription that nobody wants any more. */
async function forgetAttempts({ state }: OfficePorts, subscription_id: string, handled: string): Promise<void> {
  await dueRecords(state).commit(await forgetOps(state, subscription_id, handled));
}

async function forgetOps(state: State, subscription_id: string, handled: string): Promise<RecordOp[]> {
  const planned = (await dueRecords(state).get(COLLECTIONS.plannedRenewals, subscription_id))?.value;
  const ids = new Set([handled, typeof planned === "string" ? planned : ""].filter((id) => id !== ""));
  return [
    ...[...ids].map((id): RecordOp => ({ op: "delete", collection: COLLECTIONS.dueRenewals, id })),
    { op: "delete", collection: COLLECTIONS.plannedRenewals, id: subscription_id },
  ];
}

/**
 * Writes a new record with a secret of its own; the one before is accepted a while longer. An attempt is planned first:
 * a crash once the record is there must not leave the resource without a subscription for ever.
 */
async function replace(
  ports: OfficePorts,
  connection: Connection,
  resource: ResourceName,
): Promise<{ readonly record: ProviderSubscription; readonly due: Due<DueRenewal> }> {
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
    target: "",
    client_state: base64url(random.bytes(CLIENT_STATE_BYTES)),
    remote_id: "",
    expires_at: "",
    state: "creating",
    accepted_until: "",
    reason: "",
  };
  const due = await planAttempt(ports, record.subscription_id, clock.now() + RETRY_MS, "");
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
  return { record, due };
}

async function readSubscription(ports: OfficePorts, subscription_id: string): Promise<ProviderSubscription | null> {
  const records = ports.state.records({ system: "provider-subscriptions" });
  const record = await records.get(COLLECTIONS.providerSubscriptions, subscription_id);
  return record === null ? null : ProviderSubscription.parse(record.value);
}

/** Writes the record unless the resource was disconnected or has another one by now. @returns whether it was written */
async function writeCurrent(ports: OfficePorts, record: ProviderSubscription): Promise<boolean> {
  const { subscription_id, provider, remote_id } = record;
  const records = ports.state.records({ system: "provider-subscriptions" });
  const pointer = { collection: COLLECTIONS.currentSubscriptions, id: `${record.connection_id}|${record.resource}` };
  const current = await records.get(pointer.collection, pointer.id);
  if (current?.value !== subscription_id) return false;
  const committed = await records.commit([
    { op: "check", ...pointer, version: current.version },
    { op: "put", collection: COLLECTIONS.providerSubscriptions, id: subscription_id, value: record },
    ...(remote_id === "" ? [] : [{
      op: "put" as const,
      collection: COLLECTIONS.remoteSubscriptions,
      id: `${provider}:${remote_id}`,
      value: subscription_id,
    }]),
  ]);
  return committed.kind === "committed";
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
