/** The rows of a sheet as a stream: memory is bound by one row. Source of the elements: ECMA-376 part 1, 18.3.1. */
import type { Budget } from "./limits.ts";
import { numberText } from "./number_format.ts";
import { unescaped, type WorkbookFacts } from "./workbook_facts.ts";
import type { Attributes, XmlReader } from "./xml.ts";

/** A cell that holds something. */
export interface Cell {
  /** From 1. */
  readonly column: number;
  readonly text: string;
  /** Whether it holds words rather than a number, a date or a truth. */
  readonly words: boolean;
}

/** A row that holds something: its number from 1, its cells from the left. */
export interface Row {
  readonly number: number;
  readonly cells: readonly Cell[];
}

/** The column of a reference such as `AB12`, from 1; 0 when it names none. */
function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length; at++) {
    const letter = (reference.charCodeAt(at) | 0x20) - 0x60;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column;
}

/** The letters of a column, from 1. */
export function columnName(column: number): string {
  let name = "";
  for (let left = column; left > 0; left = Math.floor((left - 1) / 26)) {
    name = String.fromCharCode(65 + (left - 1) % 26) + name;
  }
  return name;
}

/** The longest text and the last row that Excel knows. */
const CELL_CHARS_MAX = 32_767;
const ROW_MAX = 1_048_576;

/** Rows that all sheets of a workbook may have yet; below zero once there was one too many. */
export interface RowAllowance {
  rows: number;
}

/** Reads the elements of a sheet. Formulas are left out: their last values stand beside them. */
export class SheetRows implements XmlReader {
  readonly skipped = new Set(["f", "rPh"]);
  readonly #facts: WorkbookFacts;
  readonly #budget: Budget;
  readonly #allowance: RowAllowance;
  readonly #sink: (row: Row) => void;
  #row = 0;
  #column = 0;
  #type = "";
  #style = 0;
  #value = "";
  #inValue = false;
  #cells: Cell[] = [];

  constructor(facts: WorkbookFacts, budget: Budget, allowance: RowAllowance, sink: (row: Row) => void) {
    this.#facts = facts;
    this.#budget = budget;
    this.#allowance = allowance;
    this.#sink = sink;
  }

  open(name: string, attributes: Attributes): void {
    if (name === "v" || name === "t") this.#inValue = true;
    else if (name === "c") {
      const { r = "", t = "n", s = "0" } = attributes;
      // Writers that stream leave the references out: a cell is then the next one.
      this.#column = columnOf(r) || this.#column + 1;
      this.#type = t;
      this.#style = Number(s);
      this.#value = "";
    } else if (name === "row") {
      const number = Number(attributes.r);
      this.#row = number >= 1 && number <= ROW_MAX ? Math.floor(number) : this.#row + 1;
      this.#column = 0;
      this.#cells = [];
      this.#allowance.rows--;
    }
  }

  close(name: string): void {
    if (name === "v" || name === "t") this.#inValue = false;
    else if (name === "c") this.#closeCell();
    else if (name === "row") this.end();
  }

  text(text: string): void {
    if (this.#inValue && this.#value.length < CELL_CHARS_MAX) this.#value += text;
  }

  done(): boolean {
    if (this.#allowance.rows >= 0) return false;
    this.#budget.cut();
    return true;
  }

  /** Ends the row that is open still, when the reading ended early. */
  end(): void {
    if (this.#cells.length > 0 && this.#allowance.rows >= 0) this.#sink({ number: this.#row, cells: this.#cells });
    this.#cells = [];
  }

  #closeCell(): void {
    if (this.#value === "") return;
    if (this.#column > this.#budget.limits.columns_max) {
      this.#budget.cut();
      return;
    }
    const text = this.#shown().slice(0, CELL_CHARS_MAX).replace(/\s+/g, " ").trim();
    if (text === "") return;
    const words = this.#type === "s" || this.#type === "inlineStr" || this.#type === "str";
    this.#cells.push({ column: this.#column, text, words });
  }

  #shown(): string {
    switch (this.#type) {
      case "s": {
        const string = this.#facts.strings[Number(this.#value)];
        if (string === undefined) this.#budget.cut();
        return string ?? "";
      }
      case "b":
        return this.#value === "1" ? "TRUE" : "FALSE";
      case "n":
        return numberText(this.#value, this.#facts.kinds[this.#style] ?? "plain", this.#facts.from_1904);
      default:
        return unescaped(this.#value);
    }
  }
}
