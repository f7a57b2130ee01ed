/** A document's fragments as one text: most of their texts are parts of the body, and are kept as places in it. */
import { z } from "zod";
import type { Fragment, FragmentInPlace } from "../port.ts";
import { cleanText } from "./stored_text.ts";

/** Id, heading, place, and the text, or where it begins in the body and how long it is. */
const Kept = z.union([
  z.tuple([z.string(), z.string(), z.string(), z.int().nonnegative(), z.int().nonnegative()]),
  z.tuple([z.string(), z.string(), z.string(), z.string()]),
]);
type Kept = z.infer<typeof Kept>;

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
  const kept = z.array(Kept).parse(JSON.parse(packed));
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
