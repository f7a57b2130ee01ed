/** Contacts: the people of a person's mail, meetings and documents. Loaded with the first of these, or the first question. */
import type { Consumer, EventHandler } from "../registry.ts";
import type { BookIndex } from "./address_book.ts";
import type { Contacts } from "./port.ts";
import type { ContactState } from "./store.ts";

export { Contact, ContactKind, Count, Reason, SightingKind } from "./model.ts";
export type { ContactPage, Contacts, WholeContact } from "./port.ts";

/** The consumer of `contact-discovery-*`. */
export function createContactDiscovery(state: ContactState): Consumer {
  let handler: Promise<EventHandler> | null = null;
  return {
    service: "contact-discovery",
    kind: "events",
    async handle(event, document, delivery) {
      handler ??= import("./apply.ts").then(({ applyTo }) => applyTo(state));
      return await (await handler)(event, document, delivery);
    },
  };
}

/** The contacts of all people, for the routes. */
export function openContacts(state: ContactState, index: BookIndex): Contacts {
  let loaded: Promise<Contacts> | null = null;
  const opened = () => loaded ??= import("./contacts.ts").then(({ contactsOf }) => contactsOf(state, index));
  return {
    list: async (...args) => await (await opened()).list(...args),
    get: async (...args) => await (await opened()).get(...args),
    merge: async (...args) => await (await opened()).merge(...args),
    split: async (...args) => await (await opened()).split(...args),
  };
}
