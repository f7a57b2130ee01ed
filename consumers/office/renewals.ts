/** Attempts at subscriptions: made, renewed long before they end, made anew when they are gone, ended when replaced. */
import { PermanentError, reasonOf } from "../../shared/contracts/errors.ts";
import { COLLECTIONS, type Connection, DueRenewal, type ProviderSubscription } from "../../shared/contracts/records.ts";
import type { Granted, Mailbox, Provider } from "../../shared/providers/port.ts";
import { usedFor } from "../../shared/providers/purpose.ts";
import { isGiven } from "./choices.ts";
import { noteDelivery, readableConnection } from "./connections.ts";
import { type Due, listDue } from "./due.ts";
import { forgetAttempts, planAttempt } from "./renewal_plans.ts";
import type { Signaller } from "./signal.ts";
import {
  ACCEPTED_AFTER_MS,
  forgetSubscription,
  newSubscription,
  noteEnded,
  readSubscription,
  replaceCurrent,
  retireCurrent,
  type Watched,
  writeCurrent,
} from "./subscription_records.ts";
import { neverAborted, type OfficePorts } from "./work.ts";

/** Renewed after this share of its life, which leaves room for many failed attempts. */
const RENEW_AT = 2 / 3;

/** After a failed attempt, tried again this much later. */
export const RETRY_MS = 5 * 60_000;

/** How many attempts one slice of the tick makes. */
const SLICE = 20;

const REASON_LENGTH_MAX = 512;

/** One slice of the renewals tick. */
export async function renewalSlice(ports: OfficePorts, signal: Signaller): Promise<{ done: number; more: boolean }> {
  const due = await listDue(ports.state, COLLECTIONS.dueRenewals, DueRenewal, ports.deps.clock.now(), SLICE);
  await Promise.all(due.map((renewal) => attempt(ports, signal, renewal)));
  return { done: due.length, more: due.length === SLICE };
}

/**
 * Makes a new record the current one of its target. An attempt is planned first: a crash once the record is there must
 * not leave the target without a subscription for ever.
 */
export async function beginSubscription(
  { state, deps, public_url }: OfficePorts,
  connection: Connection,
  watched: Watched,
): Promise<{ readonly record: ProviderSubscription; readonly due: Due<DueRenewal> }> {
  const made = newSubscription(deps, connection, watched, public_url);
  const due = await planAttempt(state, made.subscription_id, deps.clock.now() + RETRY_MS);
  const record = await replaceCurrent(state, made, deps.clock.now());
  // Sooner, once its successor lives; at the latest then.
  if (record.former !== "") await planAttempt(state, record.former, deps.clock.now() + ACCEPTED_AFTER_MS);
  return { record, due };
}

/** Ends a current subscription whose target is not watched any more. */
export async function endSubscription({ state, deps }: OfficePorts, record: ProviderSubscription): Promise<void> {
  await planAttempt(state, record.subscription_id, deps.clock.now());
  await retireCurrent(state, record, deps.clock.now());
}

/** One attempt at what is due: renews, or makes the subscription anew; then plans the next one, sooner when it failed. */
export async function attempt(ports: OfficePorts, signal: Signaller, due: Due<DueRenewal>): Promise<void> {
  const { state, providers, deps } = ports;
  const { subscription_id } = due.value;
  const record = await readSubscription(state, subscription_id);
  if (record === null) return await forgetAttempts(state, subscription_id, due.id);
  const connection = await readableConnection(ports, record);
  if (connection === "unreadable") {
    // Put off, so that it does not stand before all others, for as long as the subscription lives. Then nothing is left
    // to renew: a connection that can be read again is started anew.
    if (record.expires_at !== "" && Date.parse(record.expires_at) > deps.clock.now()) {
      await planAttempt(state, subscription_id, deps.clock.now() + RETRY_MS, due.id);
      return;
    }
    await forgetSubscription(state, record);
    return await forgetAttempts(state, subscription_id, due.id);
  }
  const provider = providers.get(record.provider);
  if (record.state === "replaced" || connection === null || !isGiven(connection, record.resource)) {
    return await retire(ports, { record, due }, connection, provider);
  }
  if (provider === undefined || connection.state !== "active") {
    // Nothing is asked in the name of a grant that has ended; who signs in again makes a record anew.
    await planAttempt(state, subscription_id, deps.clock.now() + RETRY_MS, due.id);
    return;
  }
  const one: Attempt = { ports, provider, connection, mailbox: mailboxFor(ports, connection, record) };
  let pursued = { due, record };
  try {
    if (await renewed(one, pursued)) return counted(ports, record, "renewed");
    if (record.remote_id !== "") pursued = { due, record: (await beginSubscription(ports, connection, record)).record };
    await activate(one, pursued, await provider.subscribe(one.mailbox, pursued.record));
  } catch (error) {
    return await putOffFailed(one, pursued, reasonOf(error).slice(0, REASON_LENGTH_MAX));
  }
  counted(ports, record, "made");
  // Whatever happened while there was no subscription told nobody.
  const { user_id, connection_id, resource } = record;
  const cause = "lifecycle";
  await signal({ key: { user_id, connection_id, resource }, provider: record.provider, cause, traceparent: "" });
}

