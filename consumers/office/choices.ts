/** What a person gives of an account. */
import type { ResourceName } from "../../shared/contracts/ids.ts";
import type { Connection } from "../../shared/contracts/records.ts";

/** Whether the consent grants the resource and the person's choice does not leave it out. */
export function isGiven({ resources, choices }: Connection, resource: ResourceName): boolean {
  return resources.some((status) => status.resource === resource && status.granted) &&
    choices.find((choice) => choice.resource === resource)?.included !== false;
}
