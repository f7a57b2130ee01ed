/** Files that are broken, closed or made to cost much: each has its outcome, and no reading goes beyond the limits. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type ContentKind, extractHere } from "../../shared/content/mod.ts";
import { Budget, CONTENT_LIMITS } from "../../shared/content/limits.ts";
import { unpack, zipEntries } from "../../shared/content/zip.ts";
import {
  bomb,
  compoundFile,
  fileReader,
  fullSheet,
  laughs,
  nested,
  ordinarySheet,
  packedRepeats,
  packedZip,
  repeatedString,
  samePart,
  wideRows,
  wordOfPacked,
} from "./hostile_files.ts";
import {
  paragraph,
  presentationFile,
  relationships,
  rowsOf,
  shape,
  W,
  wordFile,
  wordParts,
  workbookFile,
  workbookParts,
  zipped,
} from "./office_files.ts";
import { refusalOf, textOf } from "./outcomes.ts";

const text = new TextEncoder();

Deno.test("a file that unpacks to a thousand times its size is refused as a bomb, whatever is in it", () => {
  for (const inside of ["text", "elements", "comments"] as const) {
    const file = bomb(1_000, inside);
    assert.ok(file.length < 1_600_000);
    assert.equal(refusalOf(file, "word"), "bomb", inside);
  }
});

Deno.test("a bomb is unpacked no further than it takes to see that it is one", () => {
  const file = bomb(1_000);
  const entry = zipEntries(file, 10).get("word/document.xml");
  assert.ok(entry);
  let unpacked_bytes = 0;
  let step_bytes_max = 0;
  assert.throws(() => {
    for (const { length } of unpack(file, entry, new Budget(CONTENT_LIMITS))) {
      unpacked_bytes += length;
      step_bytes_max = Math.max(step_bytes_max, length);
    }
  }, { reason: "bomb" });
  assert.ok(unpacked_bytes <= CONTENT_LIMITS.ratio_from_bytes, `${unpacked_bytes}`);
  assert.ok(step_bytes_max <= 8_192 * 1_032, `${step_bytes_max}`);
});

Deno.test("parts that overlap, so that 1 MB stands for 4 GB, are cut when all of them have cost enough", () => {
  // Below the ratio of a bomb each: 10,000 sheets that are all the same rows.
  const rows = Array.from({ length: 3_000 }, (_, index) => `<row r="${index + 1}"/>`).join("");
  const parts = Object.entries(
    workbookParts(Array.from({ length: 10_000 }, (_, at) => ({ name: `S${at}`, rows: "" }))),
  );
  const sheet = packedRepeats(`<worksheet><sheetData>${rows}`, "", 0, "</sheetData></worksheet>");
  const file = packedZip(
    parts.map(([name, content]) =>
      name.startsWith("xl/worksheets/")
        ? { name, packed: sheet }
        : { name, method: 0, packed: typeof content === "string" ? text.encode(content) : content }
    ),
  );
  const outcome = textOf(file, "sheet");
  assert.deepEqual([outcome.truncated, outcome.sections], [true, []]);
});

Deno.test("a text, tag, comment or instruction without end is refused before it fills the memory", () => {
  const limits = { token_chars_max: 200_000 };
  const long = Array.from({ length: 60_000 }, (_, index) => index).join(" ");
  for (const inside of [long, `<w:p w:a="${long}"/>`, `<!-- ${long} -->`, `<?x ${long}?>`, `<![CDATA[${long}]]>`]) {
    assert.equal(refusalOf(wordFile(inside), "word", limits), "bomb", inside.slice(0, 10));
    assert.equal(refusalOf(wordFile(inside), "word"), "text", inside.slice(0, 10));
  }
});

Deno.test("100,000 elements within each other are refused, what people nest is read", () => {
  assert.equal(refusalOf(nested(100_000), "word"), "too_deep");
  assert.equal(refusalOf(nested(300), "word"), "text");
});

Deno.test("entities of a file's own are refused: those that multiply and those that read files", () => {
  assert.equal(refusalOf(laughs(), "word"), "damaged");
  assert.equal(refusalOf(fileReader(), "word"), "damaged");
});

Deno.test("a sheet is cut at its limit of rows, and says so", () => {
  const { sections, truncated } = textOf(fullSheet(20_000), "sheet", { rows_max: 5_000 });
  assert.equal(truncated, true);
  assert.equal(sections.at(-1)?.place, "S!A4901:A5000");
  assert.equal(textOf(fullSheet(5_000), "sheet", { rows_max: 5_000 }).truncated, false);
});

Deno.test("rows count over all sheets, the empty ones too", () => {
  const { truncated } = textOf(samePart(30), "sheet", { rows_max: 100_000 });
  assert.equal(truncated, true);
  assert.equal(textOf(samePart(9), "sheet", { rows_max: 100_000 }).truncated, false);
});

Deno.test("a text is cut at its limit, never within a character, and says so", () => {
  const file = wordFile(paragraph("one") + paragraph("two 😀") + paragraph("three"));
  for (const [chars, expected] of [[5, "one\ntw"], [8, "one\ntwo"], [9, "one\ntwo 😀"]] as const) {
    const { sections, truncated } = textOf(file, "word", { text_chars_max: chars });
    assert.deepEqual([sections[0]?.text, truncated], [expected, true]);
  }
  assert.equal(textOf(file, "word", { text_chars_max: 15 }).truncated, false);
});

Deno.test("what a slide or a sheet has read before the cut is kept", () => {
  const slides = presentationFile([{ shapes: shape(["First"]) }, { shapes: shape(["Second", "more"]) }]);
  const outcome = textOf(slides, "presentation", { text_chars_max: 8 });
  assert.deepEqual([outcome.sections.map((one) => one.text), outcome.truncated], [["First", "Sec"], true]);
  const sheet = textOf(workbookFile([{ name: "S", rows: rowsOf([[1, 2], [3, 4]]) }]), "sheet", { text_chars_max: 4 });
  assert.deepEqual([sheet.sections[0]?.text, sheet.truncated], ["1\t2\n3", true]);
});

Deno.test("few bytes that stand for much text come to no more text than the limit", () => {
  for (const [file, kind] of [[wideRows(20_000), "sheet"], [repeatedString(2_000), "sheet"]] as const) {
    const { sections, truncated } = textOf(file, kind, { text_chars_max: 100_000 });
    const chars = sections.reduce((sum, one) => sum + one.text.length, 0);
    assert.ok(truncated && chars > 50_000 && chars < 102_000, `${chars}`);
  }
});

Deno.test("sections, columns, strings and elements are cut at their limits, and the outcome says so", () => {
  const headings = wordFile([1, 2, 3, 4].map((one) => paragraph(`h${one}`, "Heading1")).join(""));
  const sections = textOf(headings, "word", { sections_max: 2 });
  assert.deepEqual([sections.sections.length, sections.truncated], [2, true]);
  const columns = textOf(workbookFile([{ name: "S", rows: rowsOf([[1, 2, 3]]) }]), "sheet", { columns_max: 2 });
  assert.deepEqual([columns.sections[0]?.text, columns.truncated], ["1\t2", true]);
  const strings = ["<t>aaaa</t>", "<t>bbbb</t>", ...Array.from({ length: 9_000 }, () => "<t>cccc</t>")];
  const rows = (index: number) => `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>${index}</v></c></row>`;
  const shared = (index: number) =>
    textOf(workbookFile([{ name: "S", rows: rows(index) }], { strings }), "sheet", { strings_chars_max: 4 });
  assert.deepEqual([shared(0).sections[0]?.text, shared(0).truncated], ["aaaa\taaaa", false]);
  assert.deepEqual([shared(9_001).sections[0]?.text, shared(9_001).truncated], ["aaaa", true]);
  const elements = textOf(ordinarySheet(20_000), "sheet", { elements_max: 50_000 });
  assert.ok(elements.truncated && elements.sections.length > 10 && elements.sections.length < 150);
  const unpacked = textOf(ordinarySheet(20_000), "sheet", { unpacked_bytes_max: 500_000 });
  assert.ok(unpacked.truncated && unpacked.sections.length > 10 && unpacked.sections.length < 150);
});

Deno.test("a file is refused above its limits of bytes and of parts", () => {
  const file = wordFile(paragraph("x"));
  assert.equal(refusalOf(file, "word", { file_bytes_max: file.length - 1 }), "too_large");
  assert.equal(refusalOf(file, "word", { file_bytes_max: file.length }), "text");
  assert.equal(refusalOf(file, "word", { parts_max: 4 }), "too_large");
});

Deno.test("passwords, old formats and other files are told apart", () => {
  assert.equal(refusalOf(compoundFile(true), "word"), "encrypted");
  assert.equal(refusalOf(compoundFile(false), "sheet"), "old_format");
  for (const other of ["", "%PDF-1.7", "<html>a long page that says login</html>", "PK"]) {
    assert.equal(refusalOf(text.encode(other), "word"), "not_an_office_file", other);
  }
  assert.equal(
    refusalOf(zipped({ "mimetype": "application/vnd.oasis.opendocument.text" }), "word"),
    "not_an_office_file",
  );
  assert.equal(refusalOf(wordFile(paragraph("x")), "sheet"), "not_an_office_file");
  const binary = { "_rels/.rels": relationships(["officeDocument", "xl/workbook.bin"]), "xl/workbook.bin": "x" };
  assert.equal(refusalOf(zipped(binary), "sheet"), "old_format");
  const packed = new Uint8Array([1, 2, 3]);
  assert.equal(refusalOf(packedZip([{ name: "_rels/.rels", packed, flags: 1 }]), "word"), "encrypted");
});

Deno.test("broken files are damaged: cut off, without a directory, unknown packing, XML that does not end", () => {
  const file = wordFile(paragraph("x".repeat(500)));
  assert.equal(refusalOf(file.slice(0, -30), "word"), "damaged");
  assert.equal(refusalOf(file.slice(0, 200), "word"), "damaged");
  assert.equal(
    refusalOf(packedZip([{ name: "_rels/.rels", packed: text.encode("x"), method: 12 }]), "word"),
    "damaged",
  );
  for (const body of ["<w:p>", "</w:p>", "<w:p w:a=>", "&nbsp;", "\u0001"]) {
    assert.equal(refusalOf(wordFile(body), "word"), "damaged", body);
  }
  assert.equal(refusalOf(wordOfPacked(packedRepeats(`<w:document ${W}>`, "", 0, "")), "word"), "damaged");
  assert.equal(refusalOf(zipped({ ...wordParts(""), "word/document.xml": "" }), "word"), "damaged");
});

Deno.test("relationships that lead outside, in circles or nowhere are followed no further", () => {
  const parts = workbookParts([{ name: "S", rows: rowsOf([[1]]) }, { name: "T", rows: "" }]);
  const links = String(parts["xl/_rels/workbook.xml.rels"]).replace("worksheets/sheet1.xml", "../../../../etc/passwd")
    .replace("worksheets/sheet2.xml", "workbook.xml");
  assert.deepEqual(textOf(zipped({ ...parts, "xl/_rels/workbook.xml.rels": links }), "sheet").sections, []);
});

const GOOD: readonly (readonly [ContentKind, Uint8Array])[] = [
  ["word", wordFile(`${paragraph("One", "Heading1")}<w:tbl><w:tr><w:tc>${paragraph("cell")}</w:tc></w:tr></w:tbl>`)],
  ["sheet", workbookFile([{ name: "S", rows: rowsOf([["a", "b"], [1, null], ["x", 2]]) }], { strings: ["<t>s</t>"] })],
  [
    "presentation",
    presentationFile([{ shapes: shape(["Title"], "title") + shape(["x"]), notes: shape(["n"], "body") }]),
  ],
];

/** Bytes that are changed, and a piece that is cut out or put in twice. */
const mutations = fc.record({
  bytes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.nat(255)), {
    maxLength: 6,
  }),
  cut: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
  what: fc.constantFrom("keep", "cut", "repeat"),
});

