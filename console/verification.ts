/** What the last comparison with the provider found, for each connection and resource. */
import type { Schemas } from "../client/mod.ts";
import { api, ask } from "./api.ts";

type Summary = Schemas["BatchSummary"];
type Part = Schemas["Batch"]["parts"][number];

/** The parts of one connection by resource. */
export type Verified = ReadonlyMap<Part["resource"], Part>;

/** A finished batch does not change any more. */
const known = new Map<string, Promise<Schemas["Batch"]>>();
const READ_MAX = 4;

function read(batch_id: string): Promise<Schemas["Batch"]> {
  const reading = known.get(batch_id) ??
    ask(api().GET("/v1/sync/batches/{batch_id}", { params: { path: { batch_id } } }));
  known.set(batch_id, reading);
  reading.catch(() => known.delete(batch_id));
  return reading;
}

/** The newest finished verification of each connection, out of the newest batches. */
export async function latestVerification(
  batches: readonly Summary[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Verified>> {
  const verified = new Map<string, Map<Part["resource"], Part>>();
  const finished = batches.filter(({ kind, state }) => kind === "verify" && state === "finished").slice(0, READ_MAX);
  for (const { batch_id } of finished) {
    if (signal.aborted) break;
    for (const part of (await read(batch_id)).parts) {
      if (part.state !== "done") continue;
      const parts = verified.get(part.connection_id) ?? new Map();
      if (!parts.has(part.resource)) parts.set(part.resource, part);
      verified.set(part.connection_id, parts);
    }
  }
  return verified;
}