function counted(
  { deps }: OfficePorts,
  { provider }: ProviderSubscription,
  outcome: "made" | "renewed" | "failed",
): void {
  deps.counters.add("provider_subscription_attempts_total", { provider, outcome });
}

function mailboxFor(
  ports: OfficePorts,
  connection: Connection,
  { resource }: Pick<ProviderSubscription, "resource">,
): Mailbox {
  return usedFor(ports.openMailbox(connection, neverAborted()), { resource, backfill: false });
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

/** Renews a subscription that lives. @returns false when there is none, none any more, or none that can be renewed */
async function renewed(one: Attempt, pursued: Pursued): Promise<boolean> {
  const { remote_id, resource } = pursued.record;
  if (remote_id === "" || pursued.due.value.event === "subscriptionRemoved") return false;
  if (one.provider.push(resource, one.connection.scopes).renewal === "replace") return false;
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
  const { state } = ports;
  const now_ms = ports.deps.clock.now();
  const active: ProviderSubscription = { ...record, ...granted, state: "active", reason: "", former: "" };
  if (!await writeCurrent(state, active)) {
    // Disconnected, or replaced, while the provider was asked: what it made is ended.
    await endUnwanted(one, active);
    return await forgetAttempts(state, record.subscription_id, due.id);
  }
  // Only now, so that the two overlap.
  if (record.former !== "") await planAttempt(state, record.former, now_ms);
  await noteDelivery(ports, connection, record.resource, { delivery: "push", reason: "" });
  const life_ms = (Date.parse(granted.expires_at) - now_ms) * RENEW_AT;
  const { renew_within_ms = life_ms } = one.provider.push(record.resource, connection.scopes);
  const at_ms = now_ms + Math.min(life_ms, renew_within_ms);
  await planAttempt(state, record.subscription_id, at_ms, due.id);
}

async function endUnwanted({ ports, provider, mailbox }: Attempt, record: ProviderSubscription): Promise<void> {
  try {
    await provider.unsubscribe(mailbox, record);
  } catch (error) {
    const { connection_id, resource } = record;
    ports.deps.log.warn("office.unsubscribe_failed", { connection_id, resource, reason: reasonOf(error) });
  }
}

async function putOffFailed({ ports, connection }: Attempt, { due, record }: Pursued, reason: string): Promise<void> {
  const { state, deps } = ports;
  const { connection_id, resource, subscription_id, expires_at } = record;
  const now_ms = deps.clock.now();
  counted(ports, record, "failed");
  deps.log.warn("office.subscription_failed", { connection_id, resource, reason });
  if (!await writeCurrent(state, { ...record, reason })) return await forgetAttempts(state, subscription_id, due.id);
  const lives = record.state === "active" && Date.parse(expires_at) > now_ms;
  await noteDelivery(ports, connection, resource, { delivery: lives ? "push" : "poll", reason });
  await planAttempt(state, subscription_id, now_ms + RETRY_MS, due.id);
}

/**
 * Ends at the provider what nobody wants any more, tries again where it says no, and forgets the record once its last
 * notifications are not accepted any more.
 */
async function retire(
  ports: OfficePorts,
  { record: unwanted, due }: Pursued,
  connection: Connection | null,
  provider: Provider | undefined,
): Promise<void> {
  const { state, deps } = ports;
  const { subscription_id, connection_id, resource } = unwanted;
  const now_ms = deps.clock.now();
  if (connection === null) {
    await forgetSubscription(state, unwanted);
    return await forgetAttempts(state, subscription_id, due.id);
  }
  const record = unwanted.state === "replaced" ? unwanted : await retireCurrent(state, unwanted, now_ms);
  const lives = record.remote_id !== "" && record.expires_at !== "" && Date.parse(record.expires_at) > now_ms;
  if (lives && provider !== undefined && connection.state === "active") {
    try {
      await provider.unsubscribe(mailboxFor(ports, connection, record), record);
      await noteEnded(state, record);
    } catch (error) {
      deps.log.warn("office.unsubscribe_failed", { connection_id, resource, reason: reasonOf(error) });
      await planAttempt(state, subscription_id, now_ms + RETRY_MS, due.id);
      return;
    }
  }
  const accepted_ms = Date.parse(record.accepted_until);
  if (now_ms < accepted_ms) {
    await planAttempt(state, subscription_id, accepted_ms, due.id);
    return;
  }
  await forgetSubscription(state, record);
  await forgetAttempts(state, subscription_id, due.id);
}
