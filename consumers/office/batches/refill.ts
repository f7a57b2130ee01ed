/** Documents of a person read again for some subscriptions only, such as those of a new version of the index. */
import { PermanentError } from "../../../shared/contracts/errors.ts";
import type { Batches } from "./mod.ts";

/** What a person without accounts, or without being here any more, is told by. */
const NOTHING_TO_READ: readonly string[] = ["nothing_to_sync", "erased"];

/**
 * Begins the batch, or goes on with the one of the same key.
 * @returns its id; `""` when there is no account to read from
 */
export async function beginRefill(
  batches: Batches,
  user_id: string,
  only: readonly string[],
  key: string,
): Promise<string> {
  const wish = {
    user_id,
    kind: "refresh",
    cause: "reindex",
    connections: [],
    resources: [],
    from: "",
    to: "",
  } as const;
  try {
    return (await batches.begin({ ...wish, key, only })).batch_id;
  } catch (error) {
    if (error instanceof PermanentError && NOTHING_TO_READ.includes(error.code)) return "";
    throw error;
  }
}
