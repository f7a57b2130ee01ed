/**
 * Excel workbooks: a section for each hundred rows of each sheet, hidden ones too.
 *
 * A section reads as a table: the row of headers, then the rows, with tabs between the cells. The headers open every
 * section, so that each stands for itself; they are not repeated in every line, where they would be most of the text
 * and outweigh the values in a search.
 */
import type { Section } from "../contracts/documents.ts";
import type { Budget } from "./limits.ts";
import type { Package } from "./package.ts";
import { Sections } from "./sections.ts";
import { columnName, type Row, type RowAllowance, SheetRows } from "./sheet_rows.ts";
import { readNumberKinds, readStrings, type WorkbookFacts } from "./workbook_facts.ts";
import { attribute, isOn, relationshipId } from "./xml.ts";

const ROWS_PER_SECTION = 100;
/** A section with texts of that many characters ends before its hundredth row. */
const SECTION_CHARS = 50_000;
/** Rows at the top among which the headers are looked for: titles and notes often stand above them. */
const HEADER_WITHIN = 5;

/** A row as a line whose first field is the column `from`. */
function tabbed(row: Row, from: number, budget: Budget): string {
  let line = "";
  let column = from;
  for (const cell of row.cells) {
    // Columns that go back are a mistake of the writer; the value counts.
    line += budget.take("\t".repeat(Math.max(0, cell.column - column)) + cell.text);
    column = Math.max(column, cell.column);
  }
  return line;
}

/** A row that names columns: words in two cells or more, and nothing else. */
function isHeader(row: Row): boolean {
  return row.cells.length > 1 && row.cells.every(({ words }) => words);
}

/** How a sheet is named in a reference. */
function quoted(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(name) ? name : `'${name.replaceAll("'", "''")}'`;
}

/** Gathers the rows of a sheet into sections. */
class SheetSections {
  readonly #name: string;
  readonly #sections: Sections;
  readonly #budget: Budget;
  #seen = 0;
  #header: Row | undefined;
  /** Whether the headers still stand in no section. */
  #headerWaits = false;
  #rows: Row[] = [];
  #chars = 0;

  constructor(name: string, sections: Sections, budget: Budget) {
    this.#name = name;
    this.#sections = sections;
    this.#budget = budget;
  }

  add(row: Row): void {
    this.#seen++;
    if (this.#header === undefined && this.#seen <= HEADER_WITHIN && isHeader(row)) {
      // What stands above the headers is a section of its own.
      this.#endSection();
      this.#header = row;
      this.#headerWaits = true;
      return;
    }
    this.#rows.push(row);
    for (const { text } of row.cells) this.#chars += text.length;
    if (this.#rows.length === ROWS_PER_SECTION || this.#chars >= SECTION_CHARS) this.#endSection();
  }

  /** Ends the sheet. */
  end(): void {
    if (this.#rows.length > 0 || this.#headerWaits) this.#endSection();
  }

  #endSection(): void {
    const rows = this.#header === undefined ? this.#rows : [this.#header, ...this.#rows];
    const placed = this.#rows.length === 0 ? rows : this.#rows;
    const columns = rows.flatMap(({ cells }) => cells.map(({ column }) => column));
    const first = columns.reduce((least, column) => Math.min(least, column), Infinity);
    const last = columns.reduce((most, column) => Math.max(most, column), 0);
    this.#rows = [];
    this.#chars = 0;
    this.#headerWaits = false;
    if (last === 0) return;
    const from = `${columnName(first)}${placed[0]?.number}`;
    const to = `${columnName(last)}${placed.at(-1)?.number}`;
    const place = `${quoted(this.#name)}!${from === to ? from : `${from}:${to}`}`;
    this.#sections.add(this.#name, 1, place, rows.map((row) => tabbed(row, first, this.#budget)));
  }
}

interface Sheet {
  readonly name: string;
  readonly id: string;
}

/** The sheets in the order of their tabs, and whether days are counted from 1904. */
function readSheets(source: Package, main: string): { sheets: Sheet[]; from_1904: boolean } {
  const sheets: Sheet[] = [];
  let from_1904 = false;
  source.read(main, {
    open(name, attributes) {
      if (name === "sheet") sheets.push({ name: attribute(attributes, "name"), id: relationshipId(attributes) });
      const date1904 = name === "workbookPr" ? attribute(attributes, "date1904") : "";
      if (date1904 !== "") from_1904 = isOn(date1904);
    },
    done: () => source.budget.fills(sheets.length),
  });
  return { sheets, from_1904 };
}

/**
 * The sections of a workbook: the heading is the sheet's name, `place` the cells such as `Sheet1!A2:F101`.
 * @throws Refusal
 */
export function readWorkbook(source: Package, main: string): Section[] {
  const { sheets, from_1904 } = readSheets(source, main);
  const parts = source.relationships(main);
  const [strings = ""] = source.targets(main, "sharedStrings");
  const [styles = ""] = source.targets(main, "styles");
  const facts: WorkbookFacts = {
    strings: readStrings(source, strings),
    kinds: readNumberKinds(source, styles),
    from_1904,
  };
  const sections = new Sections(source.budget);
  const allowance: RowAllowance = { rows: source.budget.limits.rows_max };
  for (const { name, id } of sheets) {
    const part = parts.get(id);
    // Sheets that are one chart, and those of old macros, hold no cells.
    if (part?.type !== "worksheet") continue;
    const gathered = new SheetSections(name, sections, source.budget);
    const rows = new SheetRows(facts, source.budget, allowance, (row) => gathered.add(row));
    source.read(part.target, rows);
    rows.end();
    gathered.end();
  }
  return sections.list;
}
