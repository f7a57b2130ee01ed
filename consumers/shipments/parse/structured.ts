/** What a mail says of its parcels for machines: schema.org's `ParcelDelivery` and `Order`, however they are nested. */
import { z } from "zod";
import type { Carrier, Status } from "../model.ts";
import { carrierNamed } from "./carriers.ts";

/** One parcel, or an order whose parcels are not named. */
export interface StructuredParcel {
  readonly tracking_number: string;
  readonly carrier: Carrier;
  readonly status: Status | null;
  /** As it is written, with its offset; `""` when absent. */
  readonly expected_from: string;
  readonly expected_to: string;
  readonly merchant: string;
  readonly order_number: string;
  readonly items: readonly string[];
}

const Thing = z.record(z.string(), z.unknown());
type Thing = z.infer<typeof Thing>;

/** schema.org/OrderStatus, by the last part of its address. */
const STATUSES: Readonly<Record<string, Status>> = {
  orderprocessing: "ordered",
  orderpaymentdue: "ordered",
  orderintransit: "in_transit",
  orderpickupavailable: "out_for_delivery",
  orderdelivered: "delivered",
  orderproblem: "delayed",
  orderreturned: "returned",
};

/** Things nested deeper, or more of them, are not looked at. */
const DEPTH_MAX = 8;
const THINGS_MAX = 200;

/** Reads the texts; one that is no JSON says nothing. */
export function readStructured(texts: readonly string[]): StructuredParcel[] {
  const things: Thing[] = [];
  for (const text of texts) collect(jsonOf(text), 0, things);
  const deliveries = things.filter((thing) => isA(thing, "ParcelDelivery"));
  const orders = things.filter((thing) => isA(thing, "Order"));
  const parcels = deliveries.map((delivery) => parcelOf(delivery, orderOf(delivery, orders)));
  if (parcels.length > 0) return parcels;
  return orders.filter((order) => textOf(order.orderNumber) !== "").map((order) => parcelOf({}, order));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function collect(value: unknown, depth: number, into: Thing[]): void {
  if (depth > DEPTH_MAX || into.length >= THINGS_MAX || typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) into.push(Thing.parse(value));
  for (const inner of Object.values(value)) collect(inner, depth + 1, into);
}

function isA(thing: Thing, type: string): boolean {
  return [thing["@type"]].flat().some((named) => lastPart(named) === type.toLowerCase());
}

function orderOf(delivery: Thing, orders: readonly Thing[]): Thing {
  const own = Thing.safeParse([delivery.partOfOrder].flat()[0]);
  return own.success ? own.data : orders.length === 1 ? orders[0] ?? {} : {};
}

function parcelOf(delivery: Thing, order: Thing): StructuredParcel {
  const carrier = nameOf(delivery.carrier) || nameOf(delivery.provider);
  const status = [delivery.deliveryStatus, order.orderStatus].map((value) => STATUSES[lastPart(value)]);
  return {
    tracking_number: numberOf(textOf(delivery.trackingNumber)),
    carrier: carrierNamed(carrier),
    status: status.find((found) => found !== undefined) ?? null,
    expected_from: textOf(delivery.expectedArrivalFrom),
    expected_to: textOf(delivery.expectedArrivalUntil),
    merchant: (nameOf(order.merchant) || nameOf(order.seller)).slice(0, 200),
    order_number: textOf(order.orderNumber).slice(0, 64),
    items: [delivery.itemShipped, order.acceptedOffer, order.orderedItem].flat().map(itemOf)
      .filter((name) => name !== "").slice(0, 20),
  };
}

/** `""` for what stands there when there is no number yet. */
function numberOf(text: string): string {
  const number = text.toUpperCase().replace(/[^0-9A-Z]/g, "");
  return number.length <= 40 && /(?:\d.*){6}/.test(number) ? number : "";
}

/** The name of what is shipped or offered. */
function itemOf(value: unknown): string {
  const thing = Thing.safeParse(value);
  if (!thing.success) return "";
  return (nameOf(thing.data.itemOffered) || nameOf(thing.data.orderedItem) || nameOf(value)).slice(0, 200);
}

function nameOf(value: unknown): string {
  if (typeof value === "string") return value;
  const thing = Thing.safeParse([value].flat()[0]);
  return thing.success ? textOf(thing.data.name) : "";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";
}

/** `OrderInTransit` of `http://schema.org/OrderInTransit`, lower-case. */
function lastPart(value: unknown): string {
  return typeof value === "string" ? value.slice(value.lastIndexOf("/") + 1).toLowerCase() : "";
}
