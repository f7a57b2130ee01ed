/** Excel workbooks as their readers see them. */
import assert from "node:assert/strict";
import { rowsOf, workbookFile, workbookParts, zipped } from "./office_files.ts";
import { sectionsOf } from "./outcomes.ts";

/** The lines of a workbook of one sheet. */
function lines(rows: string, more: Parameters<typeof workbookFile>[1] = {}): string[] {
  const sections = sectionsOf(workbookFile([{ name: "S", rows }], more), "sheet");
  return sections.flatMap(({ text }) => text.split("\n"));
}

const STYLES =
  `<numFmts><numFmt numFmtId="164" formatCode="[$-407]d\\.\\ mmm\\ yyyy;@"/><numFmt numFmtId="165" formatCode="#,##0.00&quot; days&quot;"/><numFmt numFmtId="166" formatCode="[h]:mm:ss"/><numFmt numFmtId="167" formatCode="yyyy-mm-dd hh:mm"/><numFmt numFmtId="168" formatCode="[Red]0.0%"/></numFmts>` +
  `<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${
    [0, 14, 164, 165, 166, 167, 168, 20, 22, 9].map((id) => `<xf numFmtId="${id}" xfId="0"/>`).join("")
  }</cellXfs>`;

/** What a number reads as with the style of that index. */
function shown(value: number | string, style: number, properties?: string): string {
  const rows = `<row r="1"><c r="A1" s="${style}"><v>${value}</v></c></row>`;
  return lines(rows, { styles: STYLES, ...(properties === undefined ? {} : { properties }) }).join("\n");
}

Deno.test("Excel: a section for each hundred rows, each begun by the headers, with its place", () => {
  const rows = rowsOf([["Name", "Sum"], ...Array.from({ length: 150 }, (_, index) => [`n${index + 2}`, index + 2])]);
  const [first, second, ...none] = sectionsOf(workbookFile([{ name: "Sheet1", rows }]), "sheet");
  assert.equal(none.length, 0);
  assert.deepEqual({ ...first, text: "" }, { heading: "Sheet1", level: 1, place: "Sheet1!A2:B101", text: "" });
  assert.deepEqual({ ...second, text: "" }, { heading: "Sheet1", level: 1, place: "Sheet1!A102:B151", text: "" });
  assert.deepEqual(first?.text.split("\n").slice(0, 2), ["Name\tSum", "n2\t2"]);
  assert.equal(first?.text.split("\n").at(-1), "n101\t101");
  assert.deepEqual(second?.text.split("\n").slice(0, 2), ["Name\tSum", "n102\t102"]);
  assert.equal(second?.text.split("\n").at(-1), "n151\t151");
});

Deno.test("Excel: what stands above the headers is a section before them; a sheet of headers alone is kept", () => {
  const sheets = [
    { name: "Plan 2026", rows: rowsOf([["Plan for 2026"]], 2) + rowsOf([["Who", "What"], ["Ann", 3]], 4) },
    { name: "It's", rows: rowsOf([["a", "b", "c"]], 3), state: "hidden" as const },
    { name: "Empty", rows: `<row r="1"/><row r="2"><c r="A2" s="1"/></row>` },
    { name: "One", rows: rowsOf([[5]]), state: "veryHidden" as const },
  ];
  assert.deepEqual(sectionsOf(workbookFile(sheets), "sheet"), [
    { heading: "Plan 2026", level: 1, place: "'Plan 2026'!A2", text: "Plan for 2026" },
    { heading: "Plan 2026", level: 1, place: "'Plan 2026'!A5:B5", text: "Who\tWhat\nAnn\t3" },
    { heading: "It's", level: 1, place: "'It''s'!A3:C3", text: "a\tb\tc" },
    { heading: "One", level: 1, place: "One!A1", text: "5" },
  ]);
});

Deno.test("Excel: cells keep their columns, though some are missing or cells have no references", () => {
  const rows = `<row r="2"><c r="C2"><v>1</v></c><c r="E2"><v>2</v></c></row><row r="3"><c r="B3"><v>3</v></c></row>`;
  assert.deepEqual(lines(rows), ["\t1\t\t2", "3"]);
  assert.deepEqual(lines(`<row><c><v>1</v></c><c/><c><v>3</v></c></row><row><c><v>4</v></c></row>`), ["1\t\t3", "4"]);
  const [section] = sectionsOf(
    workbookFile([{ name: "S", rows: `<row r="9"><c r="AA9"><v>1</v></c><c r="AB9"><v>1</v></c></row>` }]),
    "sheet",
  );
  assert.equal(section?.place, "S!AA9:AB9");
});

