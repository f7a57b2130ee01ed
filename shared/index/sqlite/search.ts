/** A search in a person's documents. */
import { setImmediate } from "node:timers";
import { type Database, integer, type Row, type StatementSync, text } from "../../sqlite/mod.ts";
import type { SearchHit, SearchQuery, SearchResult } from "../port.ts";
import { bestFragments, mentionsAny } from "../best_fragments.ts";
import { MARK_OPEN } from "../escape.ts";
import { type Position, writeCursor } from "./cursor.ts";
import { moment } from "./document_row.ts";
import { unpackFragments } from "./fragment_column.ts";
import { type Kind, kindOf, KINDS } from "./kind.ts";
import { localOf, rowId, rowIds, wordsTable } from "./schema.ts";
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

/** Longer bodies are left to FTS5, UTF-16 units. */
const LOOKED_THROUGH_MAX = 64 * 1024;

/** What nobody has anything to find in. */
export const NOTHING_FOUND: SearchResult = { hits: [], facets: { type: [], provider: [] }, next_cursor: "" };

/** Documents whose matches are counted in one turn of the event loop: some 10 ms when all of them match. */
export const COUNTED_IN_TURN = 25_000;

/** What a search is made of, for one person. */
interface Plan {
  readonly user_no: number;
  readonly found: Matching;
  /** The number that none of the person's documents exceeds. */
  readonly last: number;
}

/** What a search reads from, and how much of it in one turn. */
export interface SearchSource {
  readonly read: <T>(reading: (db: Database) => T) => T;
  /** Documents whose matches are counted in one turn. */
  readonly counted_in_turn: number;
}

/**
 * Runs a search. What a page shows is read in one turn, so that it is of one state of the file; the matches of a person
 * with very many documents are counted before that in several, so that nobody else waits for them.
 * @param hash of the query, for its cursors
 */
