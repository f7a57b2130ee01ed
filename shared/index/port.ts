/** The index: every document of a person in one search. Adapters: SQLite FTS5 and Vespa. */
import type { DocType, ProviderName } from "../contracts/names.ts";
import type { QueryWords } from "./query_words.ts";

/** What is said of a document by one word; `has:` and `is:` ask for it. The order is the file's: only ever appended to. */
export const MARKS = ["attachment", "unread", "flagged", "draft", "important", "done", "cancelled"] as const;
/** One of {@linkcode MARKS}. */
export type Mark = typeof MARKS[number];

/** A part of a document that can be shown and pointed at by itself. */
export interface Fragment {
  /** 32 hex digits: the same text in the same document has the same id in every version. */
  readonly fragment_id: string;
  /** From 0, in the order of reading, without gaps. */
  readonly position: number;
  /** The headings above it, outermost first, `A › B`; `""` when there are none. */
  readonly heading: string;
  /** `Slide 3`, `Sheet1!A2:F101`; `""` where places have no names. */
  readonly place: string;
  readonly text: string;
}

/** A document as the index keeps it. */
export interface IndexDocument {
  readonly provider: ProviderName;
  readonly connection_id: string;
  readonly container: string;
  readonly title: string;
  readonly body: string;
  /** More to find it by that is part of neither title nor body: a place, phone numbers, the names of attachments. */
  readonly details: string;
  /** Names and addresses of the people of the document. */
  readonly people: readonly { readonly name: string; readonly address: string }[];
  /** Addresses of the authors (sender, organiser, owner), lower-case: what `from` filters by. */
  readonly from: readonly string[];
  /** Addresses of those it was sent to or who are invited, lower-case: what `to` filters by. */
  readonly to: readonly string[];
  /** The folder, calendar or list by its name, and its role (`inbox`, `sent`, …) where it has one; else `""`. */
  readonly folder: { readonly role: string; readonly name: string };
  readonly marks: readonly Mark[];
  /** By position. Empty for what is too short to have parts. */
  readonly fragments: readonly Fragment[];
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

/**
 * What must hold for a document, or must not (`negated`).
 * `from`, `to`: an author or recipient has this address, an address at this domain (`@example.com`), or a name with
 * these words. `subject`: the title has these words, side by side when there are several. `in`: the folder has this
 * role or this name, whatever the case. `mark`: the document has it.
 */
export type Condition =
  & { readonly negated: boolean }
  & (
    | { readonly field: "from" | "to" | "subject" | "in"; readonly value: string }
    | { readonly field: "mark"; readonly value: Mark }
  );

/** What a search asks for, whatever it was typed as; `query_language.ts` makes it of a text. */
export interface Asked {
  /** What to find; without any word the documents are listed by time. */
  readonly words: QueryWords;
  /** Empty lists let everything pass. */
  readonly types: readonly DocType[];
  readonly providers: readonly ProviderName[];
  /** All of them hold. */
  readonly conditions: readonly Condition[];
  /** ISO 8601 moments, `""` when open. `after` includes, `before` does not. */
  readonly after: string;
  readonly before: string;
}

/** One page of a search of one person's documents. */
export interface SearchQuery extends Asked {
  readonly user_id: string;
  readonly sort: "relevance" | "newest" | "oldest";
  /** From an earlier answer's `next_cursor`; `""` for the first page. @throws PermanentError `cursor_invalid` */
  readonly cursor: string;
  readonly limit: number;
  /** True asks for each hit's `explanation`. */
  readonly explain: boolean;
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
  readonly happened_at: string;
  readonly last_updated: string;
  readonly sync_timestamp: string;
  /** The fragments that match best, best first, at most {@linkcode HIT_FRAGMENTS_MAX}; HTML-escaped, matches in `<mark>`. */
  readonly fragments: readonly { readonly fragment_id: string; readonly text: string }[];
  /** What the score is made of, by name; only when it was asked for. */
  readonly explanation?: Readonly<Record<string, number>>;
}

/** Fragments that a hit shows. */
export const HIT_FRAGMENTS_MAX = 3;

/** One page of hits. `next_cursor` is `""` on the last. */
export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /** Counts of all matches by value: `type`, `provider`. */
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

/** What the index holds of a document, as far as comparing it with the ledger needs. */
export interface HeldRevision {
  readonly revision: number;
  /** A tombstone. */
  readonly deleted: boolean;
  /** When the document happened, ISO 8601; `""` for a tombstone. */
  readonly happened_at: string;
}

/** A fragment with its neighbours' ids, `""` at the ends. */
export interface FragmentInPlace extends Fragment {
  readonly previous: string;
  readonly next: string;
}

/** What a person may be about to type. */
export type Suggestion =
  /** The name may be `""`. */
  | { readonly kind: "person"; readonly name: string; readonly address: string }
  /** A title without its `Re:` and `Fwd:`. */
  | { readonly kind: "subject"; readonly title: string };

/** The documents of all persons; each call reads or changes those of the person that it names, and no others. */
export interface Index {
  /** Applies each write whose revision is newer than what is there. Durable when it resolves. */
  feed(writes: readonly IndexWrite[]): Promise<readonly ("applied" | "stale")[]>;
  search(query: SearchQuery): Promise<SearchResult>;
  /** Null for unknown and for deleted ones, and for another person's. */
  document(user_id: string, doc_id: string): Promise<StoredDocument | null>;
  /** Fragments of the current version from position `from` on, at most `limit`. Null where `document` is. */
  fragments(
    user_id: string,
    doc_id: string,
    page: { readonly from: number; readonly limit: number },
  ): Promise<readonly Fragment[] | null>;
  /** Null for one that the current version of the document does not have. */
  fragment(user_id: string, doc_id: string, fragment_id: string): Promise<FragmentInPlace | null>;
  /** What is held of these documents, deleted ones too; those that it knows nothing of are left out. */
  revisions(user_id: string, doc_ids: readonly string[]): Promise<ReadonlyMap<string, HeldRevision>>;
  /**
   * People whose name or address, and titles of which a word, begins with `text` (its last word; the others match
   * whole), people first, those with the most documents first. Nobody and nothing that no living document has.
   */
  suggest(user_id: string, text: string, limit: number): Promise<readonly Suggestion[]>;
  /**
   * Everybody who has documents here, page by page; somebody may be named on several pages.
   * @param cursor `""` for the first page, then the answer's `next_cursor` until that is `""`
   */
  people(cursor: string): Promise<{ readonly users: readonly string[]; readonly next_cursor: string }>;
  /** Removes everything of a person, tombstones too. */
  purge(user_id: string): Promise<void>;
  stats(user_id: string): Promise<{ readonly documents: number; readonly newest_sync: string }>;
  /** Removes tombstones older than 45 days; one bounded slice. @returns how many. */
  sweep(now_ms: number): Promise<number>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
