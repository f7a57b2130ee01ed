/** Documents and queries for the tests of the index. */
import type { Condition, Fragment, IndexDocument, IndexWrite, SearchQuery } from "../../shared/index/port.ts";
import { queryWords } from "../../shared/index/query_words.ts";

/** A document id from a number. */
export function docIdOf(number: number): string {
  return number.toString(16).padStart(32, "0");
}

/** The number of {@linkcode docIdOf}. */
export function numberOf(doc_id: string): number {
  return Number.parseInt(doc_id, 16);
}

/** A mail of ada's with what the test is about. */
export function indexDocument(over: Partial<IndexDocument> = {}): IndexDocument {
  const document = {
    provider: "microsoft" as const,
    connection_id: "con-1",
    container: "inbox",
    title: "",
    body: "",
    details: "",
    people: [],
    from: [],
    to: [],
    folder: { role: "", name: "" },
    marks: [],
    fragments: [],
    url: "https://mail.example/1",
    happened_at: "2026-03-01T12:00:00.000Z",
    last_updated: "2026-03-01T12:00:01.000Z",
    sync_timestamp: "2026-03-01T12:00:02.000Z",
    ...over,
  };
  return { ...document, data: over.data ?? JSON.stringify({ title: document.title, body: document.body, n: 1 }) };
}

/** What a {@linkcode put} may differ in. */
export interface PutOptions extends Partial<IndexDocument> {
  readonly user_id?: string;
  readonly doc_type?: IndexWrite["doc_type"];
  readonly revision?: number;
}

/** A write of a document, by default ada's mail at revision 1. */
export function put(number: number, options: PutOptions = {}): IndexWrite {
  const { user_id = "ada", doc_type = "email", revision = 1, ...over } = options;
  return { user_id, doc_type, doc_id: docIdOf(number), revision, operation: "put", document: indexDocument(over) };
}

/** A write of a tombstone. */
export function removal(number: number, revision: number, user_id = "ada"): IndexWrite {
  return { user_id, doc_type: "email", doc_id: docIdOf(number), revision, operation: "delete" };
}

/** Fragments of these texts in their order. */
export function fragmentsOf(...texts: readonly string[]): Fragment[] {
  return texts.map((text, position) => ({
    fragment_id: docIdOf(0xf000 + position),
    position,
    heading: "",
    place: "",
    text,
  }));
}

/** A condition that must hold, or with `negated` must not. */
export function condition(field: "from" | "to" | "subject" | "in", value: string, negated = false): Condition {
  return { field, value, negated };
}

/** A query of ada's. */
export function query(q: string, over: Partial<SearchQuery> = {}): SearchQuery {
  return {
    user_id: "ada",
    words: queryWords(q),
    types: [],
    providers: [],
    conditions: [],
    after: "",
    before: "",
    sort: "relevance",
    cursor: "",
    limit: 20,
    explain: false,
    ...over,
  };
}
