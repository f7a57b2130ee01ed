/** The fragments of a document: its parts as its own structure gives them. */
import type { NormalisedDocument, Section } from "../../shared/contracts/documents.ts";
import { digest } from "../../shared/contracts/ids.ts";
import type { Fragment } from "../../shared/index/port.ts";
import { ownText } from "./answer.ts";
import { PIECE_CHARACTERS_MAX, split } from "./split.ts";

/** A fragment before it has an id. */
type Part = Pick<Fragment, "heading" | "place" | "text">;

/** Of one document; what comes after them is found by the document's words only. */
const FRAGMENTS_MAX = 2_000;

/** The fragments of a document. Contacts have none: they are short, and shown whole. */
export async function fragmentsOf(document: NormalisedDocument): Promise<Fragment[]> {
  const occurrences = new Map<string, number>();
  const fragments: Fragment[] = [];
  for (const part of partsOf(document).slice(0, FRAGMENTS_MAX)) {
    // The same text twice in a document: the second is another place, and keeps its id when the first one stays.
    const occurrence = occurrences.get(part.text) ?? 0;
    occurrences.set(part.text, occurrence + 1);
    const fragment_id = await digest("fragment", document.doc_id, part.text, String(occurrence));
    fragments.push({ fragment_id, position: fragments.length, ...part });
  }
  return fragments;
}

function partsOf(document: NormalisedDocument): Part[] {
  switch (document.doc_type) {
    case "email":
      return plain(ownText(document.body));
    case "calendar":
    case "todo":
      return plain(document.body);
    case "contact":
      return [];
    case "sheet_document":
      return document.sections.flatMap((section) =>
        rowsOf(section).map((text) => ({ heading: section.heading, place: section.place, text }))
      );
    case "word_document":
    case "presentation_document":
      return underHeadings(document.sections);
  }
}

function plain(text: string): Part[] {
  return split(text).map((piece) => ({ heading: "", place: "", text: piece }));
}

/** Each with the headings above it. */
function underHeadings(sections: readonly Section[]): Part[] {
  const above: { readonly heading: string; readonly level: number }[] = [];
  return sections.flatMap((section) => {
    while ((above.at(-1)?.level ?? -1) >= section.level) above.pop();
    if (section.heading !== "") above.push(section);
    const heading = above.map((one) => one.heading).join(" › ");
    return split(section.text).map((text) => ({ heading, place: section.place, text }));
  });
}

/** Rows of a sheet, each group under its row of column names. */
function rowsOf({ text }: Section): string[] {
  const [first = "", ...rows] = text.split("\n");
  if (rows.length === 0 || [...first].length > PIECE_CHARACTERS_MAX / 4 || !namesColumns(first)) return split(text);
  const room = PIECE_CHARACTERS_MAX - [...first].length;
  const groups: string[] = [];
  let group: string[] = [], characters = 0;
  for (const row of rows) {
    const length = [...row].length + 1;
    if (group.length > 0 && characters + length > room) {
      groups.push(group.join("\n"));
      group = [];
      characters = 0;
    }
    group.push(row);
    characters += length;
  }
  groups.push(group.join("\n"));
  return groups.flatMap((rowsTogether) => split(rowsTogether)).map((rowsTogether) => `${first}\n${rowsTogether}`);
}

/** True when each cell of a row is a word: nothing is missing, and nothing is a number. */
function namesColumns(row: string): boolean {
  return row.split("\t").every((cell) => /\p{L}/u.test(cell) && !/^[\d\s.,%€$-]+$/u.test(cell));
}
