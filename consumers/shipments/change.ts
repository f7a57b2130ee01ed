/**
 * One change of a person's shipments, and what follows from it. Whatever changes shipments checks and writes one
 * record, the fence, so that none is folded from its mails while somebody else adds one.
 */
import { z } from "zod";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import { newestFirst } from "../../shared/state/newest_first.ts";
import type { RecordOp, Records, StoredRecord } from "../../shared/state/port.ts";
import { foldShipment } from "./fold.ts";
import { Carrier, Decision, Shipment, Sighting, Status } from "./model.ts";

/** A shipment as it was last folded, and what the person decided; null while no mail tells of it but through its parcels. */
export const StoredShipment = z.object({ shipment: Shipment.nullable(), decision: Decision });
export type StoredShipment = z.infer<typeof StoredShipment>;

/** What a list is narrowed by, kept with each shipment's place in it. */
export const ListedShipment = z.object({
  status: Status,
  carrier: Carrier,
  confidence: z.number(),
  dismissed: z.boolean(),
});
export type ListedShipment = z.infer<typeof ListedShipment>;

/** Not an id that a shipment can have. */
const FENCE = "fence";
/** Sightings of one shipment, and parcels of one order, that are looked at: the first by their ids. */
const SIGHTINGS_MAX = 500;
const UNDECIDED: Decision = { correction: {} };
const NOTHING: StoredShipment = { shipment: null, decision: UNDECIDED };

export class Change {
  readonly #records: Records;
  /** The fence's version before anything else was read. */
  readonly #fence: number;
  readonly #ops: RecordOp[] = [];
  /** What the mail's records will be, by id; null for those that go. */
  readonly #sightings = new Map<string, Sighting | null>();
  readonly #links = new Map<string, "" | null>();

  private constructor(records: Records, fence: number) {
    this.#records = records;
    this.#fence = fence;
  }

  static async begin(records: Records): Promise<Change> {
    return new Change(records, (await records.get(COLLECTIONS.shipments, FENCE))?.version ?? 0);
  }

  /** Takes a mail's former sightings out and puts its new ones in, and folds all that they are of. */
  async replace(
    doc_id: string,
    former: readonly Pick<Sighting, "shipment_id" | "order_id">[],
    now: readonly Sighting[],
  ): Promise<void> {
    for (const { shipment_id, order_id } of former) {
      this.#sightings.set(`${shipment_id}|${doc_id}`, null);
      if (order_id !== "") this.#links.set(`${order_id}|${shipment_id}|${doc_id}`, null);
    }
    for (const sighting of now) {
      this.#sightings.set(`${sighting.shipment_id}|${doc_id}`, sighting);
      if (sighting.order_id !== "") this.#links.set(`${sighting.order_id}|${sighting.shipment_id}|${doc_id}`, "");
    }
    this.#write(COLLECTIONS.shipmentSightings, this.#sightings);
    this.#write(COLLECTIONS.shipmentOrders, this.#links);
    const touched = new Set<string>();
    for (const { shipment_id, order_id } of [...former, ...now]) {
      const order = order_id || shipment_id;
      for (const id of [shipment_id, order, ...await this.#parcelsOf(order)]) touched.add(id);
    }
    for (const id of touched) await this.#refold(id, await this.#stored(id));
  }

  /** Folds a shipment anew, by another decision. @returns null when there is none */
  async decide(shipment_id: string, decided: (former: Decision) => Decision): Promise<Shipment | null> {
    const stored = await this.#stored(shipment_id);
    if (stored.shipment === null) return null;
    return await this.#refold(shipment_id, stored, decided(stored.decision));
  }

  /** All that is to be written, behind the fence; empty when nothing is. */
  ops(): RecordOp[] {
    if (this.#ops.length === 0) return [];
    return [
      { op: "check", collection: COLLECTIONS.shipments, id: FENCE, version: this.#fence },
      { op: "put", collection: COLLECTIONS.shipments, id: FENCE, value: "" },
      ...this.#ops,
    ];
  }

  #write(collection: string, entries: ReadonlyMap<string, unknown>): void {
    for (const [id, value] of entries) {
      this.#ops.push(value === null ? { op: "delete", collection, id } : { op: "put", collection, id, value });
    }
  }

  async #stored(id: string): Promise<StoredShipment> {
    const record = await this.#records.get(COLLECTIONS.shipments, id);
    return record === null ? NOTHING : StoredShipment.parse(record.value);
  }

  async #refold(id: string, former: StoredShipment, decision = former.decision): Promise<Shipment | null> {
    const shipment = await this.#fold(id, decision);
    if (former.shipment !== null) {
      this.#ops.push({ op: "delete", collection: COLLECTIONS.shipmentsByTime, id: placeOf(former.shipment) });
    }
    if (shipment !== null) {
      const value: ListedShipment = ListedShipment.parse(shipment);
      this.#ops.push({ op: "put", collection: COLLECTIONS.shipmentsByTime, id: placeOf(shipment), value });
    }
    const stored: StoredShipment = { shipment, decision };
    // A decision outlives its mails: the next one about the parcel meets it.
    const kept = shipment !== null || decision.dismissed !== undefined || Object.keys(decision.correction).length > 0;
    this.#ops.push(
      kept
        ? { op: "put", collection: COLLECTIONS.shipments, id, value: stored }
        : { op: "delete", collection: COLLECTIONS.shipments, id },
    );
    return shipment;
  }

