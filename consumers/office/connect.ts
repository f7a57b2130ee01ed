/** What office does when a person connects an account, and when they disconnect it. */
import { reasonOf } from "../../shared/contracts/errors.ts";
import { COLLECTIONS, type Connection } from "../../shared/contracts/records.ts";
import { planPoll } from "./polls.ts";
import type { Signaller } from "./signal.ts";
import { subscribe, unsubscribe } from "./subscriptions.ts";
import type { OfficePorts } from "./work.ts";

/** Starts the first sync and the subscriptions of a connection; safe to repeat for one that is connected again. */
export async function connected(ports: OfficePorts, signal: Signaller, connection: Connection): Promise<void> {
  const { user_id, connection_id, provider } = connection;
  for (const { resource } of connection.resources) {
    await planPoll(ports, connection, resource);
    await signal({ key: { user_id, connection_id, resource }, provider, cause: "first_sync", traceparent: "" });
    await subscribe(ports, signal, connection, resource);
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
  await ports.state.records({ system: "accounts" }).commit([
    { op: "delete", collection: COLLECTIONS.accounts, id: `${connection.provider}:${connection.address}` },
  ]);
  for (const { resource } of connection.resources) {
    await ports.state.ledger({ user_id, connection_id, resource }).drop();
  }
}
