import { hash } from "../chance.ts";

const SYLLABLES = ["ba", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "za", "fe", "gi", "ho", "lu", "xe"];

/**
 * A pronounceable word that belongs to one version of one mail: it spells the mail's number and a digest of its
 * owner. No such word begins with another one, so a search by prefix finds one mail too.
 */
export function distinctWord(owner: string, number: number, edits: number): string {
  const tag = hash("word", owner) % 4096;
  const word = `${spell(tag, 3)}${spell(number, 4)}n`;
  return edits === 0 ? word : `${spell(edits, 1)}qua${word}`;
}

function spell(value: number, digits: number): string {
  let text = "";
  for (let rest = value, at = 0; rest > 0 || at < digits; rest = Math.floor(rest / 16), at++) {
    text += SYLLABLES[rest % 16];
  }
  return text;
}
