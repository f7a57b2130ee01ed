/** What makes a parcel, and an order, itself, in however many mails. */
import { digest } from "../../shared/contracts/ids.ts";
import type { Observation, Sighting } from "./model.ts";

/** An observation with the mail that it came from and what it is of: a parcel by its number, or an order by its own. */
export async function sightingOf(observation: Observation, doc_id: string): Promise<Sighting> {
  const { tracking_number, carrier, merchant, order_number } = observation;
  const order_id = order_number === "" ? "" : await digest("order", bare(merchant), order_number);
  if (tracking_number === "") return { ...observation, doc_id, shipment_id: order_id, order_id: "" };
  // Mails may differ on who carries a number, and DPD prints a check character that its links leave out.
  const number = carrier === "dpd" ? tracking_number.slice(0, 14) : tracking_number;
  return { ...observation, doc_id, shipment_id: await digest("parcel", number), order_id };
}

/** A shop's name without what mails write differently. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
