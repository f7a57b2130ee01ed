/** A search in a person's documents. */
import { type Database, integer, type Row, text } from "../../sqlite/mod.ts";
import type { SearchHit, SearchQuery, SearchResult } from "../port.ts";
import { bestFragments } from "../best_fragments.ts";
import { MARK_OPEN } from "../escape.ts";
import { type Position, writeCursor } from "./cursor.ts";
import { moment } from "./document_row.ts";
import { unpackFragments } from "./fragment_column.ts";
import { type Kind, kindOf, KINDS } from "./kind.ts";
import { localOf, wordsTable } from "./schema.ts";
import {
  CANDIDATES_MAX,
  firstPosition,
  type Matching,
  matching,
  type PageStart,
  pageStatement,
  SCORED_MAX,
} from "./search_statement.ts";
import { markedSnippet, OPENING_READ_CHARACTERS, openingSnippet, SNIPPET_WORDS } from "./snippet.ts";
import { joinUnspaced, MARK } from "./stored_text.ts";
import { findUser, lastLocalId } from "./users.ts";

/** Hits that are ranked one page after the other; the cursor names them all. What matches beyond comes by arrival. */
const RANKED_MAX = 400;

/** What nobody has anything to find in. */
export const NOTHING_FOUND: SearchResult = { hits: [], facets: { type: [], provider: [] }, next_cursor: "" };

/**
 * Runs a search. All reads happen in one turn, so that they see one state of the file.
 * @param hash of the query, for its cursors
 */
export function search(
  db: Database,
  query: SearchQuery,
  hash: string,
  position: Position | null,
  now_ms: number,
): SearchResult {
  const user_no = findUser(db, query.user_id);
  const found = user_no === null ? null : matching(db, user_no, query, now_ms);
  if (user_no === null || found === null) return NOTHING_FOUND;
  const last = lastLocalId(db, user_no);
  const from: PageStart = position === null
    ? firstPosition(found.score === null ? "time" : "ranked", query.sort !== "oldest", last)
    : { ...position, newest_first: query.sort !== "oldest" };
  const kinds = db.prepareOnce(found.counted).all(found.parameters);
  const total = kinds.reduce((sum, row) => sum + integer(row, "count"), 0);
  const { rows, end } = readPage(db, user_no, found, from, query, newestOf(total, last));
  return {
    hits: readHits(db, user_no, found, rows, query.explain),
    facets: facets(kinds),
    next_cursor: end === null ? "" : writeCursor(hash, end),
  };
}

/** How many of the newest documents hold about as many matches as are scored; 0 when all are scored. */
function newestOf(total: number, last: number): number {
  return total <= SCORED_MAX ? 0 : Math.ceil((last / KINDS) * CANDIDATES_MAX / total);
}

interface Page {
  readonly rows: readonly Row[];
  /** Where the next page begins; null when there is none. */
  readonly end: Position | null;
}

function readPage(
  db: Database,
  user_no: number,
  found: Matching,
  from: PageStart,
  { limit, explain }: SearchQuery,
  newest: number,
): Page {
  const read = (start: PageStart, take: number, of: number) => {
    const { sql, parameters } = pageStatement(user_no, found, start, take, of, explain);
    return db.prepareOnce(sql).all(parameters);
  };
  const rows = read(from, limit + 1, from.by === "ranked" ? newest : 0);
  if (rows.length > limit) {
    const page = rows.slice(0, limit);
    return { rows: page, end: nextPosition(user_no, from, page) };
  }
  if (from.by !== "ranked" || newest === 0) return { rows, end: null };
  // All that were scored are shown: what matches beyond them comes by arrival.
  const shown = [...from.shown, ...localIds(user_no, rows)];
  const start: PageStart = { by: "rest", shown, below: from.up_to + 1, newest_first: from.newest_first };
  const rest = read(start, limit - rows.length + 1, 0);
  const added = rest.slice(0, limit - rows.length);
  if (rest.length === added.length) return { rows: [...rows, ...added], end: null };
  return { rows: [...rows, ...added], end: added.length === 0 ? restOf(start) : nextPosition(user_no, start, added) };
}

