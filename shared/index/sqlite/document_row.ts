/** A document's texts as a row, and back. */
import { z } from "zod";
import { PermanentError } from "../../contracts/errors.ts";
import { integer, type Row, text } from "../../sqlite/mod.ts";
import type { IndexDocument, StoredDocument } from "../port.ts";
import { kindOf } from "./kind.ts";
import { cleanText, cutBody, joinUnspaced, restoreBody, splitUnspaced } from "./stored_text.ts";

/** The columns of `texts` but the id. */
export interface TextColumns {
  readonly title: string;
  readonly body: string;
  readonly people: string;
  readonly authors: string;
  readonly url: string;
  readonly connection_id: string;
  readonly container: string;
  readonly data: string;
  readonly body_at: number;
}

/** What FTS5 holds the words of. */
export const INDEXED = ["title", "body", "people", "authors"] as const;

const NamedAddresses = z.array(z.tuple([z.string(), z.string()]));
type NamedAddress = readonly [name: string, address: string];

/** As JSON: the tokenizer takes its punctuation for spaces, so that the same text can be searched and read back. */
function namedAddresses(people: readonly NamedAddress[]): string {
  return splitUnspaced(JSON.stringify(people.map(([name, address]) => [cleanText(name), cleanText(address)])));
}

function readNamedAddresses(stored: string): NamedAddress[] {
  return NamedAddresses.parse(JSON.parse(joinUnspaced(stored)));
}

/** How an address stands in the column `authors`, with the quotes that tell it from a part of another. */
export function addressNeedle(address: string): string {
  return splitUnspaced(JSON.stringify(cleanText(address)));
}

/** The row of a document. */
export function toColumns(document: IndexDocument): TextColumns {
  const title = cleanText(document.title);
  const body = cleanText(document.body);
  const people = document.people.map(({ name, address }): NamedAddress => [name, address]);
  const authors = document.from.map((address): NamedAddress => [
    document.people.find((person) => person.address === address)?.name ?? "",
    address,
  ]);
  return {
    title: splitUnspaced(title),
    body: splitUnspaced(body),
    people: namedAddresses(people),
    authors: namedAddresses(authors),
    url: document.url,
    connection_id: document.connection_id,
    container: document.container,
    ...cutBody(document.data, body),
  };
}

/** The document of a row of `documents` joined with `texts`. */
export function fromRow(row: Row): StoredDocument {
  const { doc_type, provider } = kindOf(integer(row, "id"));
  const body = joinUnspaced(text(row, "body"));
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
      people: readNamedAddresses(text(row, "people")).map(([name, address]) => ({ name, address })),
      from: readNamedAddresses(text(row, "authors")).map(([, address]) => address),
      url: text(row, "url"),
      happened_at: moment(row, "happened_ms"),
      last_updated: moment(row, "updated_ms"),
      sync_timestamp: moment(row, "synced_ms"),
      data: restoreBody({ data: text(row, "data"), body_at: integer(row, "body_at") }, body),
    },
  };
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
