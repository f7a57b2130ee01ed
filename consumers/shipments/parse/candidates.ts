/** Where a text has something that is formed like a tracking number. */
import { type Reading, readings } from "./formats.ts";

/** A place in a text, with every way to read it. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly readings: readonly Reading[];
}

/** Forms that begin with letters, or hold some: as carriers print them, with or without spaces. */
const LETTERED: readonly RegExp[] = [
  /(?<![0-9A-Za-z])1 ?Z(?:[ -]?[0-9A-Z]){15}[ -]?\d(?![0-9A-Za-z])/g,
  /(?<![0-9A-Za-z])[A-Z] ?[A-Z](?:[ -]?\d){9}[ -]?[A-Z] ?[A-Z](?![0-9A-Za-z])/g,
  /(?<![0-9A-Za-z])(?:JJD|JVGL|GM|TB[ACM]|DE|H)(?: ?\d){10,21}(?![0-9A-Za-z])/g,
  /(?<![0-9A-Za-z])3S ?[A-Z]{4}(?: ?\d){7,9}(?![0-9A-Za-z])/g,
  /(?<![0-9A-Za-z])\d ?[A-Z](?: ?\d){11}(?![0-9A-Za-z])/g,
  /(?<![0-9A-Za-z])\d{4} ?\d{4} ?\d{4} ?\d{2} ?[A-Z](?![0-9A-Za-z])/g,
  /(?<![0-9A-Za-z])[0-9A-Z]{8,26}(?![0-9A-Za-z])/g,
];

/** Digits, whole or in groups. */
const DIGITS = /(?<![0-9A-Za-z])\d+(?:[ -]\d{2,})*(?![0-9A-Za-z])/g;

/** Of places that overlap, the first of the longer wins. At most 200, in the order of the text. */
export function candidates(text: string): Candidate[] {
  const found: Candidate[] = [];
  const add = (start: number, raw: string) => {
    const read = readings(raw.replace(/[^0-9A-Z]/g, ""));
    if (read.length > 0) found.push({ start, end: start + raw.length, readings: read });
  };
  for (const pattern of LETTERED) for (const match of text.matchAll(pattern)) add(match.index, match[0]);
  for (const match of text.matchAll(DIGITS)) {
    add(match.index, match[0]);
    if (!/\D/.test(match[0])) continue;
    for (const group of match[0].matchAll(/\d+/g)) add(match.index + group.index, group[0]);
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const apart: Candidate[] = [];
  for (const candidate of found) {
    const last = apart.at(-1);
    if (last === undefined || candidate.start >= last.end) apart.push(candidate);
    if (apart.length === 200) break;
  }
  return apart;
}
