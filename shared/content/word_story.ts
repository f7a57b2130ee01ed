/**
 * A story of a Word document: its body, its notes or its comments, as lines.
 *
 * A paragraph is a line, an item of a list one with "- ", a row of a table one with its cells between tabs. Text in a
 * box follows the paragraph that holds the box. Changes that are tracked read as if they were accepted.
 * Source of the elements: ECMA-376 part 1, 17.
 */
import type { Budget } from "./limits.ts";
import { levelOfOutline, type WordStyles } from "./word_styles.ts";
import { attribute, type Attributes, type XmlReader } from "./xml.ts";

interface Paragraph {
  readonly kind: "paragraph";
  style: string;
  level: number | undefined;
  item: boolean | undefined;
  indent: number;
  text: string;
  /** Its end was deleted: it reads on in the next one. */
  joined: boolean;
  /** What boxes in it hold. */
  readonly boxes: string[];
}

interface Table {
  readonly kind: "table";
  row: string[];
  cell: string[];
  deleted: boolean;
}

/** The marks of the notes (`[1]`, `[e1]`) by their ids, in the order in which the text mentions them. */
export class NoteMarks {
  readonly footnotes = new Map<string, string>();
  readonly endnotes = new Map<string, string>();
}

/** Hears of each line that stands in no table or box: `level` is that of a heading, 0 for text. */
export type LineSink = (line: string, level: number) => void;

const CHARACTERS: Readonly<Record<string, string>> = {
  tab: "\t",
  ptab: "\t",
  br: "\n",
  cr: "\n",
  noBreakHyphen: "-",
};

/** What was moved away, the other form of what stands beside it, former properties, and how a word is pronounced. */
const SKIPPED = new Set([
  "moveFrom",
  "Fallback",
  "pPrChange",
  "rPrChange",
  "tblPrChange",
  "trPrChange",
  "tcPrChange",
  "rt",
]);

/** Reads the elements of a story. */
export class WordStory implements XmlReader {
  readonly skipped = SKIPPED;
  readonly #styles: WordStyles;
  readonly #budget: Budget;
  readonly #sink: LineSink;
  readonly #notes: NoteMarks;
  readonly #open: (Paragraph | Table)[] = [];
  /** Of what the elements at hand are properties. */
  #properties = "";
  #deletions = 0;
  #inText = false;
  #carried = "";

  constructor(styles: WordStyles, budget: Budget, notes: NoteMarks, sink: LineSink) {
    this.#styles = styles;
    this.#budget = budget;
    this.#notes = notes;
    this.#sink = sink;
  }

  open(name: string, attributes: Attributes): void {
    if (name === "p") this.#openParagraph();
    else if (name === "tbl") this.#open.push({ kind: "table", row: [], cell: [], deleted: false });
    else if (name === "pPr" || name === "trPr") this.#properties = name;
    else if (this.#properties !== "") this.#property(name, attributes);
    else if (name === "t") this.#inText = true;
    else if (name === "del") this.#deletions++;
    else if (name === "footnoteReference") this.#note(this.#notes.footnotes, "", attributes);
    else if (name === "endnoteReference") this.#note(this.#notes.endnotes, "e", attributes);
    else if (Object.hasOwn(CHARACTERS, name)) this.#append(CHARACTERS[name] ?? "");
  }

  close(name: string): void {
    if (name === "p") this.#closeParagraph();
    else if (name === "tc") this.#closeCell();
    else if (name === "tr") this.#closeRow();
    else if (name === "tbl") this.#closeTable();
    else if (name === this.#properties) this.#properties = "";
    else if (name === "t") this.#inText = false;
    else if (name === "del" && this.#properties === "") this.#deletions--;
  }

  text(text: string): void {
    if (this.#inText) this.#append(text);
  }

  /** Ends what is open still, when the reading ended early. */
  end(): void {
    this.#properties = "";
    for (let top = this.#open.at(-1); top !== undefined; top = this.#open.at(-1)) {
      if (top.kind === "paragraph") this.#closeParagraph();
      else this.#closeTable();
    }
    if (this.#carried.trim() !== "") this.#put(this.#carried.trimEnd(), 0);
    this.#carried = "";
  }

  #paragraph(): Paragraph | undefined {
    const top = this.#open.at(-1);
    return top?.kind === "paragraph" ? top : undefined;
  }

  #table(): Table | undefined {
    const top = this.#open.at(-1);
    return top?.kind === "table" ? top : undefined;
  }

  #append(text: string): void {
    const paragraph = this.#paragraph();
    if (paragraph === undefined || this.#deletions > 0) return;
    paragraph.text += this.#budget.take(text);
  }

  #note(marks: Map<string, string>, prefix: string, attributes: Attributes): void {
    const id = attribute(attributes, "id");
    if (!marks.has(id) && !this.#budget.fills(marks.size)) marks.set(id, `[${prefix}${marks.size + 1}]`);
    this.#append(marks.get(id) ?? "");
  }

  #property(name: string, attributes: Attributes): void {
    const table = this.#table();
    if (table !== undefined && this.#properties === "trPr" && name === "del") table.deleted = true;
    const paragraph = this.#paragraph();
    if (paragraph === undefined) return;
    const value = attribute(attributes, "val");
    if (name === "pStyle") paragraph.style = value;
    if (name === "outlineLvl") paragraph.level = levelOfOutline(Number(value));
    if (name === "numId") paragraph.item = value !== "0";
    if (name === "ilvl") paragraph.indent = Math.min(Number(value) || 0, 8);
    if (name === "del") paragraph.joined = true;
  }

  #openParagraph(): void {
    this.#open.push({
      kind: "paragraph",
      style: "",
      level: undefined,
      item: undefined,
      indent: 0,
      text: this.#carried,
      joined: false,
      boxes: [],
    });
    this.#carried = "";
  }

  #closeParagraph(): void {
    const paragraph = this.#paragraph();
    if (paragraph === undefined) return;
    this.#open.pop();
    this.#inText = false;
    const style = this.#styles.kind(paragraph.style);
    const level = paragraph.level ?? style.level;
    const text = paragraph.text.trimEnd();
    if (paragraph.joined) this.#carried = paragraph.text;
    else if (text.trim() !== "" && !style.contents) {
      const item = level === 0 && (paragraph.item ?? style.item);
      this.#put(item ? `${"  ".repeat(paragraph.indent)}- ${text}` : text, level);
    }
    for (const line of paragraph.boxes) this.#put(line, 0);
  }

  #closeCell(): void {
    const table = this.#table();
    table?.row.push(table.cell.join(" ").replace(/\s+/g, " ").trim());
    if (table !== undefined) table.cell = [];
  }

  #closeRow(): void {
    const table = this.#table();
    if (table === undefined) return;
    const line = table.row.join("\t").trimEnd();
    const shown = !table.deleted && line !== "";
    table.row = [];
    table.deleted = false;
    if (!shown) return;
    this.#open.pop();
    this.#put(line, 0);
    this.#open.push(table);
  }

  #closeTable(): void {
    const table = this.#table();
    if (table === undefined) return;
    if (table.cell.length > 0) this.#closeCell();
    this.#closeRow();
    this.#open.pop();
  }

  /** Hands a line to what encloses it. */
  #put(line: string, level: number): void {
    const top = this.#open.at(-1);
    if (top === undefined) this.#sink(line, level);
    else if (top.kind === "table") top.cell.push(line);
    else top.boxes.push(line);
  }
}
