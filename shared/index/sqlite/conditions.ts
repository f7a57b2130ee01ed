/** The conditions of a search as SQL. */
import type { Database, SQLOutputValue } from "../../sqlite/mod.ts";
import type { Condition } from "../port.ts";
import { queryWords } from "../query_words.ts";
import { addressNeedle, markBit } from "./document_row.ts";
import { foldersNamed } from "./folders.ts";
import type { Lexicon } from "./lexicon.ts";
import { allOf, within } from "./match_expression.ts";
import { wordsTable } from "./schema.ts";

/** What is bound to a statement, by name. */
export type Parameters = Readonly<Record<string, SQLOutputValue>>;

/** What conditions come to. */
export interface ConditionSql {
  /** FTS5 expressions that must match. */
  readonly match: readonly string[];
  /** SQL on the document's id. */
  readonly onId: (id: string) => readonly string[];
  /** SQL on the row `d` of `documents`. */
  readonly onRow: readonly string[];
  readonly parameters: Parameters;
}

const COLUMN = { from: "authors", to: "recipients", subject: "title" } as const;

/** The conditions for one person; null when no document can meet them. */
export function conditionSql(
  db: Database,
  user_no: number,
  lexicon: Lexicon,
  conditions: readonly Condition[],
): ConditionSql | null {
  const match: string[] = [];
  const onId: ((id: string) => string)[] = [];
  const onRow: string[] = [];
  const parameters: Record<string, SQLOutputValue> = {};
  const table = wordsTable(user_no);
  for (const [at, condition] of conditions.entries()) {
    const not = condition.negated ? "NOT " : "";
    if (condition.field === "mark") {
      onRow.push(`${not}(d.marks & ${markBit(condition.value)})`);
      continue;
    }
    if (condition.field === "in") {
      onRow.push(`d.folder_no ${not}IN (${foldersNamed(db, user_no, condition.value).join(", ")})`);
      continue;
    }
    const column = COLUMN[condition.field];
    const { expression, needle } = asked(lexicon, condition.field, condition.value);
    if (expression === "") {
      if (condition.negated) continue;
      return null;
    }
    const has = (id: string) =>
      needle === "" ? "" : `instr((SELECT ${column} FROM texts WHERE id = ${id}), :needle${at}) > 0`;
    if (needle !== "") parameters[`needle${at}`] = needle;
    if (!condition.negated) {
      match.push(within(column, expression));
      if (needle !== "") onId.push(has);
      continue;
    }
    parameters[`unwanted${at}`] = within(column, expression);
    const also = needle === "" ? "" : ` AND ${has("rowid")}`;
    onId.push((id) => `${id} NOT IN (SELECT rowid FROM ${table} WHERE ${table} MATCH :unwanted${at}${also})`);
  }
  return { match, onId: (id) => onId.map((sql) => sql(id)), onRow, parameters };
}

/** The words of a value, and the address that one of the people must have. */
function asked(
  lexicon: Lexicon,
  field: "from" | "to" | "subject",
  value: string,
): { readonly expression: string; readonly needle: string } {
  const text = value.trim();
  if (field !== "subject" && text.includes("@")) {
    const needle = addressNeedle(text.toLowerCase());
    const { wanted } = queryWords(`"${text.replaceAll('"', " ")}"`);
    // A domain alone, `@example.com`, is the end of an address.
    return {
      expression: allOf(wanted.map((term) => lexicon.meaning(term))),
      needle: text.startsWith("@") ? needle.slice(1) : needle,
    };
  }
  const { wanted } = queryWords(field === "subject" ? `"${text.replaceAll('"', " ")}"` : `${text} `);
  return { expression: allOf(wanted.map((term) => lexicon.meaning(term))), needle: "" };
}
