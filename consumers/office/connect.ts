/** What office does when a person connects an account, and when they disconnect it. */
import { reasonOf, StoreAwayError } from "../../shared/contracts/errors.ts";
import { AccountRecord, COLLECTIONS, type Connection } from "../../shared/contracts/records.ts";
import { planPoll } from "./polls.ts";
import type { Signaller } from "./signal.ts";
import { attempt, planSubscription, unsubscribe } from "./subscriptions.ts";
import type { OfficePorts } from "./work.ts";

/** Others write the same record; after this many lost races it is their fault. */
const TRIES_MAX = 5;

/**
 * Starts the first sync and the subscriptions of a connection; safe to repeat for one that is connected again. All that
 * is due is written down first, so that the ticks finish what a crash or a bus that is away leaves undone.
 */
export async function connected(ports: OfficePorts, signal: Signaller, connection: Connection): Promise<void> {
  const { user_id, connection_id, provider } = connection;
  for (const { resource } of connection.resources) {
    const subscription = await planSubscription(ports, connection, resource);
    // Last: a resource without a planned poll is started once more.
    await planPoll(ports, connection, resource);
    await signal({ key: { user_id, connection_id, resource }, provider, cause: "first_sync", traceparent: "" });
    if (subscription !== null) await attempt(ports, signal, subscription);
  }
}

/**
 * Ends a connection: nothing is read any more from here on, then the provider is told, then what was kept is dropped.
 * A provider that says no does not keep it alive.
 */
export async function disconnect(ports: OfficePorts, connection: Connection): Promise<void> {
  const { user_id, connection_id } = connection;
  for (const { resource } of connection.resources) {
    try {
      await unsubscribe(ports, connection, resource);
    } catch (error) {
      ports.deps.log.warn("office.unsubscribe_failed", { connection_id, resource, reason: reasonOf(error) });
    }
  }
  await ports.state.records({ user_id }).commit([
    { op: "delete", collection: COLLECTIONS.connections, id: connection_id },
    { op: "delete", collection: COLLECTIONS.tokens, id: connection_id },
  ]);
  await forgetAddress(ports, connection);
  for (const { resource } of connection.resources) {
    await ports.state.ledger({ user_id, connection_id, resource }).drop();
  }
}

/** The address no longer leads to this connection; others of the same address stay. */
async function forgetAddress(ports: OfficePorts, connection: Connection): Promise<void> {
  const records = ports.state.records({ system: "accounts" });
  const collection = COLLECTIONS.accounts;
  const id = `${connection.provider}:${connection.address}`;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const stored = await records.get(collection, id);
    if (stored === null) return;
    const connections = AccountRecord.parse(stored.value).connections
      .filter((each) => each.connection_id !== connection.connection_id);
    const committed = await records.commit([
      { op: "check", collection, id, version: stored.version },
      connections.length === 0
        ? { op: "delete", collection, id }
        : { op: "put", collection, id, value: { connections } },
    ]);
    if (committed.kind === "committed") return;
  }
  throw new StoreAwayError("The state");
}
