/** What a mail tells machines of its parcels, together with what it tells people. */
import type { Expected, Observation, Status } from "../model.ts";
import { readings } from "./formats.ts";
import type { FoundNumber } from "./numbers.ts";
import { placeAndTime, type Reading } from "./reading.ts";
import type { StructuredParcel } from "./structured.ts";

/** How sure an order is that is told of without a number of its parcel. */
export const ORDER_CONFIDENCE = 0.8;
/** How sure a parcel is that structured data names, by whether its number is formed like one of its carrier's. */
const STRUCTURED_CONFIDENCE = { read: 0.95, unread: 0.8 } as const;

/** The observation of a parcel or an order that structured data has. */
export function ofStructured(parcel: StructuredParcel, numbers: readonly FoundNumber[], reading: Reading): Observation {
  const found = numbers.find(({ number }) => number === parcel.tracking_number);
  const status = further(parcel.status, reading.status);
  const { pickup_place, expected } = placeAndTime(reading, status);
  const { common } = reading;
  return {
    at: common.at,
    tracking_number: parcel.tracking_number,
    carrier: parcel.carrier || (found?.carrier ?? ""),
    status: status ?? (parcel.tracking_number === "" ? "ordered" : "shipped"),
    expected: arrivalOf(parcel) ?? expected,
    pickup_place,
    merchant: parcel.merchant || common.merchant,
    order_number: parcel.order_number || common.order_number,
    items: parcel.items.length > 0 ? [...parcel.items] : common.items,
    confidence: parcel.tracking_number === ""
      ? ORDER_CONFIDENCE
      : Math.max(STRUCTURED_CONFIDENCE[isRead(parcel) ? "read" : "unread"], found?.confidence ?? 0),
    evidence: ["structured", ...(found?.evidence ?? [])],
  };
}

function isRead({ tracking_number, carrier }: StructuredParcel): boolean {
  return readings(tracking_number).some((reading) => reading.carrier === carrier);
}

const PLAIN: readonly Status[] = ["ordered", "shipped", "in_transit"];

/** What machines are told is often behind what people are: the further of both, and what is grave. */
function further(structured: Status | null, said: Status | null): Status | null {
  if (structured === null || said === null) return structured ?? said;
  const told = PLAIN.indexOf(structured), heard = PLAIN.indexOf(said);
  return heard === -1 || told !== -1 && heard > told ? said : structured;
}

const LOCAL = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/;

function arrivalOf({ expected_from, expected_to }: StructuredParcel): Expected | null {
  const [, first, opens, offset = ""] = LOCAL.exec(expected_from) ?? [];
  const [, last, closes, zone = offset] = LOCAL.exec(expected_to) ?? [];
  const from = first ?? last, to = last ?? first;
  if (from === undefined || to === undefined) return null;
  // One end alone is "by": the day.
  if (opens !== undefined && closes !== undefined && from === to) {
    return { from: `${from}T${opens}`, to: `${to}T${closes}`, time_zone: zone };
  }
  return { from, to, time_zone: zone };
}
