/** What the cells of a workbook refer to: strings that are kept once, and formats of numbers. */
import { type NumberKind, numberKind } from "./number_format.ts";
import type { Package } from "./package.ts";
import { attribute } from "./xml.ts";

/** What is needed to read a cell. */
export interface WorkbookFacts {
  readonly strings: readonly string[];
  /** By the style of a cell (`s`). */
  readonly kinds: readonly NumberKind[];
  /** Whether days are counted from 1904, as early Macintoshes did. */
  readonly from_1904: boolean;
}

/** Characters that XML cannot hold stand as `_x000D_` and the like. Source: ECMA-376 part 1, 22.4.2.4 (bstr). */
export function unescaped(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/** The table of strings; the runs of a rich text are put together, hints of pronunciation left out. */
export function readStrings(source: Package, part: string): string[] {
  const { budget } = source;
  const strings: string[] = [];
  let chars = 0;
  let text = "";
  let inText = false;
  const isFull = () => chars >= budget.limits.strings_chars_max;
  source.read(part, {
    skipped: new Set(["rPh"]),
    open(name) {
      if (name === "si") text = "";
      inText = name === "t";
    },
    close(name) {
      if (name === "si") strings.push(unescaped(text));
      inText = false;
    },
    text(more) {
      if (!inText || isFull()) return;
      text += more;
      chars += more.length;
    },
    done: isFull,
  });
  // The cells that refer to what was left out say that something is missing; others may not.
  return strings;
}

/** What each style of cell makes of a number. */
export function readNumberKinds(source: Package, part: string): NumberKind[] {
  const codes = new Map<number, string>();
  const kinds: NumberKind[] = [];
  let inCells = false;
  source.read(part, {
    open(name, attributes) {
      if (name === "numFmt") codes.set(Number(attribute(attributes, "numFmtId")), attribute(attributes, "formatCode"));
      else if (name === "cellXfs") inCells = true;
      else if (name === "xf" && inCells) {
        const id = Number(attribute(attributes, "numFmtId"));
        kinds.push(numberKind(id, codes.get(id)));
      }
    },
    close(name) {
      if (name === "cellXfs") inCells = false;
    },
    done: () => source.budget.fills(Math.max(codes.size, kinds.length)),
  });
  return kinds;
}
