/** People's names as address lines write them. Pure. */

const NAME_CHARS_MAX = 120;
const WORDS_MAX = 6;

/** The name without what mail programs and firms put around it; `""` when none is left. */
export function cleanName(text: string): string {
  const name = text.slice(0, 2 * NAME_CHARS_MAX)
    .replace(/\p{C}/gu, " ")
    .replace(/\s*[([{][^)\]}]*[)\]}]?/gu, " ")
    .replace(/\s+(?:via|über|durch|@|\|)\s.*$/iu, "")
    .replace(/^[\s"'“”‘’«»]+|[\s"'“”‘’«»,;]+$/gu, "")
    .replace(/\s+/g, " ")
    .slice(0, NAME_CHARS_MAX);
  return name.includes("@") || !/\p{L}/u.test(name) ? "" : name;
}

/** Not part of a name, and not told apart by. */
const TITLES = new Set([
  ..."dr prof professor dipl ing mag mr mrs ms miss mx sir dame herr frau hr fr monsieur madame mme mlle señor señora sr"
    .split(" "),
  ..."sra dhr mevr jr jun junior sen senior ii iii iv phd md msc bsc mba ba ma med rer nat phil jur".split(" "),
]);

/** Words of names that desks and firms have, and people not. */
const NOBODY = new Set([
  ..."account accounts admin alert alerts billing bot care center centre club company customer customers daemon desk"
    .split(" "),
  ..."department digest group help helpdesk info information kundenservice kundendienst mailer management marketing"
    .split(" "),
  ..."news newsletter noreply notification notifications office order orders postmaster press reply sales security"
    .split(" "),
  ..."service services shop store support system team the update updates verwaltung gmbh ag inc ltd llc corp co kg"
    .split(" "),
]);

const SPELLED: Readonly<Record<string, string>> = { "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe" };

/** A text as names are compared: without case, accents and what Germans write in two ways. */
export function folded(text: string): string {
  return text.toLowerCase().normalize("NFC").replace(/[äöüßæø]/gu, (letter) => SPELLED[letter] ?? letter)
    .normalize("NFD").replace(/\p{Mn}+/gu, "").replaceAll("ı", "i").replaceAll("ł", "l");
}

/** The words of a text as they are compared. */
export function wordsOf(text: string): string[] {
  return folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * What two spellings of a full name have in common, whatever their order: `Müller, Anna` and `Anna Mueller` are
 * `anna mueller`. `""` for what is no full name: one word, a word and an initial, a desk.
 */
export function fullName(name: string): string {
  const words = wordsOf(name.replace(/['’.](?=\p{L})/gu, (mark) => mark === "." ? " " : ""));
  if (words.length > WORDS_MAX || words.some((word) => NOBODY.has(word) || /\p{N}/u.test(word))) return "";
  const own = words.filter((word) => !TITLES.has(word));
  return own.filter((word) => [...word].length >= 2).length < 2 ? "" : own.sort().join(" ");
}
