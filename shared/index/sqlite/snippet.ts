/** Texts of hits, safe to put into a page. */
import { joinUnspaced, MARK } from "./stored_text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Words of context in a snippet. */
export const SNIPPET_WORDS = 32;

/** The length of a snippet where nothing is marked, characters. */
const OPENING_CHARACTERS = 200;

/** Beginning of the body to read for {@linkcode openingSnippet}: some of it is white space or split characters. */
export const OPENING_READ_CHARACTERS = 4 * OPENING_CHARACTERS;

function shown(text: string): string {
  return joinUnspaced(text).replace(/\s+/gu, " ").trim();
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** What FTS5 cut out: HTML-escaped, with `<mark>` around the matches. */
export function markedSnippet(text: string): string {
  return escaped(shown(text)).replaceAll(MARK.open, "<mark>").replaceAll(MARK.close, "</mark>");
}

/** The beginning of a text, HTML-escaped. */
export function openingSnippet(text: string): string {
  const characters = [...shown(text)];
  const cut = characters.length > OPENING_CHARACTERS;
  return escaped(characters.slice(0, OPENING_CHARACTERS).join("").trimEnd()) + (cut ? "…" : "");
}
