/** A document as the fields of `vespa/schemas/item.sd`, and back. */
import { z } from "zod";
import { PermanentError } from "../../contracts/errors.ts";
import { DocType, ProviderName } from "../../contracts/names.ts";
import { fold } from "../fold.ts";
import { type IndexDocument, type IndexWrite, MARKS, type StoredDocument } from "../port.ts";
import { cleanText, guarded, searchedText, shownText, unguarded } from "./text.ts";

/** The fields of a write. An empty text is the same as none for Vespa, and comes back as none. */
export type ItemFields = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Hex digits of a document's id that make its ordinal: 52 bits, which every JSON reader keeps exactly. */
const ORDINAL_DIGITS = 13;

/** A number of the document that its id gives. Of two documents with one moment the higher comes first in lists. */
export function ordinalOf(doc_id: string): number {
  return Number.parseInt(doc_id.slice(-ORDINAL_DIGITS), 16);
}

/**
 * The fields of a write.
 * @throws PermanentError `document_invalid` for a moment that is none
 */
export function toFields(write: IndexWrite, now_ms: number): ItemFields {
  const { doc_id, doc_type, revision } = write;
  const identity = { doc_id, ordinal: ordinalOf(doc_id), doc_type, revision };
  if (write.operation === "delete") {
    return { ...identity, deleted: true, deleted_at: Math.floor(now_ms / 1_000) };
  }
  const { document } = write;
  const { connection_id, container, folder, people, from, to } = document;
  return {
    ...identity,
    deleted: false,
    deleted_at: 0,
    provider: document.provider,
    happened_at: momentMs(document, "happened_at"),
    last_updated: momentMs(document, "last_updated"),
    synced_at: momentMs(document, "sync_timestamp"),
    marks: document.marks,
    folders: [folder.role, folder.name].map(foldedName).filter((name) => name !== ""),
    authors: withDomains(from),
    recipients: withDomains(to),
    title: searchedText(document.title),
    body: searchedText(document.body),
    details: searchedText(document.details),
    names: namesOf(people),
    author_names: namesOf(named(document, from)),
    recipient_names: namesOf(named(document, to)),
    url: cleanText(document.url),
    fragments: guarded(JSON.stringify(document.fragments)),
    people: guarded(JSON.stringify(people)),
    origin: guarded(JSON.stringify({ connection_id, container, folder, from, to })),
    data: guarded(document.data),
  };
}

/** A folder's role or name as it is compared. */
export function foldedName(name: string): string {
  return fold(cleanText(name).trim());
}

/** The addresses, and `@example.com` for each of their domains: both can be asked for, whole. */
function withDomains(addresses: readonly string[]): string[] {
  const clean = addresses.map(cleanText).filter((address) => address !== "");
  const domains = clean.map((address) => address.slice(address.lastIndexOf("@"))).filter((at) => at.startsWith("@"));
  return [...new Set([...clean, ...domains])];
}

function namesOf(people: IndexDocument["people"]): string {
  return searchedText(people.map(({ name, address }) => `${name} ${address}`.trim()).join("\n"));
}

function named({ people }: IndexDocument, addresses: readonly string[]): IndexDocument["people"] {
  return addresses.map((address) => ({
    name: people.find((person) => person.address.toLowerCase() === address)?.name ?? "",
    address,
  }));
}

function momentMs(document: IndexDocument, field: "happened_at" | "last_updated" | "sync_timestamp"): number {
  const ms = Date.parse(document[field]);
  if (Number.isNaN(ms)) throw new PermanentError("document_invalid", "must be an ISO 8601 moment", { field });
  return ms;
}

/** Text fields that Vespa leaves out when they are empty. */
const Text = z.string().default("");
const Moment = z.int().transform((ms) => new Date(ms).toISOString());

/** JSON in a field. */
export function jsonField<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.string().transform((text) => JSON.parse(unguarded(text)) as unknown).pipe(schema);
}

/** The field `fragments`. */
export const FragmentsField = jsonField(z.array(z.object({
  fragment_id: z.string(),
  position: z.int(),
  heading: z.string(),
  place: z.string(),
  text: z.string(),
})));

/** The field `people`. */
export const PeopleField = jsonField(z.array(z.object({ name: z.string(), address: z.string() })));

const OriginField = jsonField(z.object({
  connection_id: z.string(),
  container: z.string(),
  folder: z.object({ role: z.string(), name: z.string() }),
  from: z.array(z.string()),
  to: z.array(z.string()),
}));

/** What every item has. */
export const Held = z.object({
  revision: z.int(),
  deleted: z.boolean().default(false),
  happened_at: z.int().optional(),
});

const Living = z.object({
  doc_id: z.string(),
  doc_type: DocType,
  revision: z.int(),
  provider: ProviderName,
  title: Text.transform(shownText),
  body: Text.transform(shownText),
  details: Text.transform(shownText),
  marks: z.array(z.enum(MARKS)).default([]),
  url: Text,
  happened_at: Moment,
  last_updated: Moment,
  synced_at: Moment,
  fragments: FragmentsField,
  people: PeopleField,
  origin: OriginField,
  data: z.string().transform(unguarded),
});

/** The document of an item's fields; null for a tombstone. @throws ZodError when they are not of this schema */
export function fromFields(fields: unknown): StoredDocument | null {
  if (Held.parse(fields).deleted) return null;
  const { doc_id, doc_type, revision, origin, synced_at, ...rest } = Living.parse(fields);
  return { doc_id, doc_type, revision, document: { ...rest, ...origin, sync_timestamp: synced_at } };
}
