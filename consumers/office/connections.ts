/** The connection records as office reads and notes them. */
import { PermanentError, reasonOf } from "../../shared/contracts/errors.ts";
import type { ResourceKey, ResourceName } from "../../shared/contracts/ids.ts";
import { COLLECTIONS, Connection, type ResourceStatus } from "../../shared/contracts/records.ts";
import type { State } from "../../shared/state/port.ts";
import { isGiven } from "./choices.ts";
import type { OfficePorts } from "./work.ts";

/** A status that did not change otherwise is written at most this often. */
const NOTE_EVERY_MS = 60_000;

/** Other resources' holders write the same record; after this many lost races a change is given up. */
const CHANGE_TRIES_MAX = 10;

/** The connection, or null when there is none any more. */
export async function readConnection(
  state: State,
  { user_id, connection_id }: Pick<ResourceKey, "user_id" | "connection_id">,
): Promise<Connection | null> {
  const record = await state.records({ user_id }).get(COLLECTIONS.connections, connection_id);
  if (record === null) return null;
  const parsed = Connection.safeParse(record.value);
  if (parsed.success) return parsed.data;
  throw new PermanentError("connection_invalid", "Cannot read the stored connection", {
    field: parsed.error.issues[0]?.path.join(".") ?? "",
  });
}

/** As `readConnection`, but what can't be read is logged and does not stop the others. */
export async function readableConnection(
  { state, deps }: OfficePorts,
  key: Pick<ResourceKey, "user_id" | "connection_id">,
): Promise<Connection | "unreadable" | null> {
  try {
    return await readConnection(state, key);
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    deps.log.error("office.connection_unreadable", { connection_id: key.connection_id, reason: reasonOf(error) });
    return "unreadable";
  }
}

/** Notes on the connection how a resource's changes arrive, and why. */
export function noteDelivery(
  ports: OfficePorts,
  connection: Pick<Connection, "user_id" | "connection_id">,
  resource: ResourceName,
  { delivery, reason }: Pick<ResourceStatus, "delivery" | "reason">,
): Promise<void> {
  return noteStatus(
    ports,
    { ...connection, resource },
    (status) => status.delivery === delivery && status.reason === reason ? null : { ...status, delivery, reason },
  );
}

/** Notes on the connection how reading one of its resources went, as the person and the operator see it. */
export function recordRead(
  ports: OfficePorts,
  key: ResourceKey,
  read: { readonly state: ResourceStatus["state"]; readonly changed: boolean; readonly notified: boolean },
): Promise<void> {
  const now_ms = ports.deps.clock.now();
  const now = new Date(now_ms).toISOString();
  return noteStatus(ports, key, (status) => {
    const aged = (noted: string) => noted === "" || now_ms - Date.parse(noted) >= NOTE_EVERY_MS;
    const news = aged(status.last_read_at) || status.state !== read.state ||
      (read.changed && aged(status.last_change_at)) || (read.notified && aged(status.last_notification_at));
    if (!news) return null;
    return {
      ...status,
      state: read.state,
      last_read_at: now,
      ...(read.changed ? { last_change_at: now } : {}),
      ...(read.notified ? { last_notification_at: now } : {}),
    };
  });
}

/** Notes that what came of a resource is withdrawn, unless the person gives it again by now. */
export function noteWithdrawn(ports: OfficePorts, key: ResourceKey): Promise<void> {
  return noteStatus(ports, key, (status, connection) => {
    const given = connection.state !== "disconnected" && isGiven(connection, key.resource);
    return given || status.state === "left_out" ? null : { ...status, state: "left_out" };
  });
}

/** Notes that a resource was compared with what is held of it, and what came of that. */
export function noteVerified(
  ports: OfficePorts,
  key: ResourceKey,
  found: Pick<ResourceStatus, "differences" | "repaired">,
): Promise<void> {
  const verified_at = new Date(ports.deps.clock.now()).toISOString();
  return noteStatus(ports, key, (status) => ({ ...status, ...found, verified_at }));
}

/** Notes how often a resource is read though nobody asked. */
export function notePollInterval(ports: OfficePorts, key: ResourceKey, poll_seconds: number): Promise<void> {
  return noteStatus(ports, key, (status) => status.poll_seconds === poll_seconds ? null : { ...status, poll_seconds });
}

/** Changes one resource's status; `change` answers null when there is nothing worth a write. */
async function noteStatus(
  { state }: OfficePorts,
  key: ResourceKey,
  change: (status: ResourceStatus, connection: Connection) => ResourceStatus | null,
): Promise<void> {
  await changeConnection(state, key, (connection) => {
    const status = connection.resources.find((each) => each.resource === key.resource);
    const changed = status === undefined ? null : change(status, connection);
    if (changed === null) return null;
    return { ...connection, resources: connection.resources.map((each) => each === status ? changed : each) };
  });
}

/**
 * Changes the stored connection, against whoever else changes it; `change` answers null when there is nothing to write.
 * @returns the connection as it is stored now; null when there is none that can be read, or the race was lost too often
 */
export async function changeConnection(
  state: State,
  { user_id, connection_id }: Pick<ResourceKey, "user_id" | "connection_id">,
  change: (connection: Connection) => Connection | null,
): Promise<Connection | null> {
  const records = state.records({ user_id });
  const at = { collection: COLLECTIONS.connections, id: connection_id };
  for (let tries = 0; tries < CHANGE_TRIES_MAX; tries++) {
    const record = await records.get(at.collection, at.id);
    const parsed = Connection.safeParse(record?.value);
    if (record === null || !parsed.success) return null;
    const value = change(parsed.data);
    if (value === null) return parsed.data;
    const committed = await records.commit([
      { op: "check", ...at, version: record.version },
      { op: "put", ...at, value },
    ]);
    if (committed.kind === "committed") return value;
    if (committed.kind === "erased") return null;
  }
  return null;
}
