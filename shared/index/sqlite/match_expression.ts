/** FTS5 expressions from words. Words only ever stand in them as quoted strings, so that none is taken for syntax. */
import type { Term } from "../query_words.ts";
import type { Meaning } from "./lexicon.ts";
import { cleanText, endsUnspaced, splitUnspaced } from "./stored_text.ts";

/** Shorter beginnings match half the mailbox and say nothing. */
const PREFIX_CHARACTERS_MIN = 2;

/** An FTS5 string: its words in this order, one after the other. */
function phrase(text: string): string {
  return `"${splitUnspaced(cleanText(text)).replaceAll('"', '""')}"`;
}

function spelling({ text, prefix }: Term): string[] {
  const exact = phrase(text);
  if (!prefix || [...text].length < PREFIX_CHARACTERS_MIN || endsUnspaced(text)) return [exact];
  // The whole word counts twice, so that it comes before the longer ones that begin with it.
  return [exact, `${exact} *`];
}

function anyOf(parts: readonly string[]): string {
  return parts.length === 1 ? parts.join() : `(${parts.join(" OR ")})`;
}

/** What has all of these. */
export function allOf(meanings: readonly Meaning[]): string {
  return meanings.map(({ spellings }) => anyOf(spellings.flatMap(spelling))).join(" AND ");
}

/** What has one of these, as they were typed. */
export function someOf(terms: readonly Term[]): string {
  return terms.flatMap(spelling).join(" OR ");
}

/** The same in some of the columns only. */
export function within(columns: string, expression: string): string {
  return `{${columns}} : (${expression})`;
}
