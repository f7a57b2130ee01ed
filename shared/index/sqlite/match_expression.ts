/** FTS5 expressions from words. Words only ever stand in them as quoted strings, so that none is taken for syntax. */
import type { QueryWords, Term } from "../query_words.ts";
import { cleanText, endsUnspaced, splitUnspaced } from "./stored_text.ts";

/** Shorter beginnings match half the mailbox and say nothing. */
const PREFIX_CHARACTERS_MIN = 2;

/** An FTS5 string: its words in this order, one after the other. */
function phrase(text: string): string {
  return `"${splitUnspaced(cleanText(text)).replaceAll('"', '""')}"`;
}

function term({ text, prefix }: Term): string {
  const exact = phrase(text);
  if (!prefix || [...text].length < PREFIX_CHARACTERS_MIN || endsUnspaced(text)) return exact;
  // The whole word counts twice, so that it comes before the longer ones that begin with it.
  return `(${exact} OR ${exact} *)`;
}

/** Which documents match, as FTS5 expressions; `""` where there is nothing to match. */
export interface MatchExpressions {
  /** In title, body and people, and in the authors. */
  readonly match: string;
  /** What must not be found. */
  readonly exclude: string;
}

const IN_TEXT = "{title body people} : ";

/** The expressions for the words of a query and those of its `from`. */
export function matchExpressions(words: QueryWords, author: readonly Term[]): MatchExpressions {
  const parts: string[] = [];
  if (words.wanted.length > 0) parts.push(`${IN_TEXT}(${words.wanted.map(term).join(" AND ")})`);
  if (author.length > 0) parts.push(`authors : (${author.map(term).join(" AND ")})`);
  const unwanted = words.unwanted.map(term).join(" OR ");
  return { match: parts.join(" AND "), exclude: unwanted === "" ? "" : `${IN_TEXT}(${unwanted})` };
}
