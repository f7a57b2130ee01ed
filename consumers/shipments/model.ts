/** What a shipment is made of: what one mail says of a parcel, what the person decided, and what comes of both. */
import { z } from "zod";
import { Moment } from "../../shared/contracts/event.ts";
import { DocId } from "../../shared/contracts/ids.ts";

/** Who carries a parcel. `s10` is a post that is known by its country alone, `""` nobody knows. */
export const Carrier = z.enum([
  "ups",
  "fedex",
  "usps",
  "dhl",
  "amazon",
  "royal_mail",
  "dpd",
  "gls",
  "evri",
  "hermes",
  "postnl",
  "canada_post",
  "australia_post",
  "la_poste",
  "japan_post",
  "s10",
  "",
]);
export type Carrier = z.infer<typeof Carrier>;

/** How far a parcel is. A parcel that waits at a pickup place is `out_for_delivery`: it can be had. */
export const Status = z.enum([
  "ordered",
  "label_created",
  "shipped",
  "in_transit",
  "out_for_delivery",
  "delivered",
  "delayed",
  "failed",
  "returned",
]);
export type Status = z.infer<typeof Status>;

/** A day, or a day and a time, as a clock at the destination shows it. */
const LocalTime = z.string().regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?$/, "must be like 2026-03-04 or 2026-03-04T11:30");

/** When a parcel is to come: a day, some days (`to` is later), or a window of time. */
export const Expected = z.object({
  from: LocalTime,
  to: LocalTime,
  /** IANA name or offset of the destination's time, `""` when the mail does not tell. */
  time_zone: z.string().max(64),
});
export type Expected = z.infer<typeof Expected>;

/** A shipment is shown by default from this confidence on. */
export const SHOWN_CONFIDENCE_MIN = 0.5;

/** From here on it is shown as certain. A number without anything beside it that says what it is never comes near. */
export const CERTAIN_CONFIDENCE_MIN = 0.9;

/** What one mail says of one parcel, or of an order whose parcels it does not name. */
export const Observation = z.object({
  /** Letters and digits only; `""` when the mail has none. */
  tracking_number: z.string().max(40),
  carrier: Carrier,
  status: Status,
  /** When the mail was received: the time that its evidence is of. */
  at: Moment,
  expected: Expected.nullable(),
  pickup_place: z.string().max(200),
  merchant: z.string().max(200),
  order_number: z.string().max(64),
  items: z.array(z.string().max(200)).max(20),
  /** 0 to 1: how sure it is that this is a parcel of the person with that number and carrier. */
  confidence: z.number().min(0).max(1),
  /** What that rests on, such as `check_digit` and `carrier_link`. */
  evidence: z.array(z.string().max(32)).max(16),
});
export type Observation = z.infer<typeof Observation>;

/** An observation, kept with the mail that it came from and what it is of. */
export const Sighting = Observation.extend({
  doc_id: DocId,
  shipment_id: DocId,
  /** The order that the parcel belongs to; `""` when the mail names none, or is of the order itself. */
  order_id: z.union([DocId, z.literal("")]),
});
export type Sighting = z.infer<typeof Sighting>;

/** What the person set right; a field that is absent is as the mails say. Holds against later mails too. */
export const Correction = z.strictObject({
  carrier: Carrier.exactOptional(),
  status: Status.exactOptional(),
  expected: Expected.exactOptional(),
  merchant: z.string().max(200).exactOptional(),
  order_number: z.string().max(64).exactOptional(),
});
export type Correction = z.infer<typeof Correction>;

/** What the person decided about a shipment. A parcel of a dismissed order is dismissed unless its own says otherwise. */
export const Decision = z.object({ dismissed: z.boolean().exactOptional(), correction: Correction });
export type Decision = z.infer<typeof Decision>;

/** A step in a parcel's way, with the mail that tells of it. `moved`: whether the status became this. */
export const HistoryEntry = z.object({
  at: Moment,
  status: Status,
  doc_id: DocId,
  moved: z.boolean(),
  confidence: z.number(),
  evidence: z.array(z.string()),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;

/** A parcel, or an order of which no parcel is known yet, as all its mails together tell it. */
export const Shipment = z.object({
  shipment_id: DocId,
  tracking_number: z.string(),
  carrier: Carrier,
  /** The carrier's own page for the number, `""` when there is none. Never taken from a mail. */
  tracking_url: z.string(),
  merchant: z.string(),
  order_number: z.string(),
  items: z.array(z.string()),
  status: Status,
  /** When the status became what it is. */
  status_at: Moment,
  expected: Expected.nullable(),
  pickup_place: z.string(),
  confidence: z.number(),
  certain: z.boolean(),
  first_seen_at: Moment,
  last_seen_at: Moment,
  dismissed: z.boolean(),
  /** The fields that the person set. */
  corrected: z.array(z.string()),
  history: z.array(HistoryEntry),
});
export type Shipment = z.infer<typeof Shipment>;
