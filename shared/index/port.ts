/** The index: every document of a person in one search. Adapters: SQLite FTS5 and (later) Vespa. */
import type { DocType, ProviderName } from "../contracts/names.ts";

/** A document as the index keeps it. */
export interface IndexDocument {
  readonly provider: ProviderName;
  readonly connection_id: string;
  readonly container: string;
  readonly title: string;
  readonly body: string;
  /** Names and addresses of the people of the document. */
  readonly people: readonly { readonly name: string; readonly address: string }[];
  /** Addresses of the authors (sender, organiser, owner), lower-case: what `from` filters by. */
  readonly from: readonly string[];
  readonly url: string;
  /** When the document happened for its person (received, starts); ISO 8601. Search sorts and filters by it. */
  readonly happened_at: string;
  readonly last_updated: string;
  readonly sync_timestamp: string;
  /** The normalised document as JSON text, given back by `document`. */
  readonly data: string;
}

/** A write, conditional on the revision: an equal or older one is stale and changes nothing. */
export type IndexWrite =
  & { readonly user_id: string; readonly doc_type: DocType; readonly doc_id: string; readonly revision: number }
  & ({ readonly operation: "put"; readonly document: IndexDocument } | { readonly operation: "delete" });

/** One page of a search of one person's documents. */
export interface SearchQuery {
  readonly user_id: string;
  /** Words to find; `""` lists by time. Quoted phrases are kept together. Never a syntax error. */
  readonly q: string;
  readonly types: readonly DocType[];
  readonly providers: readonly ProviderName[];
  /** An address or name of an author; `""` for all. */
  readonly from: string;
  /** ISO 8601 moments, `""` when open. `after` includes, `before` does not. */
  readonly after: string;
  readonly before: string;
  readonly sort: "relevance" | "newest" | "oldest";
  /** From an earlier answer's `next_cursor`; `""` for the first page. @throws PermanentError `cursor_invalid` */
  readonly cursor: string;
  readonly limit: number;
}

/** A document that was found, as it is shown in a list. */
export interface SearchHit {
  readonly doc_id: string;
  readonly doc_type: DocType;
  readonly provider: ProviderName;
  readonly title: string;
  /** Text around the matches, HTML-escaped, matches in `<mark>`. */
  readonly snippet: string;
  readonly score: number;
  readonly url: string;
  readonly last_updated: string;
  readonly sync_timestamp: string;
  readonly fragments: readonly { readonly fragment_id: string; readonly text: string }[];
}

/** One page of hits. `next_cursor` is `""` on the last. */
export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /** Counts of the matches by value: `type`, `provider`. */
  readonly facets: Readonly<Record<string, readonly { readonly value: string; readonly count: number }[]>>;
  readonly next_cursor: string;
}

/** A document with the revision that the index holds. */
export interface StoredDocument {
  readonly doc_id: string;
  readonly doc_type: DocType;
  readonly revision: number;
  readonly document: IndexDocument;
}

/** The documents of all persons; each call reads or changes those of the person that it names, and no others. */
export interface Index {
  /** Applies each write whose revision is newer than what is there. Durable when it resolves. */
  feed(writes: readonly IndexWrite[]): Promise<readonly ("applied" | "stale")[]>;
  search(query: SearchQuery): Promise<SearchResult>;
  /** Null for unknown and for deleted ones, and for another person's. */
  document(user_id: string, doc_id: string): Promise<StoredDocument | null>;
  /** Removes everything of a person, tombstones too. */
  purge(user_id: string): Promise<void>;
  stats(user_id: string): Promise<{ readonly documents: number; readonly newest_sync: string }>;
  /** Removes tombstones older than 45 days; one bounded slice. @returns how many. */
  sweep(now_ms: number): Promise<number>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