Deno.test("Excel: shared strings, with rich text joined, pronunciation left out, and escaped characters", () => {
  const strings = [
    "<t>plain</t>",
    `<r><t>ri</t></r><r><rPr><b/></rPr><t xml:space="preserve">ch </t></r><r><t>text</t></r>`,
    `<t>漢字</t><rPh sb="0" eb="2"><t>かんじ</t></rPh>`,
    "<t>a_x000D_\nb_x005F_</t>",
    "<t/>",
  ];
  const cells = strings.map((_, index) => `<c r="${"ABCDE"[index]}1" t="s"><v>${index}</v></c>`).join("");
  assert.deepEqual(lines(`<row r="1">${cells}</row>`, { strings }), ["plain\trich text\t漢字\ta b_"]);
});

Deno.test("Excel: truths, errors, ISO dates and the last values of formulas, without the formulas", () => {
  const rows =
    `<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c><c r="C1" t="e"><v>#DIV/0!</v></c><c r="D1" t="str"><f>A1&amp;"x"</f><v>yes x</v></c><c r="E1"><f>SUM(A1)</f><v>0.30000000000000004</v></c><c r="F1" t="d"><v>2026-03-01</v></c><c r="G1"><f>NOW()</f></c></row>`;
  assert.deepEqual(lines(rows), ["TRUE\tFALSE\t#DIV/0!\tyes x\t0.3\t2026-03-01"]);
});

Deno.test("Excel: numbers are dates, times and shares by their format, built-in or own", () => {
  assert.equal(shown(46082, 1), "2026-03-01");
  assert.equal(shown(46082, 2), "2026-03-01");
  assert.equal(shown(46082, 0), "46082");
  assert.equal(shown(3.5, 3), "3.5", "a format that only says days");
  assert.equal(shown(1.25, 4), "30:00", "more hours than a day has");
  assert.equal(shown(46082.604166666664, 5), "2026-03-01 14:30");
  assert.equal(shown(46082.604178240741, 8), "2026-03-01 14:30:01");
  assert.equal(shown(0.125, 6), "12.5%");
  assert.equal(shown(0.07, 9), "7%");
  assert.equal(shown(0.604166666666667, 7), "14:30");
  assert.equal(shown("1E+20", 1), "100000000000000000000", "no day that Excel knows");
  assert.equal(shown("x", 1), "x");
  assert.equal(shown(1.5, 99), "1.5", "a style that is not there");
});

Deno.test("Excel: days are counted from 1900 with its false leap day, or from 1904", () => {
  const mac = `<workbookPr date1904="1"/>`;
  assert.equal(shown(1, 1), "1900-01-01");
  assert.equal(shown(59, 1), "1900-02-28");
  assert.equal(shown(61, 1), "1900-03-01");
  assert.equal(shown(0, 1, mac), "1904-01-01");
  assert.equal(shown(44620, 1, mac), "2026-03-01");
  assert.equal(shown(46082, 1, `<workbookPr date1904="false"/>`), "2026-03-01");
});

Deno.test("Excel: sheets stand in the order of their tabs, not of their files; charts hold no cells", () => {
  const parts = workbookParts([{ name: "A", rows: rowsOf([[1]]) }, { name: "B", rows: rowsOf([[2]]) }, {
    name: "Chart",
    rows: rowsOf([[3]]),
  }]);
  const links = String(parts["xl/_rels/workbook.xml.rels"])
    .replace("sheet1.xml", "sheetX.xml").replace("sheet2.xml", "sheet1.xml").replace("sheetX.xml", "sheet2.xml")
    .replace(/worksheet(" Target="worksheets\/sheet3)/, "chartsheet$1");
  const sections = sectionsOf(zipped({ ...parts, "xl/_rels/workbook.xml.rels": links }), "sheet");
  assert.deepEqual(sections.map(({ heading, text }) => [heading, text]), [["A", "2"], ["B", "1"]]);
});
