/**
 * Texts in the form that the file keeps: what the FTS5 tokenizer `unicode61` reads, and what its marks may be put into.
 */

/** Put between the characters of scripts that are written without spaces; a separator for `unicode61`. */
const SPLIT = "\u200b";

/** Put around matches by FTS5. No stored text holds one. */
export const MARK = { open: "\u0002", close: "\u0003" } as const;

/** Control characters but tab and line ends, and the invisible character that this file uses itself. */
const UNWANTED = /[^\P{Cc}\t\n\r]|\u200b/gu;

/** `unicode61` takes a run of these for one word. Korean has spaces, but appends its particles to the words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

/** Without control characters and lone surrogates, which neither people nor the file can do anything with. */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(UNWANTED, "");
}

/**
 * Makes each character of Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese text a word of its own, so that any
 * part of it is found as a phrase, however short.
 */
export function splitUnspaced(text: string): string {
  return text.replace(UNSPACED, (run) => `${SPLIT}${[...run].join(SPLIT)}${SPLIT}`);
}

/** Undoes {@linkcode splitUnspaced}. */
export function joinUnspaced(text: string): string {
  return text.replaceAll(SPLIT, "");
}

/** True when the text ends in a script without spaces, where every character is a whole word already. */
export function endsUnspaced(text: string): boolean {
  return text !== "" && splitUnspaced(text).endsWith(SPLIT);
}

/** A document's JSON without its body, which is kept once only. */
export interface CutData {
  readonly data: string;
  /** Where the body's JSON string was, in UTF-16 units; -1 when it was not found and nothing is cut. */
  readonly body_at: number;
}

/** Takes the body, which is most of a document, out of its JSON. */
export function cutBody(data: string, body: string): CutData {
  const text = JSON.stringify(body);
  const body_at = data.indexOf(text);
  if (body_at < 0) return { data, body_at };
  return { data: data.slice(0, body_at) + data.slice(body_at + text.length), body_at };
}

/** The JSON as it was before {@linkcode cutBody}. */
export function restoreBody({ data, body_at }: CutData, body: string): string {
  return body_at < 0 ? data : data.slice(0, body_at) + JSON.stringify(body) + data.slice(body_at);
}
