/** What a person gives of a resource, as the adapters ask for it. */
import type { ResourceName } from "../contracts/ids.ts";
import type { Connection, ResourceChoice } from "../contracts/records.ts";

/** The choice for a resource; without one, everything. */
export function choiceOf(connection: Pick<Connection, "choices">, resource: ResourceName): ResourceChoice {
  return connection.choices.find((choice) => choice.resource === resource) ?? {
    resource,
    included: true,
    containers_in: [],
    containers_out: [],
    since: "",
    bodies: true,
    private_events: "full",
  };
}

/** Which of each item is given: when it changes, every item has to be read anew. */
export function depthOf(choice: ResourceChoice): string {
  return `${choice.since}|${choice.bodies}|${choice.private_events}`;
}

/**
 * Whether an item is given that lies in these containers, the nearest first or last: none of them may be left out, and
 * where some were picked, one of them has to be among those.
 */
export function includes(choice: ResourceChoice, containers: readonly string[]): boolean {
  if (!choice.included) return false;
  if (containers.some((id) => choice.containers_out.includes(id))) return false;
  return choice.containers_in.length === 0 || containers.some((id) => choice.containers_in.includes(id));
}
