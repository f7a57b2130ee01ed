/** A document's fragments as one text: most of their texts are parts of the body, and are kept as places in it. */
import type { Fragment, FragmentInPlace } from "../port.ts";
import { cleanText } from "./stored_text.ts";

/** Id, heading, place, and the text, or where it begins in the body and how long it is. */
type Kept =
  | readonly [id: string, heading: string, place: string, text: string]
  | readonly [id: string, heading: string, place: string, at: number, length: number];

/** Checked by hand: each hit of a search reads some, and a schema library takes longer than all the rest. */
function isKept(value: unknown): value is Kept {
  if (!Array.isArray(value)) return false;
  const [id, heading, place, text, length] = value;
  if (typeof id !== "string" || typeof heading !== "string" || typeof place !== "string") return false;
  return typeof text === "string" || (Number.isSafeInteger(text) && Number.isSafeInteger(length));
}

/** @throws TypeError when a row of the file is none of ours */
function readKept(packed: string): readonly Kept[] {
  const parsed: unknown = JSON.parse(packed);
  if (!Array.isArray(parsed) || !parsed.every(isKept)) throw new TypeError("Cannot read fragments: not in their form");
  return parsed;
}

/** @param body as it is kept, without split characters */
export function packFragments(fragments: readonly Fragment[], body: string): string {
  if (fragments.length === 0) return "";
  let from = 0;
  const kept = fragments.map(({ fragment_id, heading, place, text }): Kept => {
    const clean = cleanText(text);
    const at = body.indexOf(clean, from);
    if (at < 0) return [fragment_id, heading, place, clean];
    // The next one may overlap this one.
    from = at;
    return [fragment_id, heading, place, at, clean.length];
  });
  return JSON.stringify(kept);
}

/** Undoes {@linkcode packFragments}. */
export function unpackFragments(packed: string, body: string): FragmentInPlace[] {
  if (packed === "") return [];
  const kept = readKept(packed);
  return kept.map(([fragment_id, heading, place, at, length], position) => ({
    fragment_id,
    position,
    heading,
    place,
    text: typeof at === "string" ? at : body.slice(at, at + (length ?? 0)),
    previous: kept[position - 1]?.[0] ?? "",
    next: kept[position + 1]?.[0] ?? "",
  }));
}
