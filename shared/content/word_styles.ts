/** What a Word document's styles say of its paragraphs. */
import type { Package } from "./package.ts";
import { attribute } from "./xml.ts";

interface Style {
  name: string;
  based_on: string;
  /** 0 to 8 for headings, 9 for body text. */
  outline: number | undefined;
  numbered: boolean | undefined;
}

/** How a paragraph of a style reads. */
export interface ParagraphKind {
  /** 1 to 9 for headings, 0 for text. */
  readonly level: number;
  /** Whether it is an item of a list. */
  readonly item: boolean;
  /** Whether it is a line of a table of contents, which only repeats headings. */
  readonly contents: boolean;
}

/** Styles build on each other; a chain longer than this is a circle. */
const CHAIN_MAX = 20;

const PLAIN: ParagraphKind = { level: 0, item: false, contents: false };

/** The level that the name of a built-in style stands for. In files these names are English in every language. */
function levelOfName(name: string): number | undefined {
  const digit = /^heading ?([1-9])$/i.exec(name)?.[1];
  if (digit !== undefined) return Number(digit);
  return /^title$/i.test(name) ? 1 : undefined;
}

/** A level of outline (`w:outlineLvl`), counted from 0 in the file, as a level of heading. */
export function levelOfOutline(outline: number): number {
  return outline >= 0 && outline <= 8 ? outline + 1 : 0;
}

/** The styles of a document, by their ids, which are words of the author's language. */
export class WordStyles {
  readonly #styles = new Map<string, Style>();
  readonly #kinds = new Map<string, ParagraphKind>();

  /** Reads the part, if there is one. */
  constructor(source: Package, part: string) {
    const styles = this.#styles;
    let style: Style | undefined;
    source.read(part, {
      open(name, attributes) {
        if (name === "style") {
          style = { name: "", based_on: "", outline: undefined, numbered: undefined };
          styles.set(attribute(attributes, "styleId"), style);
        }
        if (style === undefined) return;
        const value = attribute(attributes, "val");
        if (name === "name") style.name = value;
        if (name === "basedOn") style.based_on = value;
        if (name === "outlineLvl") style.outline = Number(value);
        if (name === "numId") style.numbered = value !== "0";
      },
      close(name) {
        if (name === "style") style = undefined;
      },
      done: () => source.budget.fills(styles.size),
    });
  }

  /** How paragraphs of the style read. */
  kind(id: string): ParagraphKind {
    if (id === "") return PLAIN;
    let kind = this.#kinds.get(id);
    if (kind === undefined) this.#kinds.set(id, kind = this.#resolved(id));
    return kind;
  }

  #resolved(id: string): ParagraphKind {
    // A document without styles may still name the built-in ones.
    if (!this.#styles.has(id)) return { ...PLAIN, level: levelOfName(id) ?? 0 };
    let level: number | undefined;
    let item: boolean | undefined;
    let contents = false;
    let style = this.#styles.get(id);
    for (let step = 0; style !== undefined && step < CHAIN_MAX; step++) {
      level ??= style.outline === undefined ? levelOfName(style.name) : levelOfOutline(style.outline);
      item ??= style.numbered;
      contents ||= /^toc \d$/i.test(style.name);
      style = this.#styles.get(style.based_on);
    }
    return { level: level ?? 0, item: item ?? false, contents };
  }
}
