/** What a mail's event does to its person's shipments. */
import { PermanentError } from "../../shared/contracts/errors.ts";
import type { State } from "../../shared/state/port.ts";
import type { EventHandler } from "../registry.ts";
import { sightingOf } from "./identity.ts";
import { parseMail } from "./parse/mod.ts";
import { ShipmentStore } from "./store.ts";

/** Handles one event of a mail: whatever order they come in, the newest revision counts. */
export function applyTo(state: Pick<State, "records" | "micros">): EventHandler {
  return async ({ user_id, doc_id, operation, revision }, document, { signal }) => {
    const store = new ShipmentStore(state, user_id);
    if (operation === "delete") return await store.contribute(doc_id, revision, [], signal);
    if (document?.doc_type !== "email") throw new PermanentError("document_missing", "The event carries no mail");
    const sightings = await Promise.all(parseMail(document).map((observation) => sightingOf(observation, doc_id)));
    // Two readings of one parcel in one mail: the surer one is it.
    const surest = new Map(
      sightings.toSorted((a, b) => a.confidence - b.confidence).map((sighting) => [sighting.shipment_id, sighting]),
    );
    return await store.contribute(doc_id, revision, [...surest.values()], signal);
  };
}
