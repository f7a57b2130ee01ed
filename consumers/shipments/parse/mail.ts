/** A mail's shipments: every parcel that it tells of, or the order when it names no parcel. Pure. */
import type { Email } from "../../../shared/contracts/documents.ts";
import type { Carrier, Expected, Observation, Status } from "../model.ts";
import type { DateSense } from "./calendar.ts";
import { carrierOfHost, carriersNamed, domainOf, timeZoneOf } from "./carriers.ts";
import { expectedOf } from "./expected.ts";
import { isOther } from "./kinds.ts";
import { languageOf, monthFirst } from "./language.ts";
import { readLinks } from "./links.ts";
import { findNumbers, type FoundNumber } from "./numbers.ts";
import { itemsOf, merchantOf, orderNumberOf } from "./order.ts";
import { pickupPlaceOf } from "./pickup.ts";
import { statusOf } from "./status.ts";
import { readStructured, type StructuredParcel } from "./structured.ts";

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

/** A mail's text is read this far: what comes later is quoted or fine print. */
const BODY_CHARS_MAX = 32_768;
/** Parcels of one mail; one with more is a list of somebody's business. */
const PARCELS_MAX = 20;
/** How sure an order is that is told of without a number of its parcel. */
const ORDER_CONFIDENCE = 0.8;

/** All that is known of a mail while it is read. */
interface Reading {
  readonly subject: string;
  readonly body: string;
  readonly sender: Carrier;
  readonly sense: DateSense;
  readonly time_zone: string;
  readonly at: string;
  readonly merchant: string;
  readonly order_number: string;
  readonly items: readonly string[];
}

/** What the mail tells of parcels. Empty for almost every mail. */
export function parseMail(mail: MailFacts): Observation[] {
  // What somebody else sends is on its way to the person; what the person writes or throws away is not.
  if (mail.draft || mail.folder_role === "sent" || mail.folder_role === "junk") return [];
  const subject = mail.title.slice(0, 500), body = mail.body.slice(0, BODY_CHARS_MAX);
  const text = `${subject}\n${body}`;
  const host = domainOf(mail.from.address);
  const sender = carrierOfHost(host);
  const structured = readStructured(mail.structured);
  const links = readLinks(mail.links, body);
  const status = statusOf(subject, body);
  const numbers = findNumbers(text, { sender, named: carriersNamed(text), links, tells: status !== null });
  const at = mail.received_at || mail.sent_at || mail.last_updated;
  const language = languageOf(text);
  const carrier = numbers[0]?.carrier ?? structured[0]?.carrier ?? sender;
  const time_zone = timeZoneOf(carrier, host);
  const reading: Reading = {
    subject,
    body,
    sender,
    at,
    time_zone,
    sense: { language, month_first: monthFirst(language, host), today: dayAt(at, time_zone) },
    merchant: merchantOf(mail.from, subject, body),
    order_number: orderNumberOf(text),
    items: itemsOf(body),
  };
  if (structured.length > 0) return ofStructured(structured, numbers, status, reading);
  if (numbers.length > 0) {
    return numbers.slice(0, PARCELS_MAX).map((found) => ofNumber(found, numbers, status, reading));
  }
  return ofOrder(status, reading, isOther(mail, text));
}

/** The day that a moment is in, in that zone. */
function dayAt(at: string, time_zone: string): string {
  if (time_zone === "") return at.slice(0, 10);
  return new Intl.DateTimeFormat("sv", { timeZone: time_zone, dateStyle: "short" }).format(Date.parse(at));
}

/** A status that nobody says: a carrier that writes has the parcel, a shop that gives a number has sent it. */
function settled(status: Status | null, from_carrier: boolean, expected: Expected | null, today: string): Status {
  if (status !== null && status !== "shipped" && status !== "ordered" && status !== "in_transit") return status;
  if (from_carrier && expected?.from.slice(0, 10) === today && expected.to.slice(0, 10) === today) {
    return "out_for_delivery";
  }
  if (from_carrier) return "in_transit";
  return status === "in_transit" ? status : "shipped";
}

function ofNumber(
  found: FoundNumber,
  all: readonly FoundNumber[],
  whole: Status | null,
  reading: Reading,
): Observation {
  const part = all.length > 1 ? partOf(found, all, reading) : null;
  const said = (part === null ? null : statusOf("", part)) ?? whole;
  const pickup_place = pickupIn(reading, said);
  const options = { place: said === "out_for_delivery" && pickup_place !== "", time_zone: reading.time_zone };
  const parts = part === null ? [reading.subject, reading.body] : [part];
  let expected = expectedOf(parts, reading.sense, said ?? "shipped", options);
  if (expected === null && part !== null && said === whole) {
    expected = expectedOf([reading.subject, reading.body], reading.sense, said ?? "shipped", options);
  }
  const person = reading.sender === "" && !reading.order_number && found.evidence.includes("label") &&
    isPerson(reading);
  return {
    ...base(reading),
    tracking_number: found.number,
    carrier: found.carrier,
    status: settled(
      said,
      reading.sender !== "" && reading.sender !== "amazon" || person,
      expected,
      reading.sense.today,
    ),
    expected,
    pickup_place,
    merchant: person ? "" : reading.merchant,
    confidence: found.confidence,
    evidence: [...found.evidence],
  };
}