Deno.test("any mutation of a good file is text or a refusal", () => {
  fc.assert(
    fc.property(fc.constantFrom(...GOOD), mutations, ([kind, good], { bytes, cut, what }) => {
      const file = Uint8Array.from(good);
      for (const [where, value] of bytes) file[Math.floor(where * file.length)] = value;
      const [from, to] = cut.map((one) => Math.floor(one * file.length)).sort((a, b) => a - b);
      const rest = file.subarray(what === "cut" ? to : from);
      const mutated = what === "keep"
        ? file
        : new Uint8Array([...file.subarray(0, what === "cut" ? from : to), ...rest]);
      assert.match(extractHere(mutated, kind).kind, /^(text|refused)$/);
    }),
    { numRuns: 1_500 },
  );
});

Deno.test("any mutation of a part's XML is text or a refusal", () => {
  const pieces = [
    "<w:p>",
    "</w:p>",
    "<w:tbl>",
    "<w:tr>",
    "</w:tr>",
    "</w:tbl>",
    "<w:tc>",
    "</w:tc>",
    "<w:del>",
    "</w:del>",
  ];
  const more = ["<w:pPr>", "</w:pPr>", "<w:t>x</w:t>", "<w:trPr/>", "<w:footnoteReference/>", "<w:br/>", "y"];
  const body = fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 30 });
  fc.assert(
    fc.property(body, (elements) => {
      assert.match(refusalOf(wordFile(elements.join("")), "word"), /^(text|damaged)$/);
    }),
    { numRuns: 500 },
  );
});
