/**
 * The end of a connection: nothing is read any more, the provider is told until it has heard, the grant is given back,
 * and with a purge everything that came of the account is withdrawn from every consumer.
 */
import { PermanentError, reasonOf, TransientError } from "../../shared/contracts/errors.ts";
import { COLLECTIONS, type Connection, DueEnding, type ResourceStatus } from "../../shared/contracts/records.ts";
import type { Provider, Tokens } from "../../shared/providers/port.ts";
import { usedFor } from "../../shared/providers/purpose.ts";
import { readTokens } from "../../shared/providers/tokens.ts";
import { forgetAccount, sharesAccount } from "./accounts.ts";
import { changeConnection, readableConnection } from "./connections.ts";
import { type Due, dueId, dueRecords, listDue } from "./due.ts";
import { forgetAttempts } from "./renewal_plans.ts";
import type { Signaller } from "./signal.ts";
import { forgetSubscription, listCurrent } from "./subscription_records.ts";
import { neverAborted, type OfficePorts } from "./work.ts";

/** A provider that says no is asked again after this long, */
const RETRY_MS = 5 * 60_000;

/** and for so long: then its subscriptions run out by themselves, and the grant is what the person can take back there. */
const TELL_FOR_MS = 24 * 60 * 60_000;

/** How long until it is looked again whether all is withdrawn. */
const LOOK_AGAIN_MS = 15_000;

/** How many endings one slice of the tick goes on with. */
const SLICE = 20;

/**
 * Ends a connection. From the first commit on nothing is read in its name; what can't be done at once is done by the
 * renewals tick. With `purge` its documents are withdrawn; without, they stay as they were read last.
 */
export async function disconnect(
  ports: OfficePorts,
  signal: Signaller,
  connection: Connection,
  purge: boolean,
): Promise<void> {
  const { user_id, connection_id } = connection;
  const since = new Date(ports.deps.clock.now()).toISOString();
  // First, so that a crash in between does not leave the provider without the news.
  const due = await planEnding(ports, { user_id, connection_id, purge, since }, RETRY_MS);
  await changeConnection(
    ports.state,
    connection,
    (stored) => ({ ...stored, state: "disconnected", updated_at: since }),
  );
  await goOn(ports, signal, due);
}

/** One slice of the endings that are under way. */
export async function endingSlice(ports: OfficePorts, signal: Signaller): Promise<{ done: number; more: boolean }> {
  const due = await listDue(ports.state, COLLECTIONS.dueEndings, DueEnding, ports.deps.clock.now(), SLICE);
  await Promise.all(due.map((ending) => goOn(ports, signal, ending)));
  return { done: due.length, more: due.length === SLICE };
}

async function goOn(ports: OfficePorts, signal: Signaller, due: Due<DueEnding>): Promise<void> {
  const { state, deps } = ports;
  const connection = await readableConnection(ports, due.value);
  if (connection === "unreadable") {
    // It may be one of a newer release; after a day nobody is left who could be told.
    if (deps.clock.now() - Date.parse(due.value.since) >= TELL_FOR_MS) return await forget(ports, due);
    await planEnding(ports, due.value, RETRY_MS, due.id);
    return;
  }
  // Connected again meanwhile: then everything goes on where it was.
  if (connection === null || connection.state !== "disconnected") return await forget(ports, due);
  const gaveUp = deps.clock.now() - Date.parse(due.value.since) >= TELL_FOR_MS;
  const told = await tellProvider(ports, connection);
  if (!told && !gaveUp) {
    if (due.value.purge) await withdrawAll(signal, connection);
    await planEnding(ports, due.value, RETRY_MS, due.id);
    return;
  }
  const { user_id, connection_id } = connection;
  await state.records({ user_id }).commit([{ op: "delete", collection: COLLECTIONS.tokens, id: connection_id }]);
  await forgetAccount(state, connection);
  if (due.value.purge && !await withdrawAll(signal, connection)) {
    await planEnding(ports, due.value, LOOK_AGAIN_MS, due.id);
    return;
  }
  for (const { resource } of connection.resources) {
    const ledger = state.ledger({ user_id, connection_id, resource });
    if (due.value.purge) await ledger.drop();
  }
  await Promise.all((await listCurrent(state, connection_id)).map((record) => forgetSubscription(state, record)));
  await state.records({ user_id }).commit([{ op: "delete", collection: COLLECTIONS.connections, id: connection_id }]);
  await forget(ports, due);
}

