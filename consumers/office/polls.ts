/** Polls: each resource is read now and then whatever the signals say, for every provider drops notifications. */
import { COLLECTIONS, DuePoll } from "../../shared/contracts/records.ts";
import { TOMBSTONE_DAYS } from "../../shared/contracts/keys.ts";
import { traceHere } from "../../shared/contracts/trace_context.ts";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import type { Connection } from "../../shared/contracts/records.ts";
import { isGiven } from "./choices.ts";
import { notePollInterval, readableConnection } from "./connections.ts";
import { dueId, dueRecords, listDue } from "./due.ts";
import type { State } from "../../shared/state/port.ts";
import type { Signaller } from "./signal.ts";
import type { OfficePorts } from "./work.ts";

/** At least this often, signals or not. */
const SAFETY_POLL_MS = 15 * 60_000;

/** Where the provider sends no notifications, and something changed within the last hour. */
const POLL_MS = 5 * 60_000;
const ACTIVE_MS = 60 * 60_000;

/** Up to this share earlier, so that mailboxes connected together are not read together. */
const JITTER = 0.2;

/** How long the ledger remembers that a document was deleted, microseconds. */
const TOMBSTONE_MICROS = TOMBSTONE_DAYS * 24 * 60 * 60 * 1_000_000;

/** How many polls one slice of the tick raises. */
const SLICE = 100;

/** Plans the next poll of a resource; a poll that was planned before is forgotten. */
export async function planPoll(ports: OfficePorts, connection: Connection, resource: ResourceName): Promise<void> {
  const { user_id, connection_id, provider } = connection;
  const interval_ms = intervalOf(connection, resource, ports.deps.clock.now());
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
  await notePollInterval(ports, { user_id, connection_id, resource }, interval_ms / 1_000);
}

function intervalOf({ resources }: Connection, resource: ResourceName, now_ms: number): number {
  const status = resources.find((each) => each.resource === resource);
  if (status === undefined || status.delivery === "push") return SAFETY_POLL_MS;
  const changed_ms = Date.parse(status.last_change_at);
  // A resource that has never been read may have anything.
  return status.last_read_at === "" || now_ms - changed_ms < ACTIVE_MS ? POLL_MS : SAFETY_POLL_MS;
}

/** Forgets what is planned for a connection: it then counts as never started, and whoever looks after it starts it. */
export async function unplanPolls(
  { state }: { readonly state: Pick<State, "records"> },
  { connection_id, resources }: Connection,
): Promise<void> {
  const records = dueRecords(state);
  await Promise.all(resources.map(async ({ resource }) => {
    const name = `${connection_id}|${resource}`;
    const planned = (await records.get(COLLECTIONS.plannedPolls, name))?.value;
    await records.commit([
      ...(typeof planned === "string"
        ? [{ op: "delete" as const, collection: COLLECTIONS.duePolls, id: planned }]
        : []),
      { op: "delete", collection: COLLECTIONS.plannedPolls, id: name },
    ]);
  }));
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
    // Whoever walks over all accounts starts it anew as soon as it can be read; until then it stands in nobody's way.
    if (connection === "unreadable") return await forget(ports, id, value);
    if (connection === null || connection.state === "disconnected" || !isGiven(connection, value.resource)) {
      return await forget(ports, id, value);
    }
    if (connection.state === "active" && ports.providers.has(connection.provider)) {
      const traceparent = traceHere(ports.deps);
      await signal({ key: keyOf(value), provider: value.provider, cause: "poll", traceparent });
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
