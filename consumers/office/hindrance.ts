/** What keeps a resource from being read. */
import { TransientError } from "../../shared/contracts/errors.ts";
import type { ResourceKey } from "../../shared/contracts/ids.ts";
import type { Connection } from "../../shared/contracts/records.ts";
import { isGiven } from "./choices.ts";
import type { OfficePorts } from "./work.ts";

/** A task that meets an account that can't be read is handed back after this long, and then ever more seldom. */
const HINDERED_RETRY_MS = 10 * 60_000;

/** Why the resource can't be read; null when it can. */
export function hindranceOf(
  { providers }: OfficePorts,
  connection: Connection | null,
  { resource }: Pick<ResourceKey, "resource">,
): string | null {
  if (connection === null) return "connection_gone";
  if (connection.state !== "active") return connection.state;
  if (!isGiven(connection, resource)) return "resource_gone";
  return providers.has(connection.provider) ? null : "provider_not_configured";
}

/** Nobody else would do this task's work, so it waits for the person or the operator. */
export function notNow(hindrance: string): TransientError {
  return new TransientError(hindrance, "The account can't be read now", { retry_after_ms: HINDERED_RETRY_MS });
}
