import { escapeXml, packageOf, type Part, RELATIONSHIPS } from "./package.ts";
import type { FilePart } from "./store.ts";

const S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';

/** An Excel workbook: each part a sheet, whose lines are rows with cells parted by tabs. Texts are shared strings. */
export function sheetBytes(parts: readonly FilePart[]): Uint8Array<ArrayBuffer> {
  const strings: string[] = [];
  const sheets = parts.map(({ lines }, at): Part => ({
    path: `xl/worksheets/sheet${at + 1}.xml`,
    type: "spreadsheetml.worksheet",
    xml: `<worksheet ${S}><sheetData>${
      lines.map((line, row) => rowXml(line, row + 1, strings)).join("")
    }</sheetData></worksheet>`,
  }));
  const named = parts.map(({ heading }, at) =>
    `<sheet name="${escapeXml(sheetName(heading, at))}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`
  );
  const last = `rId${parts.length + 1}`;
  return packageOf([
    {
      path: "xl/workbook.xml",
      type: "spreadsheetml.sheet.main",
      xml: `<workbook ${S} ${RELATIONSHIPS}><sheets>${named.join("")}</sheets></workbook>`,
      links: [
        ...sheets.map((_, at) => [`rId${at + 1}`, "worksheet", `worksheets/sheet${at + 1}.xml`] as const),
        [last, "sharedStrings", "sharedStrings.xml"],
      ],
    },
    ...sheets,
    {
      path: "xl/sharedStrings.xml",
      type: "spreadsheetml.sharedStrings",
      xml: `<sst ${S} count="${strings.length}" uniqueCount="${strings.length}">${
        strings.map((text) => `<si><t xml:space="preserve">${escapeXml(text)}</t></si>`).join("")
      }</sst>`,
    },
  ]);
}

function rowXml(line: string, row: number, strings: string[]): string {
  const cells = line.split("\t").map((text, at) => {
    const place = `${String.fromCharCode(65 + at)}${row}`;
    if (/^-?\d+(\.\d+)?$/.test(text)) return `<c r="${place}"><v>${text}</v></c>`;
    return `<c r="${place}" t="s"><v>${strings.push(text) - 1}</v></c>`;
  });
  return `<row r="${row}">${cells.join("")}</row>`;
}

/** A name may have 31 characters, and none of these. */
function sheetName(heading: string, at: number): string {
  return heading.replace(/[[\]:*?/\\]/g, " ").slice(0, 31) || `Sheet${at + 1}`;
}
