/** Office files made from their parts, in the shapes that Word, Excel, PowerPoint, LibreOffice and Google write. */
import { strToU8, zipSync } from "fflate";

const DECLARATION = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n`;
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

export const W = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`;
export const R = `xmlns:r="${OFFICE}"`;
const S = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`;
const P =
  `xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"`;

/** Parts by their names: XML, or bytes as they are. */
export type Parts = Readonly<Record<string, string | Uint8Array>>;

/** A zip file of the parts. */
export function zipped(parts: Parts): Uint8Array<ArrayBuffer> {
  const files = Object.entries(parts).map(([name, content]): [string, Uint8Array] => [
    name,
    typeof content === "string" ? strToU8(content) : content,
  ]);
  return new Uint8Array(zipSync(Object.fromEntries(files), { level: 6 }));
}

/** A part of relationships: ids `rId1`, `rId2` … in the order given. */
export function relationships(...links: readonly (readonly [type: string, target: string])[]): string {
  const items = links.map(([type, target], index) =>
    `<Relationship Id="rId${index + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`
  );
  return `${DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${
    items.join("")
  }</Relationships>`;
}

function core(title: string): string {
  return `${DECLARATION}<cp:coreProperties xmlns:cp="x" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${title}</dc:title><dc:creator>Ann</dc:creator></cp:coreProperties>`;
}