/** Ends the subscriptions and gives the grant back. @returns false when the provider has to be told again */
async function tellProvider(ports: OfficePorts, connection: Connection): Promise<boolean> {
  const provider = ports.providers.get(connection.provider);
  const tokens = provider === undefined ? null : await readableTokens(ports, connection);
  // Without tokens nothing can be said any more.
  if (provider === undefined || tokens === null) return true;
  const ended = await endSubscriptions(ports, provider, connection);
  return ended && await giveBack(ports, provider, connection, tokens);
}

async function readableTokens({ state, vault }: OfficePorts, connection: Connection): Promise<Tokens | null> {
  try {
    return (await readTokens(state, vault, connection)).tokens;
  } catch (error) {
    // A lost encryption key must not keep a person connected.
    const unreadable = error instanceof PermanentError ||
      (error instanceof TransientError && error.code === "encryption_key_missing");
    if (unreadable) return null;
    throw error;
  }
}

async function endSubscriptions(ports: OfficePorts, provider: Provider, connection: Connection): Promise<boolean> {
  const mailbox = ports.openMailbox(connection, neverAborted());
  const ended = await Promise.all(
    (await listCurrent(ports.state, connection.connection_id)).map(async (record) => {
      try {
        if (record.remote_id !== "") {
          await provider.unsubscribe(usedFor(mailbox, { resource: record.resource, backfill: false }), record);
        }
      } catch (error) {
        if (!isOver(error)) return failed(ports, connection, "office.unsubscribe_failed", error);
      }
      await forgetSubscription(ports.state, record);
      await forgetAttempts(ports.state, record.subscription_id);
      return true;
    }),
  );
  return !ended.includes(false);
}

/**
 * Gives the grant back, unless somebody else has connected the same account: a provider takes one token given back for
 * the end of all (developers.google.com/identity/protocols/oauth2/web-server).
 */
async function giveBack(
  ports: OfficePorts,
  provider: Provider,
  connection: Connection,
  tokens: Tokens,
): Promise<boolean> {
  try {
    if (!await sharesAccount(ports.state, connection)) await provider.oauth.revoke(tokens);
    return true;
  } catch (error) {
    return isOver(error) || failed(ports, connection, "office.revoke_failed", error);
  }
}

/** The grant has ended already, so there is nothing left to tell. */
function isOver(error: unknown): boolean {
  return error instanceof PermanentError && error.code === "needs_reauth";
}

function failed({ deps }: OfficePorts, { connection_id, provider }: Connection, what: string, error: unknown): false {
  deps.log.warn(what, { connection_id, provider, reason: reasonOf(error) });
  return false;
}

/** Has every resource withdrawn by a message of its own. @returns true once all of them are */
async function withdrawAll(signal: Signaller, connection: Connection): Promise<boolean> {
  const { user_id, connection_id, provider } = connection;
  const left = connection.resources.filter(isNotWithdrawn);
  await Promise.all(
    left.map(({ resource }) =>
      signal({ key: { user_id, connection_id, resource }, provider, cause: "withdraw", traceparent: "" })
    ),
  );
  return left.length === 0;
}

function isNotWithdrawn({ state }: ResourceStatus): boolean {
  return state !== "left_out";
}

async function planEnding(
  { state, deps }: OfficePorts,
  value: DueEnding,
  in_ms: number,
  handled = "",
): Promise<Due<DueEnding>> {
  const id = dueId(deps.clock.now() + in_ms, value.connection_id);
  await dueRecords(state).commit([
    ...(handled === "" ? [] : [{ op: "delete" as const, collection: COLLECTIONS.dueEndings, id: handled }]),
    { op: "put", collection: COLLECTIONS.dueEndings, id, value },
  ]);
  return { id, value };
}

async function forget({ state }: OfficePorts, { id }: Due<DueEnding>): Promise<void> {
  await dueRecords(state).commit([{ op: "delete", collection: COLLECTIONS.dueEndings, id }]);
}
