/** What office does when a person connects an account, or gives more of it. */
import type { Connection } from "../../shared/contracts/records.ts";
import { isGiven } from "./choices.ts";
import { leaveOutWhatIsNotGiven } from "./leave_out.ts";
import { planPoll } from "./polls.ts";
import { attempt } from "./renewals.ts";
import type { Signaller } from "./signal.ts";
import { planSubscriptions } from "./subscriptions.ts";
import { planCheck } from "./strays.ts";
import { planVerification } from "./verifications.ts";
import type { OfficePorts } from "./work.ts";

/**
 * Starts the first sync and the subscriptions of a connection; safe to repeat for one that is connected again. All that
 * is due is written down first, so that the ticks finish what a crash or a bus that is away leaves undone.
 */
export async function connected(ports: OfficePorts, signal: Signaller, connection: Connection): Promise<void> {
  const { user_id, connection_id, provider } = connection;
  const given = connection.resources.filter(({ resource }) => isGiven(connection, resource));
  if (given.some(({ last_read_at }) => last_read_at === "")) {
    const { beginFirstSync } = await import("./batches/begin.ts");
    await beginFirstSync(ports, connection);
  }
  const begun = await Promise.all(given.map(async ({ resource }) => {
    const due = await planSubscriptions(ports, connection, resource);
    await signal({ key: { user_id, connection_id, resource }, provider, cause: "first_sync", traceparent: "" });
    return due;
  }));
  await planCheck(ports, connection);
  await planVerification(ports, connection);
  // Last: a resource without a planned poll is started once more.
  await Promise.all(given.map(({ resource }) => planPoll(ports, connection, resource)));
  await Promise.all(begun.flat().map((due) => attempt(ports, signal, due)));
  // What an earlier consent gave and this one does not.
  await leaveOutWhatIsNotGiven(ports, signal, connection);
}
