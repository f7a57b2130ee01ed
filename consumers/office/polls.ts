/** Polls: each resource is read now and then whatever the signals say, for every provider drops notifications. */
import { COLLECTIONS, DuePoll } from "../../shared/contracts/records.ts";
import { TOMBSTONE_DAYS } from "../../shared/contracts/keys.ts";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import type { Connection } from "../../shared/contracts/records.ts";
import { readableConnection } from "./connections.ts";
import { dueId, dueRecords, listDue } from "./due.ts";
import type { Signaller } from "./signal.ts";
import type { OfficePorts } from "./work.ts";

/** At least this often, signals or not. */
const SAFETY_POLL_MS = 15 * 60_000;

/** Where the provider sends no notifications. */
const POLL_MS = 5 * 60_000;

/** Up to this share earlier, so that mailboxes connected together are not read together. */
const JITTER = 0.2;

/** How long the ledger remembers that a document was deleted, microseconds. */
const TOMBSTONE_MICROS = TOMBSTONE_DAYS * 24 * 60 * 60 * 1_000_000;

/** How many polls one slice of the tick raises. */
const SLICE = 100;

/** Plans the next poll of a resource; a poll that was planned before is forgotten. */
export async function planPoll(ports: OfficePorts, connection: Connection, resource: ResourceName): Promise<void> {
  const { user_id, connection_id, provider } = connection;
  const status = connection.resources.find((each) => each.resource === resource);
  const interval_ms = status?.delivery === "push" ? SAFETY_POLL_MS : POLL_MS;
  const value: DuePoll = { user_id, connection_id, provider, resource };
  const at_ms = ports.deps.clock.now() + interval_ms * (1 - ports.deps.random.next() * JITTER);
  const name = `${connection_id}|${resource}`;
  const id = dueId(Math.round(at_ms), name);
  const planned = await dueRecords(ports.state).get(COLLECTIONS.plannedPolls, name);
  await dueRecords(ports.state).commit([
    ...(typeof planned?.value === "string"
      ? [{ op: "delete" as const, collection: COLLECTIONS.duePolls, id: planned.value }]
      : []),
    { op: "put", collection: COLLECTIONS.duePolls, id, value },
    { op: "put", collection: COLLECTIONS.plannedPolls, id: name, value: id },
  ]);
}

/** Whether a poll of the resource is planned; it always is once the connection was started. */
export async function isPlanned(ports: OfficePorts, connection: Connection, resource: ResourceName): Promise<boolean> {
  const name = `${connection.connection_id}|${resource}`;
  return await dueRecords(ports.state).get(COLLECTIONS.plannedPolls, name) !== null;
}

/**
 * One slice of the polls tick: raises the signal of what is due, then puts it off. A crash in between polls once more.
 * What belongs to a connection that is gone, or that the person made again without this resource, is forgotten.
 */
export async function pollSlice(ports: OfficePorts, signal: Signaller): Promise<{ done: number; more: boolean }> {
  const due = await listDue(ports.state, COLLECTIONS.duePolls, DuePoll, ports.deps.clock.now(), SLICE);
  await Promise.all(due.map(async ({ id, value }) => {
    const connection = await readableConnection(ports, value);
    if (connection === "unreadable") return;
    if (!connection?.resources.some(({ resource }) => resource === value.resource)) {
      return await forget(ports, id, value);
    }
    if (connection.state === "active" && ports.providers.has(connection.provider)) {
      await signal({ key: keyOf(value), provider: value.provider, cause: "poll", traceparent: "" });
    }
    await ports.state.ledger(keyOf(value)).sweep(await ports.state.micros() - TOMBSTONE_MICROS);
    await planPoll(ports, connection, value.resource);
  }));
  return { done: due.length, more: due.length === SLICE };
}

/** Forgets the plan as well: a connection that comes back is started because it has none. */
async function forget({ state }: OfficePorts, id: string, { connection_id, resource }: DuePoll): Promise<void> {
  await dueRecords(state).commit([
    { op: "delete", collection: COLLECTIONS.duePolls, id },
    { op: "delete", collection: COLLECTIONS.plannedPolls, id: `${connection_id}|${resource}` },
  ]);
}

function keyOf({ user_id, connection_id, resource }: DuePoll) {
  return { user_id, connection_id, resource };
}
