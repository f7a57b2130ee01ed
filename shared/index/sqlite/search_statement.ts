/** The statement of a search: which documents match, the best of them, and how many there are of each kind. */
import type { SQLOutputValue } from "../../sqlite/mod.ts";
import type { SearchQuery } from "../port.ts";
import { queryWords, type Term } from "../query_words.ts";
import type { Position } from "./cursor.ts";
import { addressNeedle } from "./document_row.ts";
import { matchExpressions } from "./match_expression.ts";
import { rowId, wordsTable } from "./schema.ts";

/** How much a match counts in title, body, people and authors; the last are among the people already. */
const COLUMN_WEIGHTS = "8.0, 1.0, 3.0, 0.0";

/**
 * A match of today counts twice one of years ago, one that is this far away one and a half times. The distance counts in
 * both directions, so that what lies in a far future does not win.
 */
const RECENCY_MS = 30 * 24 * 60 * 60 * 1_000;

/** Beyond all moments that a Date can hold. */
const TIME_MS_MAX = 8.64e15;

/** What a search looks for. */
export interface Matching {
  /** The FTS5 expression, `""` when documents are listed. */
  readonly match: string;
  /** True when the query has words to be relevant to. */
  readonly ranked: boolean;
  /** SQL without its end: a `WITH` that holds the matches as `matches`. */
  readonly sql: string;
  readonly parameters: Readonly<Record<string, SQLOutputValue>>;
}

/** The authors' words, and the address that one of them must have. */
function author(from: string): { readonly terms: readonly Term[]; readonly needle: string } {
  const text = from.trim();
  if (!text.includes("@")) return { terms: queryWords(text).wanted, needle: "" };
  const needle = addressNeedle(text.toLowerCase());
  // A domain alone, `@example.com`, is the end of an address.
  return { terms: [{ text, prefix: false }], needle: text.startsWith("@") ? needle.slice(1) : needle };
}

/** What a query looks for among a person's documents; null when nothing can match. */
export function matching(user_no: number, query: SearchQuery, now_ms: number): Matching | null {
  const words = queryWords(query.q);
  const { terms, needle } = author(query.from);
  if (words.unfindable || (terms.length === 0 && query.from.trim() !== "")) return null;
  const { match, exclude } = matchExpressions(words, terms);
  const table = wordsTable(user_no);
  const ranked = words.wanted.length > 0 && query.sort === "relevance";
  const score = `-bm25(${table}, ${COLUMN_WEIGHTS}) * (1.0 + 1.0 / (1.0 + abs(d.happened_ms - :now_ms) / :recency_ms))`;
  const conditions = ["d.user_no = :user_no", "d.deleted_at_ms = 0"];
  const parameters: Record<string, SQLOutputValue> = { user_no };
  function where(condition: string, values: Readonly<Record<string, SQLOutputValue>>): void {
    conditions.push(condition);
    Object.assign(parameters, values);
  }
  if (ranked) Object.assign(parameters, { now_ms, recency_ms: RECENCY_MS });
  if (match !== "") where(`${table} MATCH :match`, { match });
  if (exclude !== "") where(`d.id NOT IN (SELECT rowid FROM ${table} WHERE ${table} MATCH :exclude)`, { exclude });
  if (needle !== "") where("instr((SELECT authors FROM texts WHERE id = d.id), :needle) > 0", { needle });
  if (query.types.length > 0) where(oneOf("d.doc_type", ":types"), { types: JSON.stringify(query.types) });
  if (query.providers.length > 0) {
    where(oneOf("d.provider", ":providers"), { providers: JSON.stringify(query.providers) });
  }
  if (query.after !== "") where("d.happened_ms >= :after_ms", { after_ms: Date.parse(query.after) });
  if (query.before !== "") where("d.happened_ms < :before_ms", { before_ms: Date.parse(query.before) });
  // CROSS JOIN holds SQLite to this order: the other one would probe FTS5 once for each document.
  const source = match === "" ? "documents AS d" : `${table} CROSS JOIN documents AS d ON d.id = ${table}.rowid`;
  const sql = `
    WITH matches AS MATERIALIZED (
      SELECT d.id, d.doc_type, d.provider, d.happened_ms, ${ranked ? score : "0.0"} AS score
      FROM ${source} WHERE ${conditions.join(" AND ")}
    )`;
  return { match, ranked, sql, parameters };
}

function oneOf(column: string, list: string): string {
  return `${column} IN (SELECT value FROM json_each(${list}))`;
}

/** A statement and what is bound to it. */
export interface Statement {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, SQLOutputValue>>;
}

/**
 * Reads a page and the counts in one pass over the matches: rows of kind `hit` in their order (id, happened_ms, score)
 * and rows of kind `count` (doc_type, provider, count).
 */
export function pageStatement(user_no: number, found: Matching, from: PageStart, take: number): Statement {
  const page = pageOf(user_no, from);
  return {
    sql: `${found.sql}
      SELECT * FROM (
        SELECT 'hit' AS kind, id, happened_ms, score, '' AS doc_type, '' AS provider, 0 AS count
        FROM matches WHERE ${page.where} ORDER BY ${page.order} LIMIT CAST(:take AS INTEGER)
      )
      UNION ALL
      SELECT 'count', 0, 0, 0.0, doc_type, provider, count(*) FROM matches GROUP BY doc_type, provider`,
    parameters: { ...found.parameters, ...page.parameters, take },
  };
}

/** Where a page begins, in which order. */
export type PageStart = Position & { readonly newest_first: boolean };

/** The position before the first page. */
export function firstPosition(by: "time" | "ranked", newest_first: boolean, up_to: number): PageStart {
  if (by === "ranked") return { by, shown: [], up_to, newest_first };
  return { by, ms: newest_first ? TIME_MS_MAX : -TIME_MS_MAX, seq: newest_first ? up_to + 1 : 0, newest_first };
}

function pageOf(
  user_no: number,
  from: PageStart,
): { where: string; order: string; parameters: Matching["parameters"] } {
  const shown = "id NOT IN (SELECT value FROM json_each(:shown))";
  switch (from.by) {
    case "time": {
      const [than, way] = from.newest_first ? ["<", "DESC"] : [">", "ASC"];
      return {
        where: `(happened_ms, id) ${than} (:ms, :id)`,
        order: `happened_ms ${way}, id ${way}`,
        parameters: { ms: from.ms, id: rowId(user_no, from.seq) },
      };
    }
    case "ranked":
      return {
        where: `id <= :up_to AND ${shown}`,
        order: "score DESC, id DESC",
        parameters: { up_to: rowId(user_no, from.up_to), shown: idList(user_no, from.shown) },
      };
    case "rest":
      return {
        where: `id < :below AND ${shown}`,
        order: "id DESC",
        parameters: { below: rowId(user_no, from.below), shown: idList(user_no, from.shown) },
      };
  }
}

function idList(user_no: number, seqs: readonly number[]): string {
  return JSON.stringify(seqs.map((seq) => rowId(user_no, seq)));
}
