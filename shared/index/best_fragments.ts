/** The parts of a document that say most of what was searched for, marked. Pure; both adapters of the index use it. */
import { escaped, MARK_CLOSE, MARK_OPEN } from "./escape.ts";
import { fold } from "./fold.ts";
import { type Fragment, HIT_FRAGMENTS_MAX, type SearchHit } from "./port.ts";
import type { Term } from "./query_words.ts";
import { type Token, tokens } from "./tokens.ts";

/** Characters shown of a fragment. */
const SHOWN_CHARACTERS = 280;

/** Characters of context before the first match. */
const CONTEXT_CHARACTERS = 80;

/** More of the same word say no more. */
const COUNTED_MAX = 5;

/** A term with its other spellings, each as folded tokens. */
type Wanted = readonly { readonly words: readonly string[]; readonly prefix: boolean }[];

/**
 * The fragments with the rarest and most of the terms, best first; none that holds none of them.
 * @param terms each with the spellings that count as it
 */
export function bestFragments(
  fragments: readonly Fragment[],
  terms: readonly (readonly Term[])[],
): SearchHit["fragments"] {
  const wanted = wantedOf(terms);
  const counts = fragments.map((fragment) => {
    const text = fold(`${fragment.heading} ${fragment.text}`);
    return wanted.map((spellings) => occurrences(text, spellings));
  });
  const weights = wanted.map((_, term) => {
    const holding = counts.filter((count) => (count[term] ?? 0) > 0).length;
    return Math.log(1 + fragments.length / Math.max(1, holding));
  });
  return fragments.map((fragment, at) => {
    let score = 0;
    for (const [term, count] of (counts[at] ?? []).entries()) {
      if (count > 0) score += (weights[term] ?? 0) * (1 + Math.min(count, COUNTED_MAX) / 10);
    }
    return { fragment, score };
  }).filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.fragment.position - b.fragment.position)
    .slice(0, HIT_FRAGMENTS_MAX)
    .map(({ fragment }) => ({ fragment_id: fragment.fragment_id, text: excerpt(fragment.text, wanted) }));
}

/** Whether one of the terms is in a text, about: every match is found, and more where a phrase's words lie apart. */
export function mentionsAny(text: string, terms: readonly (readonly Term[])[]): boolean {
  const folded = fold(text);
  return wantedOf(terms).some((spellings) => occurrences(folded, spellings) > 0);
}

function wantedOf(terms: readonly (readonly Term[])[]): readonly Wanted[] {
  return terms.map((spellings): Wanted =>
    spellings.map(({ text, prefix }) => ({ words: tokens(text).map(({ word }) => word), prefix }))
      .filter(({ words }) => words.length > 0)
  );
}

const WORD_CHARACTER = /[\p{L}\p{N}\p{Co}]/u;
const UNSPACED_WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/** About how often one of the spellings is in a folded text: the words of a phrase may have anything between them. */
function occurrences(text: string, spellings: Wanted): number {
  let count = 0;
  for (const spelling of spellings) {
    if (!spelling.words.every((word) => text.includes(word))) continue;
    let at = placeOf(text, spelling, 0);
    while (at >= 0 && count < COUNTED_MAX) {
      count++;
      at = placeOf(text, spelling, at + 1);
    }
  }
  return count;
}

/** Where a spelling's first word stands next in a folded text; -1 when it does not. */
function placeOf(text: string, { words, prefix }: Wanted[number], from: number): number {
  const [first = ""] = words;
  const unspaced = UNSPACED_WORD.test(first);
  for (let at = text.indexOf(first, from); at >= 0; at = text.indexOf(first, at + 1)) {
    const begins = unspaced || !WORD_CHARACTER.test(text[at - 1] ?? " ");
    const ends = unspaced || (prefix && words.length === 1) || !WORD_CHARACTER.test(text[at + first.length] ?? " ");
    if (begins && ends) return at;
  }
  return -1;
}

/** A part of a text around its first matches, HTML-escaped, the matches in `<mark>`. */
function excerpt(text: string, wanted: readonly Wanted[]): string {
  const spellings = wanted.flat();
  const from = beginning(text, firstPlace(text, spellings));
  const part = text.slice(from, ending(text, from + SHOWN_CHARACTERS));
  let shown = "", at = 0;
  for (const { start, end } of matches(tokens(part), spellings)) {
    shown += `${escaped(part.slice(at, start))}${MARK_OPEN}${escaped(part.slice(start, end))}${MARK_CLOSE}`;
    at = end;
  }
  shown = (shown + escaped(part.slice(at))).replace(/\s+/gu, " ").trim();
  return `${from > 0 ? "…" : ""}${shown}${from + part.length < text.length ? "…" : ""}`;
}

function firstPlace(text: string, spellings: Wanted): number {
  const folded = fold(text);
  // Where folding changes the length of a text, its places are others.
  if (folded.length !== text.length) return matches(tokens(text), spellings)[0]?.start ?? 0;
  const places = spellings.map((spelling) => placeOf(folded, spelling, 0)).filter((at) => at >= 0);
  return places.length === 0 ? 0 : Math.min(...places);
}

/** Where the spellings are in a text, in its order, neighbours of one phrase as one. */
function matches(found: readonly Token[], spellings: Wanted): { start: number; end: number }[] {
  const places: { start: number; end: number }[] = [];
  for (let at = 0; at < found.length; at++) {
    const length = Math.max(0, ...spellings.map((spelling) => matchAt(found, at, spelling)));
    const [first, last] = [found[at], found[at + length - 1]];
    if (length === 0 || first === undefined || last === undefined) continue;
    places.push({ start: first.start, end: last.end });
    at += length - 1;
  }
  return places;
}

/** How many tokens from there on are the spelling's; 0 when they are others. */
function matchAt(found: readonly Token[], at: number, { words, prefix }: Wanted[number]): number {
  const all = words.every((word, offset) => {
    const there = found[at + offset]?.word;
    return there === word || (prefix && offset === words.length - 1 && there?.startsWith(word) === true);
  });
  return all ? words.length : 0;
}

/** The begin of a word some characters before, or the text's own when that is near. */
function beginning(text: string, at: number): number {
  if (at <= CONTEXT_CHARACTERS) return 0;
  const space = text.indexOf(" ", at - CONTEXT_CHARACTERS);
  return space < 0 || space >= at ? wholeCharacter(text, at - CONTEXT_CHARACTERS) : space + 1;
}

function ending(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const space = text.lastIndexOf(" ", at);
  return space > at - CONTEXT_CHARACTERS ? space : wholeCharacter(text, at);
}

/** Not between the halves of a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
