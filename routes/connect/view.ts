/** A connection as the person sees it: with what it could give and was not allowed to. */
import { z } from "@hono/zod-openapi";
import { healthOf } from "../../consumers/office/mod.ts";
import { ResourceName } from "../../shared/contracts/ids.ts";
import { Connection, ResourceStatus } from "../../shared/contracts/records.ts";
import type { State } from "../../shared/state/port.ts";

const ShownStatus = ResourceStatus.extend({
  /** `not_granted`: left out of the consent, so nothing of it is read. Connecting again asks for it again. */
  state: z.enum([...ResourceStatus.shape.state.options, "not_granted"]),
  /** When the first of its subscriptions at the provider ends; `""` when there is none. */
  subscription_expires_at: z.string().default(""),
  /** How long a change has been waiting to be read, seconds. */
  lag_seconds: z.int().nonnegative().default(0),
});

/** What is shown of a connection. */
export const ShownConnection = Connection.extend({ resources: z.array(ShownStatus) });
type ShownConnection = z.infer<typeof ShownConnection>;

/** The connection with a status for each resource, granted or not, and how current each is. */
export async function shown(state: State, connection: Connection): Promise<ShownConnection> {
  const health = await healthOf(state, connection);
  const granted = new Set(connection.resources.map(({ resource }) => resource));
  // What is imported was never asked for.
  const missing = connection.provider === "import" ? [] : ResourceName.options.filter((name) => !granted.has(name));
  return {
    ...connection,
    resources: [
      ...connection.resources.map((status) => ShownStatus.parse({ ...status, ...health.get(status.resource) })),
      ...missing.map((resource) =>
        ShownStatus.parse({
          resource,
          state: "not_granted",
          last_read_at: "",
          last_change_at: "",
          last_notification_at: "",
          delivery: "poll",
          reason: "The consent leaves it out. Connect the account again to give it.",
        })
      ),
    ],
  };
}
