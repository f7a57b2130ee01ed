/** The connection records as office reads and notes them. */
import { PermanentError } from "../../shared/contracts/errors.ts";
import type { ResourceKey } from "../../shared/contracts/ids.ts";
import { COLLECTIONS, Connection, type ResourceStatus } from "../../shared/contracts/records.ts";
import type { State } from "../../shared/state/port.ts";
import type { OfficePorts } from "./work.ts";

/** A status that did not change otherwise is written at most this often. */
const NOTE_EVERY_MS = 60_000;

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

/** Notes on the connection how reading one of its resources went, as the person and the operator see it. */
export async function recordRead(
  { state, deps }: OfficePorts,
  key: ResourceKey,
  read: { readonly state: ResourceStatus["state"]; readonly changed: boolean },
): Promise<void> {
  const records = state.records({ user_id: key.user_id });
  const record = await records.get(COLLECTIONS.connections, key.connection_id);
  const parsed = Connection.safeParse(record?.value);
  if (record === null || !parsed.success) return;
  const now_ms = deps.clock.now();
  const now = new Date(now_ms).toISOString();
  let worth = false;
  const resources = parsed.data.resources.map((status) => {
    if (status.resource !== key.resource) return status;
    const aged = status.last_read_at === "" || now_ms - Date.parse(status.last_read_at) >= NOTE_EVERY_MS;
    worth = aged || status.state !== read.state;
    return { ...status, state: read.state, last_read_at: now, ...(read.changed ? { last_change_at: now } : {}) };
  });
  if (!worth) return;
  // A lost race with another writer costs only this note.
  await records.commit([
    { op: "check", collection: COLLECTIONS.connections, id: key.connection_id, version: record.version },
    { op: "put", collection: COLLECTIONS.connections, id: key.connection_id, value: { ...parsed.data, resources } },
  ]);
}
