/** A person's shipments, for reading and for setting right. */
import type { State } from "../../shared/state/port.ts";
import type { Carrier, Correction, Shipment, Status } from "./model.ts";
import { ShipmentStore } from "./store.ts";

/** What a list is narrowed to. */
export interface ShipmentQuery {
  /** Undefined for all. */
  readonly status: Status | undefined;
  readonly carrier: Carrier | undefined;
  /** True for the dismissed alone, false for the others. */
  readonly dismissed: boolean;
  readonly min_confidence: number;
  /** From an earlier page, `""` for the first. */
  readonly cursor: string;
  readonly limit: number;
}

/** One page of a list. */
export interface ShipmentPage {
  readonly items: readonly Shipment[];
  /** Where the next page begins; `""` when there is none. */
  readonly next_cursor: string;
}

/** What a route can do with a person's shipments. What is not there is null. */
export interface Shipments {
  /** The newest first. */
  list(user_id: string, query: ShipmentQuery): Promise<ShipmentPage>;
  get(user_id: string, shipment_id: string): Promise<Shipment | null>;
  /** Sets fields right for good; a field that is null is taken from the mails again. */
  correct(user_id: string, shipment_id: string, changes: CorrectionChanges): Promise<Shipment | null>;
  /** Takes a shipment from the list for good, or puts it back. */
  dismiss(user_id: string, shipment_id: string, dismissed: boolean): Promise<Shipment | null>;
}

/** Fields to set, and with null those to take from the mails again. */
export type CorrectionChanges = { readonly [K in keyof Correction]?: Correction[K] | null };

/** How many places a list looks through for a page: a filter that matches little must not read everything. */
const LOOKED_AT_MAX = 1_000;

/** Opens the shipments of all people. */
export function shipmentsOf(state: Pick<State, "records" | "micros">): Shipments {
  const storeOf = (user_id: string) => new ShipmentStore(state, user_id);
  return {
    list: (user_id, query) => listed(storeOf(user_id), query),
    get: (user_id, shipment_id) => storeOf(user_id).get(shipment_id),
    correct: (user_id, shipment_id, changes) =>
      storeOf(user_id).decide(shipment_id, ({ correction, ...decision }) => ({
        ...decision,
        correction: corrected(correction, changes),
      })),
    dismiss: (user_id, shipment_id, dismissed) =>
      storeOf(user_id).decide(shipment_id, (decision) => ({ ...decision, dismissed })),
  };
}

async function listed(store: ShipmentStore, query: ShipmentQuery): Promise<ShipmentPage> {
  const items: Shipment[] = [];
  let after = query.cursor;
  for (let looked = 0; looked < LOOKED_AT_MAX;) {
    const places = await store.list(after, query.limit);
    looked += places.length;
    for (const { id, listed } of places) {
      after = id;
      if (query.status !== undefined && listed.status !== query.status) continue;
      if (query.carrier !== undefined && listed.carrier !== query.carrier) continue;
      if (listed.dismissed !== query.dismissed || listed.confidence < query.min_confidence) continue;
      const shipment = await store.get(id.slice(id.indexOf("|") + 1));
      if (shipment !== null) items.push(shipment);
      if (items.length === query.limit) return { items, next_cursor: after };
    }
    if (places.length < query.limit) return { items, next_cursor: "" };
  }
  return { items, next_cursor: after };
}

function corrected(former: Correction, changes: CorrectionChanges): Correction {
  const next: Record<string, unknown> = { ...former, ...changes };
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== null && value !== undefined));
}
