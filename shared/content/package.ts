/** Office Open XML's container: parts by name, their relationships, and what a document says of itself. */
import { Refusal } from "./extracted.ts";
import type { Budget } from "./limits.ts";
import { attribute, readXml, type XmlReader } from "./xml.ts";
import { unpack, zipEntries, type ZipEntry } from "./zip.ts";

/** One part's link to another. */
export interface Relationship {
  /** The last segment of the type's URI: the rest differs between the transitional and the strict form. */
  readonly type: string;
  /** The name of the part that it leads to. */
  readonly target: string;
}

/** The name of a part, from a reference that stands in the part `from`. */
function resolved(from: string, target: string): string {
  const segments = target.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const segment of target.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return segments.join("/").toLowerCase();
}

function relationshipsName(part: string): string {
  const cut = part.lastIndexOf("/") + 1;
  return `${part.slice(0, cut)}_rels/${part.slice(cut)}.rels`;
}

/** The parts of a document. */
export class Package {
  readonly budget: Budget;
  readonly #bytes: Uint8Array;
  readonly #entries: Map<string, ZipEntry>;

  /** @throws Refusal `damaged`, `too_large` */
  constructor(bytes: Uint8Array, budget: Budget) {
    this.budget = budget;
    this.#bytes = bytes;
    this.#entries = zipEntries(bytes, budget.limits.parts_max);
  }

  /**
   * Reads a part, if it is there and the budget is not spent.
   * @returns whether the part is there
   * @throws Refusal
   */
  read(part: string, reader: XmlReader): boolean {
    const entry = this.#entries.get(part.toLowerCase());
    if (entry === undefined) return false;
    if (this.budget.spent) this.budget.cut();
    else readXml(unpack(this.#bytes, entry, this.budget), reader, this.budget);
    return true;
  }

  /**
   * The relationships of a part by their ids; the package's own for the part `""`. Links to the outside are left out:
   * nothing follows them.
   */
  relationships(part: string): Map<string, Relationship> {
    const found = new Map<string, Relationship>();
    this.read(relationshipsName(part), {
      open(name, attributes) {
        if (name !== "Relationship" || attribute(attributes, "TargetMode") === "External") return;
        found.set(attribute(attributes, "Id"), {
          type: attribute(attributes, "Type").split("/").at(-1) ?? "",
          target: resolved(part, attribute(attributes, "Target")),
        });
      },
      done: () => this.budget.fills(found.size),
    });
    return found;
  }

  /** The names of the parts that a part leads to by relationships of a type, in their order. */
  targets(part: string, type: string): string[] {
    return [...this.relationships(part).values()].filter((one) => one.type === type).map(({ target }) => target);
  }

  /**
   * The part that a document begins with, by the package's relationships.
   * @throws Refusal `not_an_office_file`, `old_format`
   */
  mainPart(): string {
    const [main] = this.targets("", "officeDocument");
    if (main === undefined || !this.#entries.has(main)) {
      throw new Refusal("not_an_office_file", "The file is not a Word, Excel or PowerPoint document");
    }
    if (main.endsWith(".bin")) throw new Refusal("old_format", "The file is a binary workbook, which is not read");
    return main;
  }

  /** The name of the outermost element of a part, which tells what the part is; `""` if there is none. */
  rootElement(part: string): string {
    let root = "";
    this.read(part, { open: (name) => void (root ||= name), done: () => root !== "" });
    return root;
  }

  /** The title in the document's properties, or `""`. */
  title(): string {
    let title = "";
    let within = false;
    const [properties = ""] = this.targets("", "core-properties");
    this.read(properties, {
      open: (name) => void (within = name === "title"),
      close: () => void (within = false),
      text: (text) => void (title += within ? this.budget.take(text) : ""),
    });
    return title.replace(/\s+/g, " ").trim();
  }
}