/** What stands around a main part. */
function packaged(main: string, parts: Parts, title = ""): Parts {
  return {
    "[Content_Types].xml":
      `${DECLARATION}<Types xmlns="x"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    "_rels/.rels": relationships(["officeDocument", main], ["metadata/core-properties", "docProps/core.xml"]),
    "docProps/core.xml": core(title),
    ...parts,
  };
}

/** The parts of a Word document with that body; `more` adds parts or replaces some. */
export function wordParts(body: string, more: Parts & { title?: string } = {}): Parts {
  const { title, ...parts } = more;
  return packaged("word/document.xml", {
    "word/document.xml": `${DECLARATION}<w:document ${W} ${R}><w:body>${body}</w:body></w:document>`,
    "word/_rels/document.xml.rels": relationships(
      ["styles", "styles.xml"],
      ["footnotes", "footnotes.xml"],
      ["comments", "comments.xml"],
      ["endnotes", "/word/endnotes.xml"],
    ),
    ...parts,
  }, title);
}

/** A Word document with that body. */
export function wordFile(body: string, more: Parts & { title?: string } = {}): Uint8Array<ArrayBuffer> {
  return zipped(wordParts(body, more));
}

/** The styles part of Word: each with what stands in its `w:style`. */
export function wordStyles(styles: Readonly<Record<string, string>>): string {
  const items = Object.entries(styles).map(([id, inner]) =>
    `<w:style w:type="paragraph" w:styleId="${id}">${inner}</w:style>`
  );
  return `${DECLARATION}<w:styles ${W}>${items.join("")}</w:styles>`;
}

/** A paragraph of one run; a style by its id. */
export function paragraph(text: string, style = ""): string {
  const properties = style === "" ? "" : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`;
  return `<w:p>${properties}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

/** A sheet as a workbook lists it. */
export interface SheetPart {
  readonly name: string;
  /** What stands in `sheetData`. */
  readonly rows: string;
  readonly state?: "hidden" | "veryHidden";
}

/** What else a workbook may have. */
export interface WorkbookParts {
  /** What stands in each `si`. */
  readonly strings?: readonly string[];
  /** What stands in `styleSheet`. */
  readonly styles?: string;
  readonly properties?: string;
}

/** The parts of a workbook. */
export function workbookParts(sheets: readonly SheetPart[], more: WorkbookParts = {}): Parts {
  const list = sheets.map(({ name, state }, index) =>
    `<sheet name="${name}" sheetId="${index + 7}" ${state === undefined ? "" : `state="${state}"`} r:id="rId${
      index + 1
    }"/>`
  );
  const links = sheets.map((_, index) => ["worksheet", `worksheets/sheet${index + 1}.xml`] as const);
  return packaged("xl/workbook.xml", {
    "xl/workbook.xml": `${DECLARATION}<workbook ${S} ${R}>${more.properties ?? "<workbookPr/>"}<sheets>${
      list.join("")
    }</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relationships(...links, ["sharedStrings", "sharedStrings.xml"], [
      "styles",
      "styles.xml",
    ]),
    "xl/sharedStrings.xml": `${DECLARATION}<sst ${S}>${
      (more.strings ?? []).map((one) => `<si>${one}</si>`).join("")
    }</sst>`,
    "xl/styles.xml": `${DECLARATION}<styleSheet ${S}>${more.styles ?? ""}</styleSheet>`,
    ...Object.fromEntries(sheets.map(({ rows }, index) => [
      `xl/worksheets/sheet${index + 1}.xml`,
      `${DECLARATION}<worksheet ${S} ${R}><cols><col min="1" max="2" width="9"/></cols><sheetData>${rows}</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells></worksheet>`,
    ])),
  });
}

/** A workbook of one sheet or more. */
export function workbookFile(sheets: readonly SheetPart[], more: WorkbookParts = {}): Uint8Array<ArrayBuffer> {
  return zipped(workbookParts(sheets, more));
}

/** Rows of words and numbers from A1 on, with the words in the cells themselves. */
export function rowsOf(rows: readonly (readonly (string | number | null)[])[], first = 1): string {
  return rows.map((cells, index) => {
    const number = first + index;
    const inner = cells.map((cell, column) => {
      const r = `r="${String.fromCharCode(65 + column)}${number}"`;
      if (cell === null) return "";
      return typeof cell === "number"
        ? `<c ${r}><v>${cell}</v></c>`
        : `<c ${r} t="inlineStr"><is><t>${cell}</t></is></c>`;
    });
    return `<row r="${number}">${inner.join("")}</row>`;
  }).join("");
}

/** A slide as a presentation lists it: what stands in its tree of shapes, and in that of its notes. */
export interface SlidePart {
  readonly shapes: string;
  readonly notes?: string;
  readonly diagram?: string;
}

/** A shape with one paragraph for each line; the type of its placeholder, if it is one. */
export function shape(lines: readonly string[], placeholder?: string): string {
  const ph = placeholder === undefined ? "" : `<p:ph type="${placeholder}"/>`;
  const text = lines.map((line) => `<a:p><a:r><a:rPr lang="en-US"/><a:t>${line}</a:t></a:r></a:p>`).join("");
  return `<p:sp><p:nvSpPr><p:cNvPr id="2" name="x"/><p:nvPr>${ph}</p:nvPr></p:nvSpPr><p:txBody><a:bodyPr/>${text}</p:txBody></p:sp>`;
}

/** The parts of a presentation. Slides stand in the package in the opposite order of the one in which they are shown. */
export function presentationParts(slides: readonly SlidePart[]): Parts {
  const file = (index: number) => `slide${slides.length - index}.xml`;
  const ids = slides.map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 2}"/>`);
  const tree = (root: string, shapes: string) =>
    `${DECLARATION}<p:${root} ${P} ${R}><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:${root}>`;
  return packaged("ppt/presentation.xml", {
    "ppt/presentation.xml":
      `${DECLARATION}<p:presentation ${P} ${R}><p:sldMasterIdLst><p:sldMasterId id="1" r:id="rId1"/></p:sldMasterIdLst><p:sldIdLst>${
        ids.join("")
      }</p:sldIdLst></p:presentation>`,
    "ppt/_rels/presentation.xml.rels": relationships(
      ["slideMaster", "slideMasters/slideMaster1.xml"],
      ...slides.map((_, index) => ["slide", `slides/${file(index)}`] as const),
    ),
    ...Object.fromEntries(slides.flatMap(({ shapes, notes, diagram }, index): [string, string][] => [
      [`ppt/slides/${file(index)}`, tree("sld", shapes)],
      [
        `ppt/slides/_rels/${file(index)}.rels`,
        relationships(["notesSlide", `../notesSlides/${file(index)}`], ["diagramData", `../diagrams/${file(index)}`]),
      ],
      ...(notes === undefined ? [] : [[`ppt/notesSlides/${file(index)}`, tree("notes", notes)] as [string, string]]),
      ...(diagram === undefined ? [] : [[`ppt/diagrams/${file(index)}`, diagram] as [string, string]]),
    ])),
  });
}

/** A presentation. */
export function presentationFile(slides: readonly SlidePart[]): Uint8Array<ArrayBuffer> {
  return zipped(presentationParts(slides));
}