/** A person's own mail that passes a number on: as good as the carrier's word. */
function isPerson({ subject }: Reading): boolean {
  return /^(?:fwd?|wg|tr|rv|doorgestuurd)\s*:/i.test(subject);
}

function ofStructured(
  parcels: readonly StructuredParcel[],
  numbers: readonly FoundNumber[],
  whole: Status | null,
  reading: Reading,
): Observation[] {
  return parcels.slice(0, PARCELS_MAX).map((parcel) => {
    const found = numbers.find(({ number }) => number === parcel.tracking_number);
    const status = graver(parcel.status, whole);
    const pickup_place = pickupIn(reading, status);
    const expected = structuredExpected(parcel) ??
      expectedOf([reading.subject, reading.body], reading.sense, status ?? "shipped", {
        place: status === "out_for_delivery" && pickup_place !== "",
        time_zone: reading.time_zone,
      });
    return {
      ...base(reading),
      tracking_number: parcel.tracking_number,
      carrier: parcel.carrier || (found?.carrier ?? ""),
      status: status ?? (parcel.tracking_number === "" ? "ordered" : "shipped"),
      expected,
      pickup_place,
      merchant: parcel.merchant || reading.merchant,
      order_number: parcel.order_number || reading.order_number,
      items: parcel.items.length > 0 ? [...parcel.items] : [...reading.items],
      confidence: parcel.tracking_number === "" ? ORDER_CONFIDENCE : Math.max(0.95, found?.confidence ?? 0),
      evidence: ["structured", ...(found?.evidence ?? [])],
    };
  });
}

/** What machines are told is often behind what people are: the further of both, and what is grave. */
function graver(structured: Status | null, said: Status | null): Status | null {
  const plain: readonly (Status | null)[] = [null, "ordered", "shipped", "in_transit"];
  if (structured === null) return said;
  if (said === null) return structured;
  return plain.indexOf(said) === -1 ||
      plain.indexOf(structured) !== -1 && plain.indexOf(said) > plain.indexOf(structured)
    ? said
    : structured;
}

function structuredExpected({ expected_from, expected_to }: StructuredParcel): Expected | null {
  const local = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/;
  const from = local.exec(expected_from), to = local.exec(expected_to);
  const day = (from ?? to)?.[1];
  if (day === undefined) return null;
  const last = to?.[1] ?? day;
  const time_zone = (to ?? from)?.[3] ?? "";
  // One end alone is "by": the day.
  if (from?.[2] !== undefined && to?.[2] !== undefined && day === last) {
    return { from: `${day}T${from[2]}`, to: `${last}T${to[2]}`, time_zone };
  }
  return { from: day, to: last, time_zone };
}

/** An order without a parcel's number: only from a shop, with its number, and of things that are sent. */
function ofOrder(status: Status | null, reading: Reading, other: boolean): Observation[] {
  const amazon = reading.sender === "amazon";
  if (status === null || other || reading.order_number === "" || reading.sender !== "" && !amazon) return [];
  const pickup_place = pickupIn(reading, status);
  const expected = expectedOf([reading.subject, reading.body], reading.sense, status, {
    place: pickup_place !== "" && status === "out_for_delivery",
    time_zone: reading.time_zone,
  });
  return [{
    ...base(reading),
    carrier: amazon && status !== "ordered" ? "amazon" : "",
    status,
    expected,
    pickup_place,
    confidence: ORDER_CONFIDENCE,
    evidence: ["order"],
  }];
}

function pickupIn({ subject, body }: Reading, status: Status | null): string {
  return status === "out_for_delivery" || status === "failed" ? pickupPlaceOf(subject, body) : "";
}

function base({ at, merchant, order_number, items }: Reading) {
  return {
    tracking_number: "",
    at,
    merchant,
    order_number,
    items: [...items],
  };
}

/** What of the text belongs to a number: from the end of the one before it to its own line's end or the next number. */
function partOf(found: FoundNumber, all: readonly FoundNumber[], { subject, body }: Reading): string | null {
  if (found.start < 0) return null;
  const text = `${subject}\n${body}`;
  const starts = all.map(({ start }) => start).filter((start) => start >= 0).sort((a, b) => a - b);
  const at = starts.indexOf(found.start);
  const before = starts[at - 1], after = starts[at + 1];
  const line = (place: number) => text.lastIndexOf("\n", place) + 1;
  const from = before === undefined ? line(found.start) : Math.max(line(found.start), before);
  const to = after === undefined ? text.length : line(after) > found.start ? line(after) : after;
  return text.slice(from, to);
}
