/** Texts as a search compares them. */

const ASCII = /^[\0-\x7f]*$/;
const MARKS_OF_LETTERS = /\p{Mn}+/gu;

/** Without case and accents; German `ß` stays. The same as `unicode61` of FTS5 does with `remove_diacritics 2`. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return ASCII.test(lower) ? lower : lower.normalize("NFD").replace(MARKS_OF_LETTERS, "").normalize("NFC");
}

const UMLAUTS: Readonly<Record<string, string>> = { "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss" };

/** Positions of vowels that are tried as umlauts; more would be too many spellings. */
const VOWELS_MAX = 3;

/**
 * Other ways to write a German word: `Müller`, `Mueller` and `Muller` are one name. All are folded, the word itself is
 * not among them, and most are nonsense: the caller keeps those that are in use.
 */
export function otherSpellings(word: string): string[] {
  const folded = fold(word);
  const written = word.toLowerCase().normalize("NFC").replace(/[äöüß]/gu, (letter) => UMLAUTS[letter] ?? letter);
  const collapsed = folded.replace(/([aou])e/gu, "$1");
  const spellings = new Set([fold(written), collapsed]);
  const vowels = [...collapsed.matchAll(/[aou]/gu)].slice(0, VOWELS_MAX).map(({ index }) => index);
  for (let chosen = 1; chosen < 2 ** vowels.length; chosen++) {
    let spelling = collapsed;
    for (let at = vowels.length - 1; at >= 0; at--) {
      const vowel = vowels[at] ?? 0;
      if (chosen & 2 ** at) spelling = `${spelling.slice(0, vowel + 1)}e${spelling.slice(vowel + 1)}`;
    }
    spellings.add(spelling);
  }
  for (const spelling of [...spellings, folded]) {
    if (spelling.includes("ss")) spellings.add(spelling.replace("ss", "ß"));
    if (spelling.includes("ß")) spellings.add(spelling.replaceAll("ß", "ss"));
  }
  spellings.delete(folded);
  return [...spellings];
}
