/** Texts of hits, safe to put into a page. */
import { escaped, MARK_CLOSE, MARK_OPEN } from "../escape.ts";
import { joinUnspaced, MARK } from "./stored_text.ts";

/** Words of context in a snippet. */
export const SNIPPET_WORDS = 32;

/** The length of a snippet where nothing is marked, characters. */
const OPENING_CHARACTERS = 200;

/** Beginning of the body to read for {@linkcode openingSnippet}: some of it is white space or split characters. */
export const OPENING_READ_CHARACTERS = 4 * OPENING_CHARACTERS;

function shown(text: string): string {
  return joinUnspaced(text).replace(/\s+/gu, " ").trim();
}

/** What FTS5 cut out: HTML-escaped, with `<mark>` around the matches. */
export function markedSnippet(text: string): string {
  return escaped(shown(text)).replaceAll(MARK.open, MARK_OPEN).replaceAll(MARK.close, MARK_CLOSE);
}

/** The beginning of a text, HTML-escaped. */
export function openingSnippet(text: string): string {
  const characters = [...shown(text)];
  const cut = characters.length > OPENING_CHARACTERS;
  return escaped(characters.slice(0, OPENING_CHARACTERS).join("").trimEnd()) + (cut ? "…" : "");
}
