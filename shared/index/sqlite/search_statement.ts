/** The statements of a search: the best of the documents that match, and how many there are of each kind. */
import type { Database, SQLOutputValue } from "../../sqlite/mod.ts";
import type { SearchQuery } from "../port.ts";
import type { Term } from "../query_words.ts";
import { conditionSql, type Parameters } from "./conditions.ts";
import type { Position } from "./cursor.ts";
import { kindNumbers, KINDS } from "./kind.ts";
import { Lexicon } from "./lexicon.ts";
import { allOf, someOf, within } from "./match_expression.ts";
import { rowId, wordsTable } from "./schema.ts";

/** How much a match counts in title, body, authors, recipients, others and details. */
const COLUMN_WEIGHTS = "8.0, 1.0, 3.0, 3.0, 3.0, 1.0";

/** How much more a match counts whose words are all in title and people, and again when all are in the title. */
const STRONG = 1;
const TITLED = 1;
const RECENCY = 1;

/**
 * A match of today counts twice one of years ago, one that is this far away one and a half times. The distance counts in
 * both directions, so that what lies in a far future does not win.
 */
const RECENCY_MS = 30 * 24 * 60 * 60 * 1_000;

/** Beyond all moments that a Date can hold. */
const TIME_MS_MAX = 8.64e15;

/** When there are more matches than these, not all are scored: scoring one costs ten times what finding it does. */
export const SCORED_MAX = 2_500;
/** Then those are scored whose title or people match, and the newest, about so many of each. */
export const CANDIDATES_MAX = 800;

/** What a search looks for. */
export interface Matching {
  /** The FTS5 expression, `""` when documents are listed. */
  readonly match: string;
  /** Each word with the spellings that count as it. */
  readonly terms: readonly (readonly Term[])[];
  /** SQL of the parts of each match's score; null when there are no words to be relevant to, or another order is asked for. */
  readonly score: { readonly text: string; readonly place: string; readonly recency: string } | null;
  /** SQL from FROM on. */
  readonly source: string;
  /** SQL that counts the matches of each kind: kind, count. Of the rows from `:from` to before `:until`. */
  readonly counted: string;
  /** SQL that answers a row when there are more matches than `:most`. */
  readonly exceeds: string;
  /** FTS5 expressions for all the words in the title, and in title and people. */
  readonly titled: string;
  readonly strong: string;
  readonly parameters: Parameters;
}

/** What a query looks for among a person's documents; null when nothing can match. */
export function matching(db: Database, user_no: number, query: SearchQuery, now_ms: number): Matching | null {
  if (query.words.unfindable) return null;
  const lexicon = new Lexicon(db, user_no);
  const conditions = conditionSql(db, user_no, lexicon, query.conditions);
  if (conditions === null) return null;
  const meanings = query.words.wanted.map((term) => lexicon.meaning(term));
  const words = allOf(meanings);
  const match = [...(words === "" ? [] : [`(${words})`]), ...conditions.match].join(" AND ");
  const table = wordsTable(user_no);
  const id = match === "" ? "d.id" : `${table}.rowid`;
  const parameters: Record<string, SQLOutputValue> = { ...conditions.parameters };
  function bind(condition: string, values: Parameters): string {
    Object.assign(parameters, values);
    return condition;
  }
  const word: string[] = [];
  if (match !== "") word.push(bind(`${table} MATCH :match`, { match }));
  if (query.words.unwanted.length > 0) {
    const unwanted = `${id} NOT IN (SELECT rowid FROM ${table} WHERE ${table} MATCH :exclude)`;
    word.push(bind(unwanted, { exclude: someOf(query.words.unwanted) }));
  }
  word.push(...conditions.onId(id));
  if (query.types.length + query.providers.length > 0) {
    word.push(`${id} % ${KINDS} IN (${kindNumbers(query.types, query.providers).join(", ")})`);
  }
  const row = [...conditions.onRow];
  if (query.after !== "") row.push(bind("d.happened_ms >= :after_ms", { after_ms: Date.parse(query.after) }));
  if (query.before !== "") row.push(bind("d.happened_ms < :before_ms", { before_ms: Date.parse(query.before) }));
  // CROSS JOIN holds SQLite to this order: the other one would probe FTS5 once for each document.
  const tables = match === "" ? "documents AS d" : `${table} CROSS JOIN documents AS d ON d.id = ${id}`;
  const source = `FROM ${tables} WHERE ${
    [...word, ...row, `d.user_no = ${user_no}`, "d.deleted_at_ms = 0"].join(" AND ")
  }`;
  // A person's table of words holds what lives and is theirs, and nothing else.
  const wordsSay = match !== "" && row.length === 0;
  const counted = wordsSay ? `FROM ${table} WHERE ${word.join(" AND ")}` : source;
  return {
    match,
    terms: meanings.map(({ spellings }) => spellings),
    score: words !== "" && query.sort === "relevance" ? scoreOf(table, now_ms) : null,
    source,
    counted: `SELECT ${id} % ${KINDS} AS kind, count(*) AS count ${counted}
      AND ${id} >= CAST(:from AS INTEGER) AND ${id} < CAST(:until AS INTEGER) GROUP BY 1`,
    exceeds: `SELECT 1 ${counted} LIMIT 1 OFFSET CAST(:most AS INTEGER)`,
    titled: words === "" ? "" : within("title", words),
    strong: words === "" ? "" : within("title authors recipients others", words),
    parameters,
  };
}

