import { ChangeLog } from "./change_log.ts";

/** Alias names by which Graph finds the folders that every mailbox has. */
export const WELL_KNOWN = [
  "inbox",
  "drafts",
  "sentitems",
  "deleteditems",
  "junkemail",
  "outbox",
  "archive",
] as const;

export type WellKnown = typeof WELL_KNOWN[number];

/** Display names of the well-known folders by language. */
export const FOLDER_NAMES: Readonly<Record<"en" | "de" | "fr" | "nl", Readonly<Record<WellKnown, string>>>> = {
  en: {
    inbox: "Inbox",
    drafts: "Drafts",
    sentitems: "Sent Items",
    deleteditems: "Deleted Items",
    junkemail: "Junk Email",
    outbox: "Outbox",
    archive: "Archive",
  },
  de: {
    inbox: "Posteingang",
    drafts: "Entwürfe",
    sentitems: "Gesendete Elemente",
    deleteditems: "Gelöschte Elemente",
    junkemail: "Junk-E-Mail",
    outbox: "Postausgang",
    archive: "Archiv",
  },
  fr: {
    inbox: "Boîte de réception",
    drafts: "Brouillons",
    sentitems: "Éléments envoyés",
    deleteditems: "Éléments supprimés",
    junkemail: "Courrier indésirable",
    outbox: "Boîte d'envoi",
    archive: "Archive",
  },
  nl: {
    inbox: "Postvak IN",
    drafts: "Concepten",
    sentitems: "Verzonden items",
    deleteditems: "Verwijderde items",
    junkemail: "Ongewenste e-mail",
    outbox: "Postvak UIT",
    archive: "Archiveren",
  },
};

/** Names of the further folders a mailbox may have, as people give them. */
const OWN_NAMES = ["Projekte", "Invoices", "Voyages", "Family", "Newsletter", "Lieferungen", "Équipe", "Receipts"];

/** A folder of a Microsoft mailbox. */
export interface Folder {
  readonly number: number;
  readonly id: string;
  /** Undefined for the folders that the person made. */
  readonly alias: WellKnown | undefined;
  name: string;
  /** Undefined: directly below the root. */
  readonly parent: Folder | undefined;
  readonly log: ChangeLog;
  total: number;
  unread: number;
  gone: boolean;
  /** The next delta of this folder answers that nothing has changed, whatever has. */
  quietOnce: boolean;
}

/** Name of the further folder `index`; after the list is used up, with a number. */
export function ownFolderName(index: number): string {
  const name = OWN_NAMES[index % OWN_NAMES.length] ?? "Folder";
  const round = Math.floor(index / OWN_NAMES.length);
  return round === 0 ? name : `${name} ${round + 1}`;
}