function restOf(start: PageStart & { by: "rest" }): Position {
  return { by: "rest", shown: start.shown, below: start.below };
}

function localIds(user_no: number, rows: readonly Row[]): number[] {
  return rows.map((row) => localOf(user_no, integer(row, "id")));
}

function nextPosition(user_no: number, from: PageStart, page: readonly Row[]): Position {
  const last = page.at(-1);
  const lastId = localOf(user_no, integer(last, "id"));
  switch (from.by) {
    case "time":
      return { by: "time", ms: integer(last, "happened_ms"), id: lastId };
    case "rest":
      return { by: "rest", shown: from.shown, below: lastId };
    case "ranked": {
      const shown = [...from.shown, ...localIds(user_no, page)];
      return shown.length < RANKED_MAX
        ? { by: "ranked", shown, up_to: from.up_to }
        : { by: "rest", shown, below: from.up_to + 1 };
    }
  }
}

const HIT = `
  SELECT d.doc_id, d.happened_ms, d.updated_ms, d.synced_ms, t.title, t.url, t.fragments,
    substr(t.body, 1, ${OPENING_READ_CHARACTERS}) AS opening
  FROM documents AS d JOIN texts AS t ON t.id = d.id WHERE d.id = :id`;

function readHits(
  db: Database,
  user_no: number,
  found: Matching,
  page: readonly Row[],
  explain: boolean,
): SearchHit[] {
  const table = wordsTable(user_no);
  const cut = found.match === "" ? undefined : db.prepareOnce(`
    SELECT snippet(${table}, 1, '${MARK.open}', '${MARK.close}', '…', ${SNIPPET_WORDS}) AS snippet
    FROM ${table} WHERE ${table} MATCH :match AND rowid = CAST(:id AS INTEGER)`);
  return page.map((found_row): SearchHit => {
    const id = integer(found_row, "id");
    const row: Row = db.prepare(HIT).get({ id }) ?? {};
    const fragments = found.terms.length === 0 ? [] : hitFragments(db, id, text(row, "fragments"), found);
    const marked = fragments[0]?.text ?? markedSnippet(String(cut?.get({ match: found.match, id })?.snippet ?? ""));
    return {
      doc_id: text(row, "doc_id"),
      ...kindOf(id),
      title: joinUnspaced(text(row, "title")),
      snippet: marked.includes(MARK_OPEN) ? marked : openingSnippet(text(row, "opening")),
      score: integer(found_row, "score"),
      url: text(row, "url"),
      happened_at: moment(row, "happened_ms"),
      last_updated: moment(row, "updated_ms"),
      sync_timestamp: moment(row, "synced_ms"),
      fragments,
      ...(explain ? { explanation: explanationOf(found_row) } : {}),
    };
  });
}

/** The factors of the score. */
function explanationOf(row: Row): Readonly<Record<string, number>> {
  return { words: integer(row, "words"), place: integer(row, "place"), recency: integer(row, "recency") };
}

function hitFragments(db: Database, id: number, packed: string, found: Matching): SearchHit["fragments"] {
  if (packed === "") return [];
  const body = joinUnspaced(text(db.prepare("SELECT body FROM texts WHERE id = :id").get({ id }), "body"));
  return bestFragments(unpackFragments(packed, body), found.terms);
}

type Facet = { value: string; count: number };

function facets(rows: readonly Row[]): SearchResult["facets"] {
  function by(name: keyof Kind): Facet[] {
    const counts = new Map<string, number>();
    for (const row of rows) {
      const value = kindOf(integer(row, "kind"))[name];
      counts.set(value, (counts.get(value) ?? 0) + integer(row, "count"));
    }
    return [...counts].map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  }
  return { type: by("doc_type"), provider: by("provider") };
}
