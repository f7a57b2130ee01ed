/** A connection as the person sees it: with what it could give and was not allowed to. */
import { z } from "@hono/zod-openapi";
import { healthOf } from "../../consumers/office/mod.ts";
import { ResourceName } from "../../shared/contracts/ids.ts";
import { Connection, ResourceStatus } from "../../shared/contracts/records.ts";
import type { State } from "../../shared/state/port.ts";

const ShownStatus = ResourceStatus.omit({ granted: true }).extend({
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

const NOT_GRANTED = { state: "not_granted", delivery: "poll", poll_seconds: 0 } as const;
const NEVER_READ = { last_read_at: "", last_change_at: "", last_notification_at: "" } as const;

/** The connection with a status for each resource, granted or not, and how current each is. */
export async function shown(state: State, connection: Connection): Promise<ShownConnection> {
  const health = await healthOf(state, connection);
  const reason = "The consent leaves it out. Connect the account again to give it.";
  const known = new Set(connection.resources.map(({ resource }) => resource));
  // What is imported was never asked for.
  const missing = connection.provider === "import" ? [] : ResourceName.options.filter((name) => !known.has(name));
  return {
    ...connection,
    resources: [
      ...connection.resources.map((status) =>
        ShownStatus.parse({
          ...status,
          ...health.get(status.resource),
          ...(status.granted ? {} : { ...NOT_GRANTED, reason }),
        })
      ),
      ...missing.map((resource) => ShownStatus.parse({ ...NEVER_READ, ...NOT_GRANTED, resource, reason })),
    ],
  };
}
