/** Texts in the form that Vespa takes: it refuses a whole document for one illegal character. */

/** What separates words and is seen by nobody. */
const SPLIT = "\u200b";

/**
 * What Vespa refuses (vespajlib, `Text.isTextCharacter`): control characters but tab and line ends, U+FDD0 to U+FDDF and
 * the last two of each plane. Beside them the control characters that it takes, and the separator that is used here.
 */
const UNWANTED = /[^\P{Cc}\t\n\r]|[\ufdd0-\ufddf\p{Noncharacter_Code_Point}]|\u200b/gu;

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

/** What Vespa puts around matches; texts that hold it themselves are broken up, so that none is taken for a match. */
const MARKUP = /<(?=\/?hi>|sep ?\/>)/g;

/** Without what Vespa refuses and nobody can read; lone surrogates, as cutting leaves them, become U+FFFD. */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(UNWANTED, "");
}

/**
 * A text to search in: each character of Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese is a word of its own, so
 * that any part is found as a phrase. {@linkcode shownText} is its inverse.
 */
export function searchedText(text: string): string {
  return cleanText(text)
    .replace(UNSPACED, (run) => `${SPLIT}${[...run].join(SPLIT)}${SPLIT}`)
    .replace(MARKUP, `<${SPLIT}`);
}

/** A searched text as it was. */
export function shownText(text: string): string {
  return text.replaceAll(SPLIT, "");
}

const ESCAPE = "\u{10fffd}";

/** Each on its own: what must come back as it went in can't lose one. */
const GUARDED = /[^\P{Cc}\t\n\r]|[\ud800-\udfff\ufdd0-\ufddf\p{Noncharacter_Code_Point}]|\u{10fffd}/gu;

/** A text that comes back exactly: what Vespa refuses stands as its number. */
export function guarded(text: string): string {
  return text.replace(
    GUARDED,
    (character) => `${ESCAPE}${character.codePointAt(0)?.toString(16).padStart(6, "0") ?? ""}`,
  );
}

/** Undoes {@linkcode guarded}. */
export function unguarded(text: string): string {
  return text.replace(/\u{10fffd}([0-9a-f]{6})/gu, (_, number: string) => String.fromCodePoint(parseInt(number, 16)));
}
