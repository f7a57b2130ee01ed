/** Where a contact stands in the lists, and the words that it is found by. Pure. */
import { z } from "zod";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import { ContactKind, type KeptContact } from "./model.ts";
import { domainOf } from "./read/address.ts";
import { folded } from "./read/names.ts";
import { mostRelevantFirst } from "./relevance.ts";
import { newestFirst } from "./tally.ts";

/** What a list can be ordered by, with the collection of its places. */
export const ORDERS = {
  relevance: COLLECTIONS.contactsByRelevance,
  name: COLLECTIONS.contactsByName,
  recent: COLLECTIONS.contactsByTime,
} as const;
export type Order = keyof typeof ORDERS;

/** What a list is narrowed by, kept with each place. */
export const Listed = z.object({ kind: ContactKind, domains: z.array(z.string()) });
export type Listed = z.infer<typeof Listed>;

const DOMAINS_MAX = 10;
const NAME_CHARS_MAX = 80;

/** A record that follows from a contact. */
export interface Derived {
  readonly collection: string;
  readonly id: string;
  readonly value: unknown;
}

/** The id of a contact's place in a list. */
export function placeOf(order: Order, contact: KeptContact): string {
  return `${sortKey(order, contact)}|${contact.contact_id}`;
}

function sortKey(order: Order, { months, name, addresses, last_at }: KeptContact): string {
  switch (order) {
    case "relevance":
      return mostRelevantFirst(months);
    case "recent":
      return newestFirst(last_at);
    case "name":
      return folded(name || (addresses[0] ?? "")).replaceAll("|", " ").slice(0, NAME_CHARS_MAX);
  }
}

/** What a contact's place in any list says of it. */
export function listedOf({ kind, addresses }: Pick<KeptContact, "kind" | "addresses">): Listed {
  return { kind, domains: [...new Set(addresses.map(domainOf))].slice(0, DOMAINS_MAX) };
}

/** All records that follow from a contact. */
export function derivedOf(contact: KeptContact): Derived[] {
  const value = listedOf(contact);
  const orders: Order[] = ["relevance", "name", "recent"];
  return [
    ...orders.map((order) => ({ collection: ORDERS[order], id: placeOf(order, contact), value })),
    ...contact.words.map((word) => ({
      collection: COLLECTIONS.contactWords,
      id: `${word}|${contact.contact_id}`,
      value: "",
    })),
  ];
}

/** The contact that a place, or a word's record, is of. */
export function contactAt(id: string): string {
  return id.slice(id.lastIndexOf("|") + 1);
}
