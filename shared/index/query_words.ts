/** The words of what a person types into the search field. Every text means something: there are no syntax errors. */

/** A word or a quoted phrase. */
export interface Term {
  /** As typed, without its quotes. It holds at least one letter or digit. */
  readonly text: string;
  /** True when it may be the beginning of a longer word: the person is still typing it. */
  readonly prefix: boolean;
}

/** A query's words. */
export interface QueryWords {
  /** All of them must be there. */
  readonly wanted: readonly Term[];
  /** None of them may be there. */
  readonly unwanted: readonly Term[];
  /** True when something was asked for that no document can hold as a word (`!!!`): nothing is found. */
  readonly unfindable: boolean;
}

/** Terms looked at; what comes after them is left out. */
const TERMS_MAX = 64;

/** A quoted phrase (the end of the text closes it too) or a word, each after an optional minus. */
const TERM = /(-?)(?:"([^"]*)("|$)|(\S+))/gu;

/** What a word consists of for the index: letters, digits and private use. Everything else separates words. */
const WORD_CHARACTER = /[\p{L}\p{N}\p{Co}]/u;

/** Quotation marks as keyboards and word processors write them. */
export const QUOTES = /[“”„‟«»]/gu;

/**
 * Takes a query apart: words are all wanted, `"several words"` are kept together, `-word` and `-"some words"` are
 * unwanted, and the last term counts as a prefix while no space or closing quote has ended it.
 */
export function queryWords(q: string): QueryWords {
  const text = q.replace(QUOTES, '"');
  const wanted: Term[] = [];
  const unwanted: Term[] = [];
  let unfindable = false;
  for (const match of text.matchAll(TERM)) {
    if (wanted.length + unwanted.length >= TERMS_MAX) break;
    const [whole, minus, phrase, closing, word] = match;
    const term = phrase ?? word ?? "";
    if (!WORD_CHARACTER.test(term)) {
      // A lone quote or minus is the beginning of something, not a thing to find.
      if (minus === "" && /[^\s"-]/u.test(term)) unfindable = true;
      continue;
    }
    const atEnd = match.index + whole.length === text.length;
    const ended = closing === '"' || /\s$/u.test(term);
    (minus === "-" ? unwanted : wanted).push({ text: term, prefix: minus === "" && atEnd && !ended });
  }
  return { wanted, unwanted, unfindable: unfindable && wanted.length === 0 };
}
