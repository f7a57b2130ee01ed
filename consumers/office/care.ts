/** What the polls tick looks after beside what is due: connections that were never started, and lost writes. */
import { AccountRecord, COLLECTIONS, type Connection } from "../../shared/contracts/records.ts";
import { isGiven } from "./choices.ts";
import { connected } from "./connect.ts";
import { readableConnection } from "./connections.ts";
import { leaveOutWhatIsNotGiven } from "./leave_out.ts";
import { isPlanned } from "./polls.ts";
import type { Signaller } from "./signal.ts";
import { followAddress } from "./subscriptions.ts";
import { isVerificationPlanned, planVerification, verifySoon } from "./verifications.ts";
import type { OfficePorts } from "./work.ts";

/** How many accounts one slice looks at. */
const ACCOUNTS_SLICE = 50;

const RUN = { collection: COLLECTIONS.stateRuns, id: "known" } as const;

/**
 * Walks over all accounts, a slice a call. A connection that a crash left without a plan is started. After the state
 * store lost writes (its run id is another one, as after a restore), every resource is signalled at once: what a lost
 * cursor, ledger entry or signal stood for is found by reading, not by waiting for the next poll. What consumers lack is
 * found by a comparison within minutes. Subscriptions that notify an address that is not ours any more are made anew.
 */
export function createCare(
  ports: OfficePorts,
  signal: Signaller,
): () => Promise<{ readonly done: number; readonly more: boolean }> {
  const { state } = ports;
  let after = "";
  let walkingFor = "";

  async function care(connection: Connection, run: "known" | "first" | "another"): Promise<boolean> {
    const { user_id, connection_id, provider } = connection;
    if (connection.state !== "active") return false;
    const given = connection.resources.filter(({ resource }) => isGiven(connection, resource));
    const planned = await Promise.all(given.map(({ resource }) => isPlanned(ports, connection, resource)));
    if (!await isVerificationPlanned(ports, connection_id)) await planVerification(ports, connection);
    if (planned.includes(false)) {
      await connected(ports, signal, connection);
      return true;
    }
    // A crash came between the person's choice or consent and what follows from it.
    await leaveOutWhatIsNotGiven(ports, signal, connection);
    const moved = await followAddress(ports, connection) > 0;
    if (run === "known") return moved;
    if (run === "another") await verifySoon(ports, connection);
    for (const { resource } of given) {
      await signal({ key: { user_id, connection_id, resource }, provider, cause: "lost_writes", traceparent: "" });
    }
    return true;
  }

  return async function careSlice() {
    const { run_id } = await state.health();
    const runs = state.records({ system: "state" });
    const former = await runs.get(RUN.collection, RUN.id);
    const run = former === null ? "first" : former.value === run_id ? "known" : "another";
    const lost = run !== "known";
    if (lost && walkingFor !== run_id) {
      after = "";
      walkingFor = run_id;
    }
    const accounts = await state.records({ system: "accounts" })
      .list(COLLECTIONS.accounts, { after, limit: ACCOUNTS_SLICE });
    let done = 0;
    for (const { value } of accounts) {
      const account = AccountRecord.safeParse(value);
      if (!account.success) {
        ports.deps.log.error("office.account_unreadable", { reason: "Its record is in no known form" });
      }
      for (const known of account.data?.connections ?? []) {
        const connection = await readableConnection(ports, known);
        if (connection !== null && connection !== "unreadable" && await care(connection, run)) done++;
      }
    }
    const more = accounts.length === ACCOUNTS_SLICE;
    after = more ? accounts.at(-1)?.id ?? "" : "";
    // Only now: a crash before begins the walk again.
    if (lost && !more) await runs.commit([{ op: "put", ...RUN, value: run_id }]);
    return { done, more: lost && more };
  };
}
