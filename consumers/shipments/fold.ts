/** A shipment from all that its mails say: the same whatever order they came in. Pure. */
import type { Correction, HistoryEntry, Shipment, Sighting, Status } from "./model.ts";
import { CERTAIN_CONFIDENCE_MIN, SHOWN_CONFIDENCE_MIN } from "./model.ts";
import { trackingUrl } from "./parse/carriers.ts";

/** What a shipment is made of. */
export interface Parts {
  readonly shipment_id: string;
  /** What mails say of the parcel itself. */
  readonly sightings: readonly Sighting[];
  /** What mails say of the order that it belongs to, without naming a parcel. */
  readonly of_order: readonly Sighting[];
  /** The order has no other parcel: what is said of the one is said of the other. */
  readonly only_parcel: boolean;
  readonly dismissed: boolean;
  readonly correction: Correction;
}

/** How far along a status is; a parcel goes on, or stays. */
const RANK: Readonly<Record<Status, number>> = {
  ordered: 0,
  label_created: 1,
  shipped: 2,
  in_transit: 3,
  delayed: 3,
  out_for_delivery: 4,
  failed: 4,
  delivered: 5,
  returned: 6,
};

/** Corroboration never makes more than this of what mails say. */
const CONFIDENCE_MAX = 0.99;
const ITEMS_MAX = 20;

/** Null when no mail is left that tells of it. */
export function foldShipment(parts: Parts): Shipment | null {
  const { shipment_id, sightings, of_order, only_parcel, correction } = parts;
  const own = inTime(sightings);
  if (own.length === 0) return null;
  const steps = inTime([...own, ...of_order.filter(({ status }) => only_parcel || status === "ordered")]);
  const history = historyOf(steps);
  const surest = own.reduce((best, next) => next.confidence > best.confidence ? next : best);
  const last = history.findLast(({ moved }) => moved) ?? history[0];
  const status = correction.status ?? last?.status ?? surest.status;
  const over = status === "delivered" || status === "returned";
  const said = {
    carrier: surest.carrier || (steps.find(({ carrier }) => carrier !== "")?.carrier ?? ""),
    status,
    expected: over ? null : steps.findLast(({ expected }) => expected !== null)?.expected ?? null,
    merchant: firstOf(steps.map(({ merchant }) => merchant)),
    order_number: firstOf(own.map(({ order_number }) => order_number)),
  };
  const corrected = Object.keys(correction).sort();
  const shown = { ...said, ...correction };
  const confidence = corrected.length > 0 ? 1 : confidenceOf(own);
  const waits = shown.status === "out_for_delivery" || shown.status === "failed";
  return {
    shipment_id,
    tracking_number: surest.tracking_number,
    tracking_url: trackingUrl(shown.carrier, surest.tracking_number),
    ...shown,
    items: [...new Set(steps.flatMap(({ items }) => items))].slice(0, ITEMS_MAX),
    status_at: last?.at ?? surest.at,
    pickup_place: waits ? steps.findLast(({ pickup_place }) => pickup_place !== "")?.pickup_place ?? "" : "",
    confidence,
    certain: confidence >= CERTAIN_CONFIDENCE_MIN,
    first_seen_at: steps[0]?.at ?? surest.at,
    last_seen_at: steps.at(-1)?.at ?? surest.at,
    dismissed: parts.dismissed,
    corrected,
    history,
  };
}

/** By the time of what they say; two of one moment by the mail. */
function inTime(sightings: readonly Sighting[]): Sighting[] {
  return sightings.toSorted((a, b) =>
    compare(a.at, b.at) || compare(a.doc_id, b.doc_id) || RANK[a.status] - RANK[b.status]
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Each sighting in time, with whether it moved the parcel on. */
function historyOf(steps: readonly Sighting[]): HistoryEntry[] {
  const sure = steps.some(({ confidence }) => confidence >= SHOWN_CONFIDENCE_MIN);
  let current: Status | null = null;
  return steps.map(({ at, status, doc_id, confidence, evidence }) => {
    const believed = !sure || confidence >= SHOWN_CONFIDENCE_MIN;
    const moved: boolean = believed && status !== current && (current === null || goesOn(current, status));
    if (moved) current = status;
    return { at, status, doc_id, moved, confidence, evidence };
  });
}

/** Whether a parcel can come from the one to the other: never back, but out of trouble, and into it until it is over. */
function goesOn(from: Status, to: Status): boolean {
  if (from === "returned") return false;
  if (from === "delivered") return to === "returned";
  if (to === "delayed") return true;
  if (from === "delayed" || from === "failed") return RANK[to] >= RANK.in_transit;
  return RANK[to] > RANK[from] || to === "failed";
}

/** Mails that each give reason to believe a number make it surer together; numbers without context never do. */
function confidenceOf(sightings: readonly Sighting[]): number {
  const most = Math.max(...sightings.map(({ confidence }) => confidence));
  if (most < SHOWN_CONFIDENCE_MIN) return most;
  const doubt = sightings.filter(({ confidence }) => confidence >= SHOWN_CONFIDENCE_MIN)
    .reduce((left, { confidence }) => left * (1 - confidence), 1);
  return Math.max(most, Math.min(CONFIDENCE_MAX, Math.round((1 - doubt) * 100) / 100));
}

function firstOf(texts: readonly string[]): string {
  return texts.find((text) => text !== "") ?? "";
}
