/** What a mail's event does to its person's shipments. */
import type { Email } from "../../shared/contracts/documents.ts";
import { PermanentError } from "../../shared/contracts/errors.ts";
import type { State } from "../../shared/state/port.ts";
import { OneAtATime } from "../contributions/mod.ts";
import type { EventHandler } from "../registry.ts";
import { sightingOf } from "./identity.ts";
import type { Sighting } from "./model.ts";
import { parseMail } from "./parse/mod.ts";
import { ShipmentStore } from "./store.ts";

/** Handles one event of a mail: whatever order they come in, the newest revision counts. */
export function applyTo(state: Pick<State, "records" | "micros">): EventHandler {
  const turns = new OneAtATime();
  return async ({ user_id, doc_id, operation, revision }, document, { signal }) => {
    const store = new ShipmentStore(state, user_id);
    if (operation === "delete") return await store.contribute({ doc_id, revision, read: () => NOTHING }, turns, signal);
    if (document?.doc_type !== "email") throw new PermanentError("document_missing", "The event carries no mail");
    return await store.contribute({ doc_id, revision, read: () => sightingsIn(document, doc_id) }, turns, signal);
  };
}

const NOTHING: Promise<readonly Sighting[]> = Promise.resolve([]);

/** Of two readings of one parcel in one mail the surer one is it. */
async function sightingsIn(mail: Email, doc_id: string): Promise<Sighting[]> {
  const sightings = await Promise.all(parseMail(mail).map((observation) => sightingOf(observation, doc_id)));
  const surest = new Map<string, Sighting>();
  for (const sighting of sightings) {
    const former = surest.get(sighting.shipment_id);
    if (former === undefined || former.confidence < sighting.confidence) surest.set(sighting.shipment_id, sighting);
  }
  return [...surest.values()];
}
