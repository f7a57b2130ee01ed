/**
 * The text of one slide, of its notes or of a diagram on it: a line for each paragraph, and for each row of a table
 * with its cells between tabs. Groups of shapes read in the order in which they stand.
 * Source of the elements: ECMA-376 part 1, 19.3 and 21.1.2.
 */
import type { Budget } from "./limits.ts";
import { attribute, type Attributes, type XmlReader } from "./xml.ts";

/** Placeholders that repeat on every slide: the number, the date, the lines above and below. */
const FURNITURE = new Set(["sldNum", "dt", "ftr", "hdr"]);
const SHAPES = new Set(["sp", "pic", "graphicFrame", "cxnSp"]);
const TITLES = new Set(["title", "ctrTitle"]);

/** Reads the elements of a slide. */
export class SlideText implements XmlReader {
  readonly skipped = new Set(["Fallback"]);
  title = "";
  readonly lines: string[] = [];
  readonly #budget: Budget;
  /** The type of the placeholder that the shape is, `""` for a shape of its own. */
  #placeholder = "";
  #paragraph = "";
  #inText = false;
  #cell: string[] | undefined;
  #row: string[] = [];

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  open(name: string, attributes: Attributes): void {
    if (SHAPES.has(name)) this.#placeholder = "";
    else if (name === "ph") this.#placeholder = attribute(attributes, "type");
    else if (name === "tc") this.#cell = [];
    else if (name === "p") this.#paragraph = "";
    else if (name === "t") this.#inText = true;
    else if (name === "br") this.#paragraph += "\n";
  }

  close(name: string): void {
    if (name === "t") this.#inText = false;
    else if (name === "p") this.#closeParagraph();
    else if (name === "tc") {
      this.#row.push((this.#cell ?? []).join(" ").replace(/\s+/g, " ").trim());
      this.#cell = undefined;
    } else if (name === "tr") {
      const line = this.#row.join("\t").trimEnd();
      if (line !== "") this.lines.push(line);
      this.#row = [];
    }
  }

  text(text: string): void {
    if (this.#inText && !FURNITURE.has(this.#placeholder)) this.#paragraph += this.#budget.take(text);
  }

  /** Ends what is open still, when the reading ended early. */
  end(): void {
    this.#closeParagraph();
    if (this.#cell !== undefined) this.close("tc");
    this.close("tr");
  }

  #closeParagraph(): void {
    const line = this.#paragraph.trim();
    this.#paragraph = "";
    if (line === "") return;
    if (this.#cell !== undefined) this.#cell.push(line);
    else if (TITLES.has(this.#placeholder)) this.title = `${this.title} ${line.replace(/\s+/g, " ")}`.trimStart();
    else this.lines.push(line);
  }
}
