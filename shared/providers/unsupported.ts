import { PermanentError } from "../contracts/errors.ts";
import type { ResourceName } from "../contracts/ids.ts";

/** A resource that this provider does not serve. Nobody asks for one that `resources` did not name. */
export function unsupported(provider: string, resource: ResourceName): PermanentError {
  return new PermanentError("resource_unsupported", `Cannot read ${resource} of ${provider}`);
}
