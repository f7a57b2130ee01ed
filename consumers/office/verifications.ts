/** Verifications: each connection is compared once a day with what is held of it. */
import { COLLECTIONS, type Connection, DueVerification } from "../../shared/contracts/records.ts";
import { PermanentError } from "../../shared/contracts/errors.ts";
import { readableConnection } from "./connections.ts";
import { dueId, dueRecords, listDue } from "./due.ts";
import type { OfficePorts } from "./work.ts";

const VERIFY_EVERY_MS = 24 * 60 * 60_000;

/** Up to this share earlier, so that accounts connected together are not compared together. */
const JITTER = 0.2;

/** How many verifications one slice of the tick begins. */
const SLICE = 20;

/** What was published within this time may still be on its way to a consumer, and is not compared. */
export const SETTLED_MS = 10 * 60_000;

/** After the store lost writes, all connections are compared, but not at one moment. */
const VERIFY_SOON_MS = 10 * 60_000;

/** Plans the next verification of a connection; one that was planned before is forgotten. */
export function planVerification(
  ports: OfficePorts,
  connection: Pick<Connection, "user_id" | "connection_id">,
): Promise<void> {
  return planAfter(ports, connection, VERIFY_EVERY_MS * (1 - ports.deps.random.next() * JITTER));
}

/**
 * Has a connection compared within twenty minutes: what is held of it may not be what its ledger says. Not sooner than
 * what was published last has settled, or that would wait for the next comparison.
 */
export function verifySoon(
  ports: OfficePorts,
  connection: Pick<Connection, "user_id" | "connection_id">,
): Promise<void> {
  return planAfter(ports, connection, SETTLED_MS + VERIFY_SOON_MS * ports.deps.random.next());
}

async function planAfter(
  { state, deps }: OfficePorts,
  { user_id, connection_id }: Pick<Connection, "user_id" | "connection_id">,
  in_ms: number,
): Promise<void> {
  const records = dueRecords(state);
  const at_ms = deps.clock.now() + in_ms;
  const id = dueId(Math.round(at_ms), connection_id);
  const at = { collection: COLLECTIONS.plannedVerifications, id: connection_id };
  const planned = await records.get(at.collection, at.id);
  const value: DueVerification = { user_id, connection_id };
  // Who loses the race finds it planned.
  await records.commit([
    { op: "check", ...at, version: planned?.version ?? 0 },
    ...(typeof planned?.value === "string"
      ? [{ op: "delete" as const, collection: COLLECTIONS.dueVerifications, id: planned.value }]
      : []),
    { op: "put", collection: COLLECTIONS.dueVerifications, id, value },
    { op: "put", ...at, value: id },
  ]);
}

/** Whether a verification of the connection is planned. */
export async function isVerificationPlanned({ state }: OfficePorts, connection_id: string): Promise<boolean> {
  return await dueRecords(state).get(COLLECTIONS.plannedVerifications, connection_id) !== null;
}

/** One slice of the tick: begins a batch for each connection that is due, then plans the next. */
export async function verificationSlice(ports: OfficePorts): Promise<{ done: number; more: boolean }> {
  const { state, deps } = ports;
  const due = await listDue(state, COLLECTIONS.dueVerifications, DueVerification, deps.clock.now(), SLICE);
  for (const { id, value } of due) {
    const connection = await readableConnection(ports, value);
    // One that can't be read is started anew once it can be.
    if (connection === null || connection === "unreadable" || connection.state === "disconnected") {
      await dueRecords(state).commit([
        { op: "delete", collection: COLLECTIONS.dueVerifications, id },
        { op: "delete", collection: COLLECTIONS.plannedVerifications, id: value.connection_id },
      ]);
      continue;
    }
    if (connection.state === "active") await begin(ports, connection, id);
    await planVerification(ports, connection);
  }
  return { done: due.length, more: due.length === SLICE };
}

/** The moment that it was due names the batch: a crash before the next is planned begins no second one. */
async function begin(ports: OfficePorts, { user_id, connection_id }: Connection, due: string): Promise<void> {
  const { beginBatch } = await import("./batches/begin.ts");
  try {
    await beginBatch(ports, {
      user_id,
      kind: "verify",
      cause: "schedule",
      connections: [connection_id],
      resources: [],
      from: "",
      to: "",
      key: `schedule:${due}`,
    });
  } catch (error) {
    // An account of which nothing is given.
    if (!(error instanceof PermanentError && error.code === "nothing_to_sync")) throw error;
  }
}
