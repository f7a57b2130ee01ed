/** A mail while it is read: what holds for every parcel in it. */
import type { Email } from "../../../shared/contracts/documents.ts";
import type { Carrier, Expected, Observation, Status } from "../model.ts";
import type { DateSense } from "./calendar.ts";
import { clockOf, timeZoneOf } from "./carriers.ts";
import { expectedOf } from "./expected.ts";
import { languageOf, monthFirst } from "./language.ts";
import { itemsOf, merchantOf } from "./order.ts";
import { pickupPlaceOf } from "./pickup.ts";

/** What of a mail is looked at. */
export type MailFacts = Pick<
  Email,
  | "from"
  | "title"
  | "body"
  | "links"
  | "structured"
  | "list_id"
  | "received_at"
  | "sent_at"
  | "last_updated"
  | "folder_role"
  | "draft"
>;

/** What holds for all that a mail says. */
export interface Reading {
  readonly subject: string;
  readonly body: string;
  /** The carrier that writes, `""` for anybody else. */
  readonly sender: Carrier;
  readonly order_number: string;
  /** What the mail as a whole says has happened; null: nothing. */
  readonly status: Status | null;
  readonly sense: DateSense;
  readonly time_zone: string;
  readonly common: Pick<Observation, "at" | "merchant" | "order_number" | "items">;
}

/** Reads what holds for the whole mail. `carrier`: whose parcels it tells of, as far as is known. */
export function readingOf(
  mail: MailFacts,
  known: Pick<Reading, "subject" | "body" | "sender" | "order_number" | "status">,
  { carrier, host }: { readonly carrier: Carrier; readonly host: string },
): Reading {
  const { subject, body, order_number } = known;
  const at = mail.received_at || mail.sent_at || mail.last_updated;
  const language = languageOf(`${subject}\n${body}`, host);
  const time_zone = timeZoneOf(carrier, host);
  return {
    ...known,
    time_zone,
    sense: {
      language,
      month_first: monthFirst(language, host),
      today: dayAt(at, time_zone || clockOf(carrier, host, language)),
    },
    common: { at, merchant: merchantOf(mail.from, subject, body), order_number, items: itemsOf(body) },
  };
}

/** The day that a moment is in, in that zone. */
function dayAt(at: string, time_zone: string): string {
  return new Intl.DateTimeFormat("sv", { timeZone: time_zone, dateStyle: "short" }).format(Date.parse(at));
}

/** Where a parcel of that status waits and when it is to come, as the mail or a part of it says. */
export function placeAndTime(
  { subject, body, sense, time_zone }: Reading,
  status: Status | null,
  parts: readonly string[] = [subject, body],
): { readonly pickup_place: string; readonly expected: Expected | null } {
  const pickup_place = status === "out_for_delivery" || status === "failed" ? pickupPlaceOf(subject, body) : "";
  const place = status === "out_for_delivery" && pickup_place !== "";
  return { pickup_place, expected: expectedOf(parts, sense, status ?? "shipped", { place, time_zone }) };
}
