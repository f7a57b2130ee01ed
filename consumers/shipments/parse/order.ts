/** What a mail says of the order: its number, the shop, the things. */
import type { Person } from "../../../shared/contracts/documents.ts";
import { carrierOfHost, domainOf } from "./carriers.ts";

const ORDER_LABEL = [
  "order(?:\\s*(?:number|no\\.?|id|ref(?:erence)?)|nummer|nr\\.?|bevestiging|confirmation)?",
  "bestell(?:ung|ungs?nummer|nummer|nr\\.?|-nr\\.?)|bestellbestätigung|auftrag(?:snummer|s-nr\\.?)?",
  "commande",
  "pedido",
  "bestel(?:ling|nummer|lingnummer)",
].join("|");

/** `#4471`, `TE-2026-3381`, `112-4490817-2231455`, `W884120377`: with a digit, not a date or a price. */
const ORDER_NUMBER = "(?<number>[A-Z]{0,4}\\d[0-9A-Z]*(?:[-_/][0-9A-Z]+){0,4}|[A-Z]{1,6}(?:-[0-9A-Z]+){1,4})";
const ORDER = new RegExp(
  `(?<!\\p{L}|work |purchase |money )(?:${ORDER_LABEL})(?!\\p{L})\\s*(?:(?:number|nr\\.?|n\\.?\\s?º|n°|no\\.?|is|:|#|update:)\\s*){0,3}${ORDER_NUMBER}(?![\\p{L}])`,
  "giu",
);

/** The first order number that a text names, `""` when it names none. */
export function orderNumberOf(text: string): string {
  for (const match of text.matchAll(ORDER)) {
    const number = match.groups?.number ?? "";
    const digits = number.replace(/\D/g, "").length;
    const marked = match[0].includes("#");
    if (digits >= (marked ? 3 : 4) && number === number.toUpperCase() && !/^20\d\d-\d\d/.test(number)) {
      return number.slice(0, 64);
    }
  }
  return "";
}

/** Shops that write from many addresses, by the domain that all of them share. */
const SHOPS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\.)amazon\.[a-z.]+$/, "Amazon"],
  [/(?:^|\.)ebay\.[a-z.]+$/, "eBay"],
  [/(?:^|\.)etsy\.com$/, "Etsy"],
  [/(?:^|\.)aliexpress\.com$/, "AliExpress"],
  [/(?:^|\.)zalando\.[a-z.]+$/, "Zalando"],
];

/** How carriers name the sender. */
const NAMED_SENDER: readonly RegExp[] = [
  /^(?:from|von|de|afzender|absender|expéditeur|remitente|shipper)[ :]+(?<name>[^,\n]{2,60})/imu,
  /(?:parcel|package|item|shipment|order|delivery)(?: waiting)? from (?<name>[\p{Lu}0-9][\p{L}\p{N}&.'’ -]{1,50}?)(?= (?:is|has|was|will|on|with|to|today|tomorrow|and)(?!\p{L})|[.,\n]|$)/mu,
  /request of (?<name>[\p{Lu}0-9][\p{L}\p{N}&.'’ -]{1,50}?) to/u,
  /your (?<name>[\p{Lu}0-9][\p{L}\p{N}&.'’ ]{1,40}?) (?:parcel|package|order|delivery)(?!\p{L})/iu,
  /(?:paket|sendung|bestellung|pakket|envío \S+|colis \S+)(?: van| von| de(?: la société)?) (?<name>[\p{Lu}0-9][\p{L}\p{N}&.'’ -]{1,50}?)(?= (?:ist|wird|kommt|hat|mit|is|ontvangen|sera|est|está|y)(?!\p{L})|[.,\n]|$)/imu,
];

/** Whom the parcel comes from: the shop that writes, or the one that the carrier names; `""` when nobody is named. */
export function merchantOf(from: Person, subject: string, body: string): string {
  const host = domainOf(from.address);
  const shop = SHOPS.find(([domain]) => domain.test(host));
  if (shop !== undefined) return shop[1];
  if (carrierOfHost(host) === "") return from.name.slice(0, 200);
  for (const text of [body, subject]) {
    for (const pattern of NAMED_SENDER) {
      const name = pattern.exec(text)?.groups?.name?.trim();
      if (name !== undefined && name !== "") return name.slice(0, 200);
    }
  }
  return "";
}

/** Lines that name a thing with its count: `Aran sweater × 1`, `1 × Opal pendant light £129.00`, `Menge: 1`. */
const ITEM_LINES: readonly RegExp[] = [
  /^(?:\d{1,3} ?[×x] )(?<item>\p{L}.{2,120}?)(?:\s+[£$€]?\d+[.,]\d{2}.*)?$/u,
  /^(?<item>\p{L}.{2,120}?) [×x] ?\d{1,3}(?:\s+[£$€]?\d+[.,]\d{2}.*)?$/u,
  /^(?<item>\p{L}.{2,120}?) (?:menge|qty|quantity|cantidad|quantité|aantal):? \d{1,3}$/iu,
];

/** The things that a text lists, at most twenty. */
export function itemsOf(body: string): string[] {
  return body.split("\n").flatMap((line) => {
    for (const pattern of ITEM_LINES) {
      const item = pattern.exec(line.trim())?.groups?.item;
      if (item !== undefined) return [item.trim().slice(0, 200)];
    }
    return [];
  }).slice(0, 20);
}
