/** Our records of the subscriptions at the providers: written before the provider is asked, kept until nobody may refer to them. */
import type { Deps } from "../../shared/contracts/deps.ts";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import { COLLECTIONS, type Connection, ProviderSubscription } from "../../shared/contracts/records.ts";
import type { RecordOp, Records, State } from "../../shared/state/port.ts";

/** A replaced record's notifications are accepted this much longer: providers retry for up to four hours. */
export const ACCEPTED_AFTER_MS = 4 * 60 * 60_000;

const CLIENT_STATE_BYTES = 24;

/** The most parts that one resource is watched by: a person with more calendars has the rest polled. */
const CURRENT_MAX = 1_000;

const { providerSubscriptions, currentSubscriptions, remoteSubscriptions } = COLLECTIONS;

/** The part of a resource that one subscription watches. */
export interface Watched {
  readonly resource: ResourceName;
  readonly target: string;
}

/** Where all of them are kept. */
export function subscriptionRecords(state: State): Records {
  return state.records({ system: "provider-subscriptions" });
}

/** The record, or null when there is none any more. */
export async function readSubscription(state: State, subscription_id: string): Promise<ProviderSubscription | null> {
  const record = await subscriptionRecords(state).get(providerSubscriptions, subscription_id);
  return record === null ? null : ProviderSubscription.parse(record.value);
}

/** The current subscriptions of a connection, or of one of its resources. */
export async function listCurrent(
  state: State,
  connection_id: string,
  resource?: ResourceName,
): Promise<readonly ProviderSubscription[]> {
  const prefix = resource === undefined ? connection_id : `${connection_id}|${resource}`;
  const pointers = await subscriptionRecords(state)
    // "|" stands between "{" and "}"; nothing may follow it, where one subscription watches the whole resource.
    .list(currentSubscriptions, { after: `${prefix}{`, before: `${prefix}}`, limit: CURRENT_MAX });
  const ids = pointers.flatMap(({ value }) => typeof value === "string" ? [value] : []);
  const records = await Promise.all(ids.map((id) => readSubscription(state, id)));
  return records.flatMap((record) => record ?? []);
}

/** A record that is about to be asked for, with a secret of its own. */
export function newSubscription(
  { random }: Pick<Deps, "random">,
  connection: Connection,
  { resource, target }: Watched,
  public_url: string,
): ProviderSubscription {
  return {
    subscription_id: random.uuid(),
    user_id: connection.user_id,
    connection_id: connection.connection_id,
    provider: connection.provider,
    resource,
    target,
    client_state: random.bytes(CLIENT_STATE_BYTES).toBase64({ alphabet: "base64url", omitPadding: true }),
    remote_id: "",
    expires_at: "",
    state: "creating",
    accepted_until: "",
    reason: "",
    former: "",
    public_url,
  };
}

/** Makes the record the current one of its target; the one before is accepted a while longer. */
export async function replaceCurrent(
  state: State,
  record: ProviderSubscription,
  now_ms: number,
): Promise<ProviderSubscription> {
  const records = subscriptionRecords(state);
  const id = currentIdOf(record);
  const pointer = await records.get(currentSubscriptions, id);
  const old = typeof pointer?.value === "string" ? await readSubscription(state, pointer.value) : null;
  const made = { ...record, former: old?.subscription_id ?? "" };
  await records.commit([
    { op: "put", collection: providerSubscriptions, id: made.subscription_id, value: made },
    { op: "put", collection: currentSubscriptions, id, value: made.subscription_id },
    ...(old === null ? [] : [putOp(replaced(old, now_ms))]),
  ]);
  return made;
}

/** Nobody watches the target any more; what the record stands for has to be ended. */
export async function retireCurrent(
  state: State,
  record: ProviderSubscription,
  now_ms: number,
): Promise<ProviderSubscription> {
  const retired = replaced(record, now_ms);
  await subscriptionRecords(state).commit([
    { op: "delete", collection: currentSubscriptions, id: currentIdOf(record) },
    putOp(retired),
  ]);
  return retired;
}

/** Writes the record unless its target is watched by another one, or not at all, by now. @returns whether it was written */
export async function writeCurrent(state: State, record: ProviderSubscription): Promise<boolean> {
  const records = subscriptionRecords(state);
  const pointer = { collection: currentSubscriptions, id: currentIdOf(record) };
  const current = await records.get(pointer.collection, pointer.id);
  if (current?.value !== record.subscription_id) return false;
  const committed = await records.commit([
    { op: "check", ...pointer, version: current.version },
    putOp(record),
    ...(record.remote_id === "" ? [] : [{
      op: "put" as const,
      collection: remoteSubscriptions,
      id: remoteIdOf(record),
      value: record.subscription_id,
    }]),
  ]);
  return committed.kind === "committed";
}

/** Notes that nothing is left of a replaced subscription at the provider. */
export async function noteEnded(state: State, record: ProviderSubscription): Promise<void> {
  await subscriptionRecords(state).commit([putOp({ ...record, expires_at: "" })]);
}

/** Forgets a record and all that leads to it. */
export async function forgetSubscription(state: State, record: ProviderSubscription): Promise<void> {
  const records = subscriptionRecords(state);
  const id = currentIdOf(record);
  const pointer = await records.get(currentSubscriptions, id);
  await records.commit([
    { op: "delete", collection: providerSubscriptions, id: record.subscription_id },
    ...(record.remote_id === ""
      ? []
      : [{ op: "delete" as const, collection: remoteSubscriptions, id: remoteIdOf(record) }]),
    ...(pointer?.value === record.subscription_id
      ? [{ op: "delete" as const, collection: currentSubscriptions, id }]
      : []),
  ]);
}

function replaced(record: ProviderSubscription, now_ms: number): ProviderSubscription {
  return { ...record, state: "replaced", accepted_until: new Date(now_ms + ACCEPTED_AFTER_MS).toISOString() };
}

function putOp(record: ProviderSubscription): RecordOp {
  return { op: "put", collection: providerSubscriptions, id: record.subscription_id, value: record };
}

function currentIdOf({ connection_id, resource, target }: ProviderSubscription): string {
  return `${connection_id}|${resource}|${target}`;
}

function remoteIdOf({ provider, remote_id }: ProviderSubscription): string {
  return `${provider}:${remote_id}`;
}
