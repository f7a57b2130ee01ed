/** A search in a person's documents. */
import { type Database, integer, type Row, text } from "../../sqlite/mod.ts";
import type { SearchHit, SearchQuery, SearchResult } from "../port.ts";
import { type Position, writeCursor } from "./cursor.ts";
import { moment } from "./document_row.ts";
import { type Kind, kindOf } from "./kind.ts";
import { localOf, wordsTable } from "./schema.ts";
import { firstPosition, type Matching, matching, type PageStart, pageStatement } from "./search_statement.ts";
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
  const found = user_no === null ? null : matching(user_no, query, now_ms);
  if (user_no === null || found === null) return NOTHING_FOUND;
  const newest_first = query.sort !== "oldest";
  const from: PageStart = position === null
    ? firstPosition(found.score === "" ? "time" : "ranked", newest_first, lastLocalId(db, user_no))
    : { ...position, newest_first };
  const { sql, parameters } = pageStatement(user_no, found, from, query.limit + 1);
  const hits = db.prepareOnce(sql).all(parameters);
  const page = hits.slice(0, query.limit);
  const last = page.at(-1);
  const more = hits.length > page.length && last !== undefined;
  return {
    hits: readHits(db, user_no, found, page),
    facets: facets(db.prepareOnce(found.counted).all(found.parameters)),
    next_cursor: more ? writeCursor(hash, nextPosition(user_no, from, page, last)) : "",
  };
}

function nextPosition(user_no: number, from: PageStart, page: readonly Row[], last: Row): Position {
  const lastId = localOf(user_no, integer(last, "id"));
  switch (from.by) {
    case "time":
      return { by: "time", ms: integer(last, "happened_ms"), id: lastId };
    case "rest":
      return { by: "rest", shown: from.shown, below: lastId };
    case "ranked": {
      const shown = [...from.shown, ...page.map((row) => localOf(user_no, integer(row, "id")))];
      return shown.length < RANKED_MAX
        ? { by: "ranked", shown, up_to: from.up_to }
        : { by: "rest", shown, below: from.up_to + 1 };
    }
  }
}

const HIT = `
  SELECT d.doc_id, d.updated_ms, d.synced_ms, t.title, t.url,
    substr(t.body, 1, ${OPENING_READ_CHARACTERS}) AS opening
  FROM documents AS d JOIN texts AS t ON t.id = d.id WHERE d.id = :id`;

function readHits(db: Database, user_no: number, found: Matching, page: readonly Row[]): SearchHit[] {
  const table = wordsTable(user_no);
  const cut = found.match === "" ? undefined : db.prepareOnce(`
    SELECT snippet(${table}, 1, '${MARK.open}', '${MARK.close}', '…', ${SNIPPET_WORDS}) AS snippet
    FROM ${table} WHERE ${table} MATCH :match AND rowid = CAST(:id AS INTEGER)`);
  return page.map((found_row): SearchHit => {
    const id = integer(found_row, "id");
    const row: Row = db.prepare(HIT).get({ id }) ?? {};
    const marked = markedSnippet(String(cut?.get({ match: found.match, id })?.snippet ?? ""));
    return {
      doc_id: text(row, "doc_id"),
      ...kindOf(id),
      title: joinUnspaced(text(row, "title")),
      snippet: marked.includes("<mark>") ? marked : openingSnippet(text(row, "opening")),
      score: integer(found_row, "score"),
      url: text(row, "url"),
      last_updated: moment(row, "updated_ms"),
      sync_timestamp: moment(row, "synced_ms"),
      fragments: [],
    };
  });
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