export async function search(
  { read, counted_in_turn }: SearchSource,
  query: SearchQuery,
  hash: string,
  position: Position | null,
  now_ms: number,
): Promise<SearchResult> {
  const plan = read((db) => planOf(db, query, now_ms));
  if (plan === null) return NOTHING_FOUND;
  const counts = new Map<number, number>();
  const { first } = rowIds(plan.user_no);
  const end = rowId(plan.user_no, plan.last + 1);
  const step = read((db) => countsInTurns(db, plan, counted_in_turn)) ? counted_in_turn * KINDS : end - first;
  for (let from = first; from < end; from += step) {
    if (from > first) await turn();
    // Erased meanwhile: the tables are going.
    if (read((db) => findUser(db, query.user_id)) !== plan.user_no) return NOTHING_FOUND;
    read((db) => count(db, plan.found, { from, until: Math.min(end, from + step) }, counts));
  }
  return read((db) => pageOf(db, query, hash, position, plan, counts));
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function planOf(db: Database, query: SearchQuery, now_ms: number): Plan | null {
  const user_no = findUser(db, query.user_id);
  const found = user_no === null ? null : matching(db, user_no, query, now_ms);
  return user_no === null || found === null ? null : { user_no, found, last: lastLocalId(db, user_no) };
}

/** Whether the matches are too many to count in one turn. */
function countsInTurns(db: Database, { found, last }: Plan, most: number): boolean {
  if (last < most * KINDS) return false;
  return db.prepareRecent(found.exceeds).get({ ...found.parameters, most }) !== undefined;
}

/** Adds the matches among some rows to the counts of their kinds. */
function count(
  db: Database,
  { counted, parameters }: Matching,
  range: { readonly from: number; readonly until: number },
  counts: Map<number, number>,
): void {
  for (const row of db.prepareRecent(counted).all({ ...parameters, ...range })) {
    const kind = integer(row, "kind");
    counts.set(kind, (counts.get(kind) ?? 0) + integer(row, "count"));
  }
}

function pageOf(
  db: Database,
  query: SearchQuery,
  hash: string,
  position: Position | null,
  { user_no, found, last }: Plan,
  counts: ReadonlyMap<number, number>,
): SearchResult {
  const from: PageStart = position === null
    ? firstPosition(found.score === null ? "time" : "ranked", query.sort !== "oldest", last)
    : { ...position, newest_first: query.sort !== "oldest" };
  const total = [...counts.values()].reduce((sum, one) => sum + one, 0);
  const { rows, end } = readPage(db, user_no, found, from, query, newestOf(total, last));
  return {
    hits: readHits(db, user_no, found, rows, query.explain),
    facets: facets(counts),
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
    return db.prepareRecent(sql).all(parameters);
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

/** Of a document with fragments the whole body, of which they are places; of another one its beginning. */
const HIT = `
  SELECT d.doc_id, d.happened_ms, d.updated_ms, d.synced_ms, t.title, t.url, t.fragments,
    CASE WHEN t.fragments = '' THEN substr(t.body, 1, ${OPENING_READ_CHARACTERS}) ELSE t.body END AS body
  FROM documents AS d JOIN texts AS t ON t.id = d.id WHERE d.id = :id`;

function readHits(
  db: Database,
  user_no: number,
  found: Matching,
  page: readonly Row[],
  explain: boolean,
): SearchHit[] {
  const cut = snippetsOf(db, user_no, found);
  return page.map((match): SearchHit => {
    const id = integer(match, "id");
    const row: Row = db.prepare(HIT).get({ id }) ?? {};
    const body = text(row, "body"), packed = text(row, "fragments");
    const fragments = found.terms.length === 0 ? [] : hitFragments(packed, body, found);
    const marked = fragments[0]?.text ?? (isElsewhere(packed, body, found) ? "" : cut(id));
    return {
      doc_id: text(row, "doc_id"),
      ...kindOf(id),
      title: joinUnspaced(text(row, "title")),
      snippet: marked.includes(MARK_OPEN) ? marked : openingSnippet(body.slice(0, OPENING_READ_CHARACTERS)),
      score: integer(match, "score"),
      url: text(row, "url"),
      happened_at: moment(row, "happened_ms"),
      last_updated: moment(row, "updated_ms"),
      sync_timestamp: moment(row, "synced_ms"),
      fragments,
      ...(explain ? { explanation: explanationOf(match) } : {}),
    };
  });
}

/**
 * Whether the matches are surely in title or people: FTS5 takes ten times as long to find nothing to cut out of a body.
 */
function isElsewhere(packed: string, body: string, { terms }: Matching): boolean {
  return packed !== "" && body.length <= LOOKED_THROUGH_MAX && !mentionsAny(joinUnspaced(body), terms);
}

/** Cuts the text around the matches out of bodies without fragments. */
function snippetsOf(db: Database, user_no: number, { match }: Matching): (id: number) => string {
  const table = wordsTable(user_no);
  let statement: StatementSync | undefined;
  return (id) => {
    if (match === "") return "";
    statement ??= db.prepareRecent(`
      SELECT snippet(${table}, 1, '${MARK.open}', '${MARK.close}', '…', ${SNIPPET_WORDS}) AS snippet
      FROM ${table} WHERE ${table} MATCH :match AND rowid = CAST(:id AS INTEGER)`);
    return markedSnippet(String(statement.get({ match, id })?.snippet ?? ""));
  };
}

/** The factors of the score. */
function explanationOf(row: Row): Readonly<Record<string, number>> {
  return { words: integer(row, "words"), place: integer(row, "place"), recency: integer(row, "recency") };
}

function hitFragments(packed: string, body: string, found: Matching): SearchHit["fragments"] {
  return packed === "" ? [] : bestFragments(unpackFragments(packed, joinUnspaced(body)), found.terms);
}

type Facet = { value: string; count: number };

function facets(kinds: ReadonlyMap<number, number>): SearchResult["facets"] {
  function by(name: keyof Kind): Facet[] {
    const counts = new Map<string, number>();
    for (const [kind, count] of kinds) {
      const value = kindOf(kind)[name];
      counts.set(value, (counts.get(value) ?? 0) + count);
    }
    return [...counts].map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  }
  return { type: by("doc_type"), provider: by("provider") };
}
