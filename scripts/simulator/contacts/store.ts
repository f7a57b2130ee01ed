import { Collection, type Item } from "../collection.ts";
import type { Language } from "../content/mail.ts";

/** A place of a contact. */
export interface Place {
  readonly street: string;
  readonly city: string;
  readonly postcode: string;
  readonly country: string;
}

/** What an address book says of somebody. Absent texts are `""`. */
export interface ContactContent {
  readonly givenName: string;
  readonly familyName: string;
  readonly nickname: string;
  readonly addresses: readonly { readonly kind: "work" | "home"; readonly address: string }[];
  readonly phones: readonly { readonly kind: "work" | "home" | "mobile"; readonly number: string }[];
  readonly places: readonly (Place & { readonly kind: "work" | "home" })[];
  readonly company: string;
  readonly department: string;
  readonly jobTitle: string;
  readonly website: string;
  /** `1984-03-17`, or `""`. */
  readonly birthday: string;
  readonly labels: readonly string[];
  readonly notes: string;
  readonly language: Language;
  /** A word that nothing else contains; it stands in the notes. */
  readonly word: string;
}

export type StoredContact = Item<ContactContent>;

/** The address books of one person: containers are Graph's contact folders; Google has only the default one. */
export class ContactStore extends Collection<ContactContent> {}
