/** What a route can do with a person's contacts. */
import type { Contact, ContactKind, Reason, SightingKind } from "./model.ts";
import type { Order } from "./listing.ts";
import type { Relevance } from "./relevance.ts";
import type { DocType } from "../../shared/contracts/names.ts";

/** What a list is narrowed to, and its order. */
export interface ContactQuery {
  /** Words, each the beginning of one of the contact's, or one typing error away from it; `""` for all contacts. */
  readonly q: string;
  readonly sort: Order;
  /** Undefined for all. */
  readonly kind: ContactKind | undefined;
  /** A domain of one of the addresses, `""` for all. */
  readonly domain: string;
  /** From an earlier page, `""` for the first. */
  readonly cursor: string;
  readonly limit: number;
}

/** A contact as a list shows it. */
export interface ListedContact extends Contact {
  readonly relevance: Relevance;
}

/** One page of a list. */
export interface ContactPage {
  readonly items: readonly ListedContact[];
  /** Where the next page begins; `""` when there is none. */
  readonly next_cursor: string;
}

/** Why some of the addresses are one contact. */
export interface Merge {
  readonly reason: Reason;
  /** The name that they have in common, or the entry of the address book; `""` when the person said so. */
  readonly detail: string;
  readonly addresses: readonly string[];
}

/** A document that a contact comes up in. */
export interface TimelineEntry {
  readonly at: string;
  readonly kind: SightingKind;
  readonly doc_type: DocType;
  readonly doc_id: string;
  readonly address: string;
}

/** A contact with all that is known of it. */
export interface WholeContact extends ListedContact {
  /** The names that the newest documents give it. */
  readonly names: readonly string[];
  readonly merges: readonly Merge[];
  /** The newest first: the newest documents of each kind and address. */
  readonly timeline: readonly TimelineEntry[];
  /** Its entries in the address book. */
  readonly address_book: readonly { readonly doc_id: string; readonly name: string }[];
}

/** Both sides of a contact that was split. */
export interface SplitContact {
  readonly contact: WholeContact;
  /** The contact of the addresses that were asked for. */
  readonly split_off: WholeContact;
}

/** The contacts of all people. What is not there is null; a contact is found by the id of any of its addresses. */
export interface Contacts {
  list(user_id: string, query: ContactQuery): Promise<ContactPage>;
  get(user_id: string, contact_id: string): Promise<WholeContact | null>;
  /** Makes one of two, whatever documents say later. @throws PermanentError `contact_too_large` */
  merge(user_id: string, contact_id: string, other_id: string): Promise<WholeContact | null>;
  /** Makes these addresses a contact of their own. @throws PermanentError `addresses_invalid` */
  split(user_id: string, contact_id: string, addresses: readonly string[]): Promise<SplitContact | null>;
}
