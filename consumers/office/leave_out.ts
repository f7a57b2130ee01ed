/** A resource that is not given any more: nothing of it is watched, and what came of it is withdrawn. */
import type { ResourceName } from "../../shared/contracts/ids.ts";
import type { Connection } from "../../shared/contracts/records.ts";
import { isGiven } from "./choices.ts";
import { endSubscription } from "./renewals.ts";
import type { Signaller } from "./signal.ts";
import { listCurrent } from "./subscription_records.ts";
import type { OfficePorts } from "./work.ts";

/** Withdraws a resource; safe to repeat. */
export async function leaveOut(
  ports: OfficePorts,
  signal: Signaller,
  { user_id, connection_id, provider }: Connection,
  resource: ResourceName,
): Promise<void> {
  await signal({ key: { user_id, connection_id, resource }, provider, cause: "withdraw", traceparent: "" });
  const current = await listCurrent(ports.state, connection_id, resource);
  await Promise.all(current.map((record) => endSubscription(ports, record)));
}

/** Withdraws every resource of a connection that is not given and not withdrawn yet. */
export async function leaveOutWhatIsNotGiven(
  ports: OfficePorts,
  signal: Signaller,
  connection: Connection,
): Promise<void> {
  for (const { resource, state } of connection.resources) {
    if (!isGiven(connection, resource) && state !== "left_out") await leaveOut(ports, signal, connection, resource);
  }
}
