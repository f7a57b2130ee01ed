/** What a person gives of an account changes: more is read, less is withdrawn. */
import type { ResourceName } from "../../shared/contracts/ids.ts";
import type { Connection, ResourceChoice } from "../../shared/contracts/records.ts";
import { isGiven } from "./choices.ts";
import { connected } from "./connect.ts";
import { changeConnection } from "./connections.ts";
import { leaveOut } from "./leave_out.ts";
import type { Signaller } from "./signal.ts";
import type { OfficePorts } from "./work.ts";

/**
 * Keeps the person's choices, one for each resource that is named; the others stay. What is left out from now on is
 * withdrawn from every consumer; what is given again is read from its beginning; for all else the provider's adapter
 * finds the difference.
 * @returns the connection as it is now; null when there is none any more
 */
export async function choose(
  ports: OfficePorts,
  signal: Signaller,
  connection: Connection,
  choices: readonly ResourceChoice[],
): Promise<Connection | null> {
  const named = new Set(choices.map(({ resource }) => resource));
  const now = new Date(ports.deps.clock.now()).toISOString();
  const changed = await changeConnection(ports.state, connection, (stored) => ({
    ...stored,
    choices: [...stored.choices.filter(({ resource }) => !named.has(resource)), ...choices],
    // Its state says "left out" only once all is withdrawn, and no longer than that is true.
    resources: stored.resources.map((status) => named.has(status.resource) ? { ...status, state: "syncing" } : status),
    updated_at: now,
  }));
  if (changed === null) return null;
  for (const resource of named) await apply(ports, signal, connection, changed, resource);
  return changed;
}

async function apply(
  ports: OfficePorts,
  signal: Signaller,
  before: Connection,
  after: Connection,
  resource: ResourceName,
): Promise<void> {
  const { user_id, connection_id, provider } = after;
  const key = { user_id, connection_id, resource };
  if (!isGiven(after, resource)) return await leaveOut(ports, signal, after, resource);
  if (isGiven(before, resource)) {
    await signal({ key, provider, cause: "first_sync", traceparent: "" });
    return;
  }
  const only = after.resources.filter((status) => status.resource === resource);
  await connected(ports, signal, { ...after, resources: only });
}
