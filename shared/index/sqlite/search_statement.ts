/** The statements of a search: the best of the documents that match, and how many there are of each kind. */
import type { SQLOutputValue } from "../../sqlite/mod.ts";
import type { SearchQuery } from "../port.ts";
import { queryWords, type Term } from "../query_words.ts";
import type { Position } from "./cursor.ts";
import { addressNeedle } from "./document_row.ts";
import { matchExpressions } from "./match_expression.ts";
import { kindNumbers, KINDS } from "./kind.ts";
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
  /** SQL of each match's score; `""` when there are no words to be relevant to, or another order is asked for. */
  readonly score: string;
  /** SQL from FROM on. */
  readonly source: string;
  /** SQL that counts the matches of each kind: kind, count. */
  readonly counted: string;
  readonly parameters: Parameters;
}

/** What is bound to a statement, by name. */
export type Parameters = Readonly<Record<string, SQLOutputValue>>;

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
  const id = match === "" ? "d.id" : `${table}.rowid`;
  const parameters: Record<string, SQLOutputValue> = {};
  function bind(condition: string, values: Parameters): string {
    Object.assign(parameters, values);
    return condition;
  }
  const word: string[] = [];
  if (match !== "") word.push(bind(`${table} MATCH :match`, { match }));
  if (exclude !== "") {
    word.push(bind(`${id} NOT IN (SELECT rowid FROM ${table} WHERE ${table} MATCH :exclude)`, { exclude }));
  }
  if (needle !== "") word.push(bind(`instr((SELECT authors FROM texts WHERE id = ${id}), :needle) > 0`, { needle }));
  if (query.types.length + query.providers.length > 0) {
    word.push(`${id} % ${KINDS} IN (${kindNumbers(query.types, query.providers).join(", ")})`);
  }
  const row = [`d.user_no = ${user_no}`, "d.deleted_at_ms = 0"];
  if (query.after !== "") row.push(bind("d.happened_ms >= :after_ms", { after_ms: Date.parse(query.after) }));
  if (query.before !== "") row.push(bind("d.happened_ms < :before_ms", { before_ms: Date.parse(query.before) }));
  // CROSS JOIN holds SQLite to this order: the other one would probe FTS5 once for each document.
  const tables = match === "" ? "documents AS d" : `${table} CROSS JOIN documents AS d ON d.id = ${id}`;
  const source = `FROM ${tables} WHERE ${[...word, ...row].join(" AND ")}`;
  // A person's table of words holds what lives and is theirs, and nothing else.
  const wordsSay = match !== "" && query.after === "" && query.before === "";
  const ranked = words.wanted.length > 0 && query.sort === "relevance";
  return {
    match,
    score: ranked ? scoreOf(table, now_ms) : "",
    source,
    counted: `SELECT ${id} % ${KINDS} AS kind, count(*) AS count ${
      wordsSay ? `FROM ${table} WHERE ${word.join(" AND ")}` : source
    } GROUP BY 1`,
    parameters,
  };
}

function scoreOf(table: string, now_ms: number): string {
  const nearness = `1.0 / (1.0 + abs(d.happened_ms - ${Math.round(now_ms)}) / ${RECENCY_MS}.0)`;
  return `-bm25(${table}, ${COLUMN_WEIGHTS}) * (1.0 + ${nearness})`;
}

/** A statement and what is bound to it. */
export interface Statement {
  readonly sql: string;
  readonly parameters: Parameters;
}

/** Reads the matches of a page in their order: id, happened_ms, score. */
export function pageStatement(user_no: number, found: Matching, from: PageStart, take: number): Statement {
  const { condition, order, parameters } = pageOf(user_no, from);
  return {
    sql: `SELECT d.id, d.happened_ms, ${found.score === "" ? "0.0" : found.score} AS score
      ${found.source} AND ${condition} ORDER BY ${order} LIMIT CAST(:take AS INTEGER)`,
    parameters: { ...found.parameters, ...parameters, take },
  };
}

/** Where a page begins, in which order. */
export type PageStart = Position & { readonly newest_first: boolean };

/** The position before the first page. */
export function firstPosition(by: "time" | "ranked", newest_first: boolean, up_to: number): PageStart {
  if (by === "ranked") return { by, shown: [], up_to, newest_first };
  return { by, ms: newest_first ? TIME_MS_MAX : -TIME_MS_MAX, id: newest_first ? up_to + 1 : 0, newest_first };
}

function pageOf(
  user_no: number,
  from: PageStart,
): { condition: string; order: string; parameters: Parameters } {
  const shown = "d.id NOT IN (SELECT value FROM json_each(:shown))";
  switch (from.by) {
    case "time": {
      const [than, way] = from.newest_first ? ["<", "DESC"] : [">", "ASC"];
      return {
        condition: `(d.happened_ms, d.id) ${than} (:ms, :id)`,
        order: `d.happened_ms ${way}, d.id ${way}`,
        parameters: { ms: from.ms, id: rowId(user_no, from.id) },
      };
    }
    case "ranked":
      return {
        condition: `d.id <= :up_to AND ${shown}`,
        order: "score DESC, d.id DESC",
        parameters: { up_to: rowId(user_no, from.up_to), shown: idList(user_no, from.shown) },
      };
    case "rest":
      return {
        condition: `d.id < :below AND ${shown}`,
        order: "d.id DESC",
        parameters: { below: rowId(user_no, from.below), shown: idList(user_no, from.shown) },
      };
  }
}

function idList(user_no: number, shown: readonly number[]): string {
  return JSON.stringify(shown.map((local) => rowId(user_no, local)));
}
