/** A document's texts as a row, and back. */
import { z } from "zod";
import { PermanentError } from "../../contracts/errors.ts";
import { integer, type Row, text } from "../../sqlite/mod.ts";
import { type IndexDocument, type Mark, MARKS, type StoredDocument } from "../port.ts";
import { packFragments, unpackFragments } from "./fragment_column.ts";
import { kindOf } from "./kind.ts";
import type { WORD_COLUMNS } from "./schema.ts";
import { cleanText, cutBody, joinUnspaced, restoreBody, splitUnspaced } from "./stored_text.ts";

/** The columns of `texts` but the id. */
export interface TextColumns {
  readonly title: string;
  readonly authors: string;
  readonly recipients: string;
  readonly people: string;
  readonly details: string;
  readonly url: string;
  readonly connection_id: string;
  readonly container: string;
  readonly body_at: number;
  readonly body: string;
  readonly fragments: string;
  readonly data: string;
}

/** The texts of a row that FTS5 holds the words of. */
export type IndexedTexts = Readonly<Record<typeof WORD_COLUMNS[number], string>>;

const NamedAddresses = z.array(z.tuple([z.string(), z.string()]));
type NamedAddress = readonly [name: string, address: string];

/** As JSON: the tokenizer takes its punctuation for spaces, so that the same text can be searched and read back. */
function namedAddresses(people: readonly NamedAddress[]): string {
  return splitUnspaced(JSON.stringify(people.map(([name, address]) => [cleanText(name), cleanText(address)])));
}

function readNamedAddresses(stored: string): NamedAddress[] {
  return NamedAddresses.parse(JSON.parse(joinUnspaced(stored)));
}

/** How an address stands in the columns `authors` and `recipients`, with the quotes that tell it from a part of another. */
export function addressNeedle(address: string): string {
  return splitUnspaced(JSON.stringify(cleanText(address)));
}

/** The row of a document. */
export function toColumns(document: IndexDocument): TextColumns {
  const body = cleanText(document.body);
  const named = (addresses: readonly string[]) =>
    addresses.map((address): NamedAddress => [
      document.people.find((person) => person.address.toLowerCase() === address)?.name ?? "",
      address,
    ]);
  return {
    title: splitUnspaced(cleanText(document.title)),
    authors: namedAddresses(named(document.from)),
    recipients: namedAddresses(named(document.to)),
    people: namedAddresses(document.people.map(({ name, address }): NamedAddress => [name, address])),
    details: splitUnspaced(cleanText(document.details)),
    url: document.url,
    connection_id: document.connection_id,
    container: document.container,
    body: splitUnspaced(body),
    fragments: packFragments(document.fragments, body),
    ...cutBody(document.data, body),
  };
}

/** What FTS5 is told of a row, and told again when the row goes. */
export function indexedTexts(row: TextColumns | Row): IndexedTexts {
  const [authors, recipients] = [String(row.authors), String(row.recipients)];
  const elsewhere = new Set(
    [...readNamedAddresses(authors), ...readNamedAddresses(recipients)].map(([, address]) => address),
  );
  const others = readNamedAddresses(String(row.people)).filter(([, address]) =>
    address === "" || !elsewhere.has(address.toLowerCase())
  );
  return {
    title: String(row.title),
    body: String(row.body),
    authors,
    recipients,
    others: others.length === 0 ? "" : namedAddresses(others),
    details: String(row.details),
  };
}

/** The document of a row of `documents` joined with `texts` and `folders`. */
export function fromRow(row: Row): StoredDocument {
  const { doc_type, provider } = kindOf(integer(row, "id"));
  const body = joinUnspaced(text(row, "body"));
  const addresses = (column: string) => readNamedAddresses(text(row, column)).map(([, address]) => address);
  return {
    doc_id: text(row, "doc_id"),
    doc_type,
    revision: integer(row, "revision"),
    document: {
      provider,
      connection_id: text(row, "connection_id"),
      container: text(row, "container"),
      title: joinUnspaced(text(row, "title")),
      body,
      details: joinUnspaced(text(row, "details")),
      people: readNamedAddresses(text(row, "people")).map(([name, address]) => ({ name, address })),
      from: addresses("authors"),
      to: addresses("recipients"),
      folder: { role: text(row, "folder_role"), name: text(row, "folder_name") },
      marks: marksOf(integer(row, "marks")),
      fragments: unpackFragments(text(row, "fragments"), body)
        .map(({ previous: _previous, next: _next, ...fragment }) => fragment),
      url: text(row, "url"),
      happened_at: moment(row, "happened_ms"),
      last_updated: moment(row, "updated_ms"),
      sync_timestamp: moment(row, "synced_ms"),
      data: restoreBody({ data: text(row, "data"), body_at: integer(row, "body_at") }, body),
    },
  };
}

/** The bit of a mark. */
export function markBit(mark: Mark): number {
  return 2 ** MARKS.indexOf(mark);
}

/** Marks as the bits of an integer. */
export function markBits(marks: readonly Mark[]): number {
  return MARKS.reduce((bits, mark) => marks.includes(mark) ? bits | markBit(mark) : bits, 0);
}

function marksOf(bits: number): Mark[] {
  return MARKS.filter((mark) => (bits & markBit(mark)) !== 0);
}

/** A column of milliseconds as ISO 8601. */
export function moment(row: Row, column: string): string {
  return new Date(integer(row, column)).toISOString();
}

/** A moment of a document as milliseconds. @throws PermanentError `document_invalid` */
export function momentMs(document: IndexDocument, field: "happened_at" | "last_updated" | "sync_timestamp"): number {
  const ms = Date.parse(document[field]);
  if (Number.isNaN(ms)) throw new PermanentError("document_invalid", "must be an ISO 8601 moment", { field });
  return ms;
}
