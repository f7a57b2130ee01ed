/** Long texts in pieces that a person can read and a search can point at. Pure. */

/** The longest piece, characters (code points). */
export const PIECE_CHARACTERS_MAX = 1_000;

/** How much of the piece before is repeated where a paragraph had to be cut, at most, characters. */
const OVERLAP_CHARACTERS_MAX = 120;

/** What is never cut but where nothing else helps: a sentence, or as much of one as a piece holds. UTF-16 units. */
interface Unit {
  readonly start: number;
  readonly end: number;
  readonly characters: number;
  readonly opens_paragraph: boolean;
}

/** Rules for all languages: what matters is where a sentence ends. */
const sentences = new Intl.Segmenter("und", { granularity: "sentence" });
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/**
 * The pieces of a text in its order, each a part of it without the white space around. Paragraphs stay whole where
 * they fit, then sentences; a piece that goes on within a paragraph repeats the end of the one before.
 */
export function split(text: string): string[] {
  if (lengthOf(text) <= PIECE_CHARACTERS_MAX) return text.trim() === "" ? [] : [text.trim()];
  const pieces: string[] = [];
  let taken: Unit[] = [], length = 0;
  const end = () => {
    const first = taken[0], last = taken.at(-1);
    const piece = first === undefined || last === undefined ? "" : text.slice(first.start, last.end).trim();
    if (piece !== "") pieces.push(piece);
  };
  for (const unit of unitsOf(text)) {
    const full = length + unit.characters > PIECE_CHARACTERS_MAX;
    const atParagraph = unit.opens_paragraph && length >= PIECE_CHARACTERS_MAX / 2;
    if (taken.length > 0 && (full || (atParagraph && length + paragraphAhead(text, unit) > PIECE_CHARACTERS_MAX))) {
      end();
      taken = unit.opens_paragraph ? [] : overlap(taken, PIECE_CHARACTERS_MAX - unit.characters);
      length = taken.reduce((sum, { characters }) => sum + characters, 0);
    }
    taken.push(unit);
    length += unit.characters;
  }
  end();
  return pieces;
}

/** Code points. */
function lengthOf(text: string): number {
  let characters = 0;
  for (const _ of text) characters++;
  return characters;
}

/** The length of the paragraph that a unit opens, UTF-16 units. */
function paragraphAhead(text: string, unit: Unit): number {
  const end = text.indexOf("\n", unit.end);
  return (end < 0 ? text.length : end) - unit.start;
}

/** The last units, as many as may be repeated; never all, or a piece would say nothing new. */
function overlap(units: readonly Unit[], room: number): Unit[] {
  const repeated: Unit[] = [];
  let characters = 0;
  for (const unit of units.slice(1).reverse()) {
    characters += unit.characters;
    if (characters > Math.min(OVERLAP_CHARACTERS_MAX, room)) break;
    repeated.unshift(unit);
  }
  return repeated;
}

function* unitsOf(text: string): Generator<Unit> {
  for (const { 0: paragraph, index } of text.matchAll(/[^\n]+\n*/g)) {
    let opens_paragraph = true;
    for (const { segment, index: at } of sentences.segment(paragraph)) {
      for (const part of partsOf(segment)) {
        const start = index + at + part.start;
        yield { start, end: start + part.length, characters: part.characters, opens_paragraph };
        opens_paragraph = false;
      }
    }
  }
}

/** A sentence, or its parts when it is too long: cut at a space where there is one, never within a character. */
function* partsOf(sentence: string): Generator<{ start: number; length: number; characters: number }> {
  const whole = lengthOf(sentence);
  if (whole <= PIECE_CHARACTERS_MAX) {
    yield { start: 0, length: sentence.length, characters: whole };
    return;
  }
  let start = 0, characters = 0, length = 0, space = 0, atSpace = 0;
  for (const { segment } of graphemes.segment(sentence)) {
    const more = lengthOf(segment);
    if (characters > 0 && characters + more > OVERLAP_CHARACTERS_MAX) {
      const cut = space > 0 ? { length: space, characters: atSpace } : { length, characters };
      yield { start, ...cut };
      start += cut.length;
      length -= cut.length;
      characters -= cut.characters;
      space = atSpace = 0;
    }
    characters += more;
    length += segment.length;
    if (/\s/u.test(segment)) [space, atSpace] = [length, characters];
  }
  if (length > 0) yield { start, length, characters };
}
