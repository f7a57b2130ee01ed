/** A connection as the person sees it: with what it could give and was not allowed to. */
import { z } from "@hono/zod-openapi";
import { ResourceName } from "../../shared/contracts/ids.ts";
import { Connection, ResourceStatus } from "../../shared/contracts/records.ts";

const ShownStatus = ResourceStatus.extend({
  /** `not_granted`: left out of the consent, so nothing of it is read. Connecting again asks for it again. */
  state: z.enum([...ResourceStatus.shape.state.options, "not_granted"]),
});

/** What is shown of a connection. */
export const ShownConnection = Connection.extend({ resources: z.array(ShownStatus) });
type ShownConnection = z.infer<typeof ShownConnection>;

/** The connection with a status for each resource, granted or not. */
export function shown(connection: Connection): ShownConnection {
  const granted = new Set(connection.resources.map(({ resource }) => resource));
  // What is imported was never asked for.
  const missing = connection.provider === "import" ? [] : ResourceName.options.filter((name) => !granted.has(name));
  return {
    ...connection,
    resources: [
      ...connection.resources,
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
