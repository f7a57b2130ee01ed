/** How current a connection is, as its person and the operator see it. */
import type { ResourceName } from "../../shared/contracts/ids.ts";
import type { Connection } from "../../shared/contracts/records.ts";
import type { State } from "../../shared/state/port.ts";
import { listCurrent } from "./subscription_records.ts";

/** What is asked for when somebody looks, and kept nowhere. */
export interface ResourceHealth {
  /** When the first of its subscriptions at the provider ends; `""` when there is none that lives. */
  readonly subscription_expires_at: string;
  /** How long a change has been waiting to be read, seconds; 0 when none is. */
  readonly lag_seconds: number;
}

/** Of each resource of a connection. */
export async function healthOf(
  state: State,
  { user_id, connection_id, resources }: Connection,
): Promise<ReadonlyMap<ResourceName, ResourceHealth>> {
  const subscriptions = (await listCurrent(state, connection_id)).filter(({ state: reached }) => reached === "active");
  const now_ms = Math.floor(await state.micros() / 1_000);
  return new Map(
    await Promise.all(resources.map(async ({ resource }): Promise<[ResourceName, ResourceHealth]> => {
      const ends = subscriptions.filter((each) => each.resource === resource).map(({ expires_at }) => expires_at);
      const { requested, started, published_at_ms } = await state.leases.signals({ user_id, connection_id, resource });
      const waits = requested > started && published_at_ms > 0;
      return [resource, {
        subscription_expires_at: ends.sort()[0] ?? "",
        lag_seconds: waits ? Math.max(0, Math.round((now_ms - published_at_ms) / 1_000)) : 0,
      }];
    })),
  );
}
