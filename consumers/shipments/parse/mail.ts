/** A mail's shipments: every parcel that it tells of, or the order when it names no parcel. Pure. */
import { type Expected, type Observation, SHOWN_CONFIDENCE_MIN, type Status } from "../model.ts";
import { candidates } from "./candidates.ts";
import { carrierOfHost, carriersNamed, domainOf } from "./carriers.ts";
import { isOther } from "./kinds.ts";
import { readLinks } from "./links.ts";
import { findNumbers, type FoundNumber } from "./numbers.ts";
import { orderNumberOf } from "./order.ts";
import { type MailFacts, placeAndTime, type Reading, readingOf } from "./reading.ts";
import { statusOf } from "./status.ts";
import { readStructured, type StructuredParcel } from "./structured.ts";
import { ofStructured, ORDER_CONFIDENCE } from "./structured_parcels.ts";

/** A mail's text is read this far: what comes later is quoted or fine print. */
const BODY_CHARS_MAX = 32_768;
const SUBJECT_CHARS_MAX = 500;
/** Parcels of one mail; one with more is a list of somebody's business. */
const PARCELS_MAX = 20;

/** What the mail tells of parcels. Empty for almost every mail. */
export function parseMail(mail: MailFacts): Observation[] {
  // What somebody else sends is on its way to the person; what the person writes or throws away is not.
  if (mail.draft || mail.folder_role === "sent" || mail.folder_role === "junk") return [];
  const subject = mail.title.slice(0, SUBJECT_CHARS_MAX), body = mail.body.slice(0, BODY_CHARS_MAX);
  const text = `${subject}\n${body}`;
  const structured = readStructured(mail.structured).slice(0, PARCELS_MAX);
  const links = readLinks(mail.links, body);
  const places = candidates(text);
  const order_number = orderNumberOf(text);
  // Most mails end here: nothing in them has a number of any kind.
  if (structured.length + links.numbers.length + places.length === 0 && order_number === "") return [];

  const host = domainOf(mail.from.address);
  const sender = carrierOfHost(host);
  const status = statusOf(subject, body);
  const around = { sender, named: carriersNamed(text), links, tells: status !== null };
  const numbers = findNumbers(text, places, around).slice(0, PARCELS_MAX);
  const carrier = numbers[0]?.carrier ?? structured[0]?.carrier ?? sender;
  const reading = readingOf(mail, { subject, body, sender, order_number, status }, { carrier, host });
  const parcels = structured.filter(({ tracking_number }) => tracking_number !== "")
    .map((parcel) => ofStructured(parcel, numbers, reading));
  const others = numbers.filter(({ number }) => !parcels.some(({ tracking_number }) => tracking_number === number));
  const [order] = structured;
  const known = order === undefined ? reading : ofTheOrder(reading, order);
  const observations = [...parcels, ...others.map((found) => ofNumber(found, numbers, known))];
  // A number that only looks like a parcel's does not stand for the order.
  const sure = observations.some(({ confidence }) => confidence >= SHOWN_CONFIDENCE_MIN);
  if (!sure && !isOther(mail, text)) {
    observations.push(
      ...(order === undefined ? ofOrder(reading) : structured.map((each) => ofStructured(each, [], reading))),
    );
  }
  return observations.slice(0, PARCELS_MAX);
}

/** What the shop tells machines of the order is better known than what its text seems to say. */
function ofTheOrder(reading: Reading, { merchant, order_number, items }: StructuredParcel): Reading {
  const { common } = reading;
  return {
    ...reading,
    common: {
      ...common,
      merchant: merchant || common.merchant,
      order_number: order_number || common.order_number,
      items: items.length > 0 ? [...items] : common.items,
    },
  };
}

function ofNumber(found: FoundNumber, all: readonly FoundNumber[], reading: Reading): Observation {
  const part = all.length > 1 ? partOf(found, all, reading) : null;
  const own = part === null ? null : statusOf("", part);
  const said = own ?? reading.status;
  const whole = placeAndTime(reading, said);
  const expected = part === null ? whole.expected : placeAndTime(reading, said, [part]).expected ??
    // What is said of all parcels holds for one of which nothing else is.
    (own === null || own === reading.status ? whole.expected : null);
  const passed_on = isPassedOn(found, reading);
  return {
    ...reading.common,
    order_number: found.confidence < SHOWN_CONFIDENCE_MIN ? "" : reading.common.order_number,
    tracking_number: found.number,
    carrier: found.carrier,
    status: settled(said, isCarriers(reading) || passed_on, expected, reading.sense.today),
    expected,
    pickup_place: whole.pickup_place,
    merchant: passed_on ? "" : reading.common.merchant,
    confidence: found.confidence,
    evidence: [...found.evidence],
  };
}

/** Amazon is a shop that carries. */
function isCarriers({ sender }: Reading): boolean {
  return sender !== "" && sender !== "amazon";
}

/** A person's own mail that passes a number on: as good as the carrier's word, and no shop's. */
function isPassedOn({ evidence }: FoundNumber, { subject, sender, order_number }: Reading): boolean {
  return sender === "" && order_number === "" && evidence.includes("label") &&
    /^(?:fwd?|wg|tr|rv|doorgestuurd)\s*:/i.test(subject);
}

/** What nobody says: a carrier that writes has the parcel, a shop that gives a number has sent it. */
function settled(status: Status | null, from_carrier: boolean, expected: Expected | null, today: string): Status {
  const plain = status === null || status === "shipped" || status === "ordered" || status === "in_transit";
  if (!plain) return status;
  if (!from_carrier) return status === "in_transit" ? status : "shipped";
  const comes_today = expected !== null && [expected.from, expected.to].every((time) => time.startsWith(today));
  return comes_today ? "out_for_delivery" : "in_transit";
}

/** An order without a parcel's number: from a shop, with its own number, and with something that happened to it. */
function ofOrder(reading: Reading): Observation[] {
  const { status, order_number, sender, common } = reading;
  if (status === null || order_number === "" || isCarriers(reading)) return [];
  return [{
    ...common,
    ...placeAndTime(reading, status),
    tracking_number: "",
    carrier: sender !== "" && status !== "ordered" ? sender : "",
    status,
    confidence: ORDER_CONFIDENCE,
    evidence: ["order"],
  }];
}

/** What of the text belongs to a number: its line and what follows, up to the next number's line. */
function partOf(found: FoundNumber, all: readonly FoundNumber[], { subject, body }: Reading): string | null {
  if (found.start < 0) return null;
  const text = `${subject}\n${body}`;
  const starts = all.map(({ start }) => start).filter((start) => start >= 0).sort((a, b) => a - b);
  const at = starts.indexOf(found.start);
  const before = starts[at - 1], after = starts[at + 1];
  const line = (place: number) => text.lastIndexOf("\n", place) + 1;
  const from = Math.max(line(found.start), before ?? 0);
  const to = after === undefined ? text.length : line(after) > found.start ? line(after) : after;
  return text.slice(from, to);
}