  async #fold(id: string, decision: Decision): Promise<Shipment | null> {
    const sightings = await this.#sightingsOf(id);
    // An order whose parcels are known is shown as them.
    if ((await this.#parcelsOf(id)).length > 0) return null;
    const of_order: Sighting[] = [];
    let only_parcel = true, dismissed = decision.dismissed;
    for (const order of new Set(sightings.map(({ order_id }) => order_id).filter((order) => order !== ""))) {
      of_order.push(...await this.#sightingsOf(order));
      only_parcel &&= (await this.#parcelsOf(order)).length === 1;
      dismissed ??= (await this.#stored(order)).decision.dismissed;
    }
    return foldShipment({
      shipment_id: id,
      sightings,
      of_order,
      only_parcel,
      dismissed: dismissed ?? false,
      correction: decision.correction,
    });
  }

  async #sightingsOf(id: string): Promise<Sighting[]> {
    const stored = await this.#under(COLLECTIONS.shipmentSightings, id, this.#sightings.size);
    const entries = new Map<string, Sighting | null>(stored.map((record) => [record.id, Sighting.parse(record.value)]));
    for (const [key, sighting] of this.#sightings) if (key.startsWith(`${id}|`)) entries.set(key, sighting);
    return [...entries].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([, sighting]) => sighting ?? [])
      .slice(0, SIGHTINGS_MAX);
  }

  /** The parcels of which a mail says that they belong to the order. */
  async #parcelsOf(order_id: string): Promise<string[]> {
    const stored = await this.#under(COLLECTIONS.shipmentOrders, order_id, this.#links.size);
    const links = new Map<string, "" | null>(stored.map((record) => [record.id, ""]));
    for (const [key, linked] of this.#links) if (key.startsWith(`${order_id}|`)) links.set(key, linked);
    const parcels = [...links].flatMap(([key, linked]) => linked === null ? [] : [key.split("|")[1] ?? ""]);
    return [...new Set(parcels)].sort().slice(0, SIGHTINGS_MAX);
  }

  /** The records whose ids begin with that one, with room for those that this change takes away. */
  #under(collection: string, id: string, more: number): Promise<readonly StoredRecord[]> {
    // `}` is the character behind `|`.
    return this.#records.list(collection, { after: `${id}|`, before: `${id}}`, limit: SIGHTINGS_MAX + more });
  }
}

/** Where a shipment stands in the list. */
export function placeOf({ last_seen_at, shipment_id }: Pick<Shipment, "last_seen_at" | "shipment_id">): string {
  return `${newestFirst(Date.parse(last_seen_at))}|${shipment_id}`;
}