function scoreOf(table: string, now_ms: number): NonNullable<Matching["score"]> {
  return {
    text: `-bm25(${table}, ${COLUMN_WEIGHTS})`,
    // What is all in the title is in title and people: the second list is only made when the first holds somebody.
    place: `(CASE WHEN ${table}.rowid IN (${newestMatches(table, "strong", SCORED_MAX)})
      THEN ${1 + STRONG}.0 * (CASE WHEN ${table}.rowid IN (${newestMatches(table, "titled", SCORED_MAX)})
        THEN ${1 + TITLED}.0 ELSE 1.0 END)
      ELSE 1.0 END)`,
    recency: `1.0 + ${RECENCY}.0 / (1.0 + abs(d.happened_ms - ${Math.round(now_ms)}) / ${RECENCY_MS}.0)`,
  };
}

/** Documents that match an expression in what stands out, the newest that arrived. */
function newestMatches(table: string, parameter: "strong" | "titled", limit: number): string {
  return `SELECT rowid FROM (
    SELECT rowid FROM ${table} WHERE ${table} MATCH :${parameter} ORDER BY rowid DESC LIMIT ${limit})`;
}

/** A statement and what is bound to it. */
export interface Statement {
  readonly sql: string;
  readonly parameters: Parameters;
}

/**
 * Reads the matches of a page in their order: id, happened_ms, score, and to explain it its factors `words`, `place` and `recency`.
 * @param newest how many of the newest documents are looked at, beside those whose title or people match; 0 for all
 */
export function pageStatement(
  user_no: number,
  found: Matching,
  from: PageStart,
  take: number,
  newest: number,
  explain: boolean,
): Statement {
  const { condition, order, parameters } = pageOf(user_no, from);
  const score = from.by === "ranked" ? found.score : null;
  const { text, place, recency } = score ?? { text: "0.0", place: "1.0", recency: "1.0" };
  const candidates = newest === 0 ? "" : `AND +${wordsTable(user_no)}.rowid IN (${candidatesOf(user_no)})`;
  const parts = explain ? `, ${text} AS words, ${place} AS place, ${recency} AS recency` : "";
  return {
    sql: `SELECT d.id, d.happened_ms, (${text}) * ${place} * (${recency}) AS score ${parts}
      ${found.source} AND ${condition} ${candidates} ORDER BY ${order} LIMIT CAST(:take AS INTEGER)`,
    parameters: {
      ...found.parameters,
      ...parameters,
      take,
      ...(score === null ? {} : { titled: found.titled }),
      ...(score === null && newest === 0 ? {} : { strong: found.strong }),
      ...(newest === 0 ? {} : { newest }),
    },
  };
}

function candidatesOf(user_no: number): string {
  const table = wordsTable(user_no);
  return `
    SELECT id FROM (
      SELECT id FROM documents WHERE user_no = ${user_no} AND deleted_at_ms = 0 ORDER BY happened_ms DESC
      LIMIT CAST(:newest AS INTEGER)
    ) UNION ALL ${newestMatches(table, "strong", CANDIDATES_MAX)}`;
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
  const shown = from.by !== "time" && from.shown.length > 0
    ? " AND d.id NOT IN (SELECT value FROM json_each(:shown))"
    : "";
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
        condition: `d.id <= :up_to${shown}`,
        order: "score DESC, d.id DESC",
        parameters: { up_to: rowId(user_no, from.up_to), ...shownIds(user_no, from.shown) },
      };
    case "rest":
      return {
        condition: `d.id < :below${shown}`,
        order: "d.id DESC",
        parameters: { below: rowId(user_no, from.below), ...shownIds(user_no, from.shown) },
      };
  }
}

function shownIds(user_no: number, shown: readonly number[]): Parameters {
  return shown.length === 0 ? {} : { shown: JSON.stringify(shown.map((local) => rowId(user_no, local))) };
}
