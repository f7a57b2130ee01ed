/** Polls: each resource is read now and then whatever the signals say, for every provider drops notifications. */
import { COLLECTIONS, DuePoll } from "../../shared/contracts/records.ts";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import type { Connection } from "../../shared/contracts/records.ts";
import { readConnection } from "./connections.ts";
import { dueId, listDue, putOff } from "./due.ts";
import type { Signaller } from "./signal.ts";
import type { OfficePorts } from "./work.ts";

/** At least this often, signals or not. */
const SAFETY_POLL_MS = 15 * 60_000;

/** Where the provider sends no notifications. */
const POLL_MS = 5 * 60_000;

/** Up to this share earlier, so that mailboxes connected together are not read together. */
const JITTER = 0.2;

/** How many polls one slice of the tick raises. */
const SLICE = 100;

/** Plans the first poll of a resource. */
export async function planPoll(ports: OfficePorts, connection: Connection, resource: ResourceName): Promise<void> {
  const value: DuePoll = {
    user_id: connection.user_id,
    connection_id: connection.connection_id,
    provider: connection.provider,
    resource,
  };
  await putOff(ports.state, COLLECTIONS.duePolls, "", { id: nextId(ports, value, SAFETY_POLL_MS), value });
}

/**
 * One slice of the polls tick: raises the signal of what is due, then puts it off. A crash in between polls once more.
 * What belongs to a connection that is gone is forgotten.
 */
export async function pollSlice(ports: OfficePorts, signal: Signaller): Promise<{ done: number; more: boolean }> {
  const due = await listDue(ports.state, COLLECTIONS.duePolls, DuePoll, ports.deps.clock.now(), SLICE);
  await Promise.all(due.map(async ({ id, value }) => {
    const connection = await readConnection(ports.state, value);
    if (connection === null) return await putOff(ports.state, COLLECTIONS.duePolls, id, null);
    if (connection.state === "active") {
      await signal({ key: keyOf(value), provider: value.provider, cause: "poll", traceparent: "" });
    }
    const pushed = connection.resources.some((status) =>
      status.resource === value.resource && status.delivery === "push"
    );
    const next = nextId(ports, value, pushed ? SAFETY_POLL_MS : POLL_MS);
    await putOff(ports.state, COLLECTIONS.duePolls, id, { id: next, value });
  }));
  return { done: due.length, more: due.length === SLICE };
}

function keyOf({ user_id, connection_id, resource }: DuePoll) {
  return { user_id, connection_id, resource };
}

function nextId({ deps }: OfficePorts, value: DuePoll, interval_ms: number): string {
  const at_ms = deps.clock.now() + interval_ms * (1 - deps.random.next() * JITTER);
  return dueId(Math.round(at_ms), `${value.connection_id}|${value.resource}`);
}
