/** Our records and what the provider holds are compared now and then: each may have lost what the other believes in. */
import { reasonOf } from "../../shared/contracts/errors.ts";
import { COLLECTIONS, type Connection, DueCheck } from "../../shared/contracts/records.ts";
import { readableConnection } from "./connections.ts";
import { dueId, dueRecords, listDue } from "./due.ts";
import { planAttempt } from "./renewal_plans.ts";
import { listCurrent, readSubscription } from "./subscription_records.ts";
import { neverAborted, type OfficePorts } from "./work.ts";

/** How often a connection's subscriptions are compared. */
const CHECK_EVERY_MS = 6 * 60 * 60_000;

/** How many connections one slice compares. */
const SLICE = 20;

/** Plans the next comparison; the one that was planned before is forgotten. */
export async function planCheck(
  { state, deps }: OfficePorts,
  { user_id, connection_id }: Pick<Connection, "user_id" | "connection_id">,
): Promise<void> {
  const records = dueRecords(state);
  const planned = (await records.get(COLLECTIONS.plannedChecks, connection_id))?.value;
  const id = dueId(deps.clock.now() + CHECK_EVERY_MS, connection_id);
  const value: DueCheck = { user_id, connection_id };
  await records.commit([
    ...(typeof planned === "string" ? [{ op: "delete" as const, collection: COLLECTIONS.dueChecks, id: planned }] : []),
    { op: "put", collection: COLLECTIONS.dueChecks, id, value },
    { op: "put", collection: COLLECTIONS.plannedChecks, id: connection_id, value: id },
  ]);
}

/** One slice of the comparisons that are due. */
export async function checkSlice(ports: OfficePorts): Promise<{ done: number; more: boolean }> {
  const due = await listDue(ports.state, COLLECTIONS.dueChecks, DueCheck, ports.deps.clock.now(), SLICE);
  await Promise.all(due.map(async ({ id, value }) => {
    const connection = await readableConnection(ports, value);
    // One that can't be read is started anew once it can be.
    if (connection === null || connection === "unreadable" || connection.state === "disconnected") {
      return await dueRecords(ports.state).commit([
        { op: "delete", collection: COLLECTIONS.dueChecks, id },
        { op: "delete", collection: COLLECTIONS.plannedChecks, id: value.connection_id },
      ]);
    }
    // Before the provider is asked: one that does not answer is asked again at the next time.
    await planCheck(ports, value);
    if (connection.state !== "active") return;
    try {
      await endStrays(ports, connection);
    } catch (error) {
      const { connection_id } = connection;
      ports.deps.log.warn("office.check_failed", { connection_id, reason: reasonOf(error) });
    }
  }));
  return { done: due.length, more: due.length === SLICE };
}

/** Ends what the provider holds of ours for this account and is no current subscription of ours (any more). */
async function endStrays(ports: OfficePorts, connection: Connection): Promise<void> {
  const provider = ports.providers.get(connection.provider);
  if (provider === undefined) return;
  const mailbox = ports.openMailbox(connection, neverAborted());
  const remote = await provider.subscriptions(mailbox);
  if (remote === null) return;
  const current = await listCurrent(ports.state, connection.connection_id);
  const held = new Set(remote.map(({ remote_id }) => remote_id));
  for (const { remote_id, subscription_id } of remote) {
    // One that was replaced is ended by an attempt of its own, once its successor lives.
    if (subscription_id === "" || await readSubscription(ports.state, subscription_id) !== null) continue;
    try {
      await provider.unsubscribe(mailbox, { resource: "mail", target: "", subscription_id, remote_id });
      ports.deps.counters.add("office_stray_subscriptions_total", { provider: connection.provider });
    } catch (error) {
      const { connection_id } = connection;
      ports.deps.log.warn("office.unsubscribe_failed", { connection_id, reason: reasonOf(error) });
    }
  }
  // What we believe in and the provider does not hold is made again.
  const gone = current.filter(({ state, remote_id }) => state === "active" && !held.has(remote_id));
  await Promise.all(
    gone.map(({ subscription_id }) => planAttempt(ports.state, subscription_id, ports.deps.clock.now())),
  );
}
