import { fold } from "./fold.ts";

/** A word of a text, folded, and where it stands (UTF-16 units). */
export interface Token {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** Scripts whose characters are words of their own: they are written without spaces, or append to their words. */
const UNSPACED =
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}";

const WORD = new RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}])[\\p{L}\\p{N}\\p{Mn}\\p{Co}])+`, "gu");

/** Most texts, ten times as fast. */
const ASCII = /^[\0-\x7f]*$/;
const ASCII_WORD = /[A-Za-z0-9]+/g;

/** The words of a text, as the index takes it apart. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (const { 0: part, index } of text.matchAll(ASCII.test(text) ? ASCII_WORD : WORD)) {
    const word = fold(part);
    if (word !== "") found.push({ word, start: index, end: index + part.length });
  }
  return found;
}
