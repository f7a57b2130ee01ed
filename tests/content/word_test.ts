/** Word documents as their readers see them. */
import assert from "node:assert/strict";
import { paragraph, type Parts, relationships, W, wordFile, wordParts, wordStyles, zipped } from "./office_files.ts";
import { sectionsOf, textOf } from "./outcomes.ts";

const STYLES = wordStyles({
  Heading1: `<w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr>`,
  berschrift2: `<w:name w:val="heading 2"/><w:basedOn w:val="Standard"/>`,
  Standard: `<w:name w:val="Normal"/>`,
  Kapitel: `<w:name w:val="Kapitel"/><w:basedOn w:val="berschrift2"/>`,
  Ebene4: `<w:name w:val="Ebene 4"/><w:basedOn w:val="Standard"/><w:pPr><w:outlineLvl w:val="3"/></w:pPr>`,
  TOCHeading: `<w:name w:val="TOC Heading"/><w:basedOn w:val="Heading1"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr>`,
  Verzeichnis1: `<w:name w:val="toc 1"/>`,
  Titel: `<w:name w:val="Title"/>`,
  ListBullet: `<w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr>`,
  Circle: `<w:name w:val="Circle"/><w:basedOn w:val="Circle"/>`,
});

/** The text of a document without headings. */
function text(body: string): string {
  const sections = sectionsOf(wordFile(body, { "word/styles.xml": STYLES }), "word");
  assert.ok(sections.length <= 1);
  return sections[0]?.text ?? "";
}

Deno.test("Word: a section for each heading, by built-in style, its name in another language, or outline", () => {
  const body = paragraph("Before.") + paragraph("The plan", "Titel") + paragraph("One", "Heading1") +
    paragraph("First.") + paragraph("Second.") + paragraph("Zwei", "berschrift2") + paragraph("Text.", "Circle") +
    paragraph("Drei", "Kapitel") + paragraph("Vier", "Ebene4") +
    `<w:p><w:pPr><w:pStyle w:val="Standard"/><w:outlineLvl w:val="2"/></w:pPr><w:r><w:t>Own</w:t></w:r></w:p>` +
    paragraph("Contents", "TOCHeading");
  assert.deepEqual(sectionsOf(wordFile(body, { "word/styles.xml": STYLES }), "word"), [
    { heading: "", level: 0, place: "", text: "Before." },
    { heading: "The plan", level: 1, place: "", text: "" },
    { heading: "One", level: 1, place: "", text: "First.\nSecond." },
    { heading: "Zwei", level: 2, place: "", text: "Text." },
    { heading: "Drei", level: 2, place: "", text: "" },
    { heading: "Vier", level: 4, place: "", text: "" },
    { heading: "Own", level: 3, place: "", text: "Contents" },
  ]);
});

Deno.test("Word: headings are known by their ids when there is no part of styles", () => {
  assert.deepEqual(sectionsOf(wordFile(paragraph("One", "Heading3") + paragraph("Text.")), "word"), [
    { heading: "One", level: 3, place: "", text: "Text." },
  ]);
});

Deno.test("Word: the title comes from the properties", () => {
  assert.equal(textOf(wordFile(paragraph("x"), { title: " Plan &amp;\n budget " }), "word").title, "Plan & budget");
});

Deno.test("Word: runs that split a word are joined, tabs and line breaks kept, hyphens that break dropped", () => {
  assert.equal(
    text(
      `<w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="9"/></w:tabs></w:pPr><w:r><w:t>mid</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:rPr><w:b/></w:rPr><w:t>dle</w:t><w:tab/><w:t xml:space="preserve">a </w:t><w:t>b</w:t><w:br/><w:t>c</w:t><w:softHyphen/><w:t>d</w:t><w:noBreakHyphen/><w:t>e</w:t></w:r></w:p>`,
    ),
    "middle\ta b\ncd-e",
  );
});

Deno.test("Word: text of links, fields, controls and formulas is shown, codes of fields are not", () => {
  assert.equal(
    text(
      `<w:p><w:hyperlink r:id="rId9"><w:r><w:t>link</w:t></w:r></w:hyperlink><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:t xml:space="preserve"> 7 </w:t></w:r><w:sdt><w:sdtContent><w:r><w:t>chosen</w:t></w:r></w:sdtContent></w:sdt><m:oMath xmlns:m="m"><m:r><m:t>=x</m:t></m:r></m:oMath></w:p>`,
    ),
    "link 7 chosen=x",
  );
});

Deno.test("Word: tracked changes read as accepted", () => {
  assert.equal(
    text(
      `<w:p><w:r><w:t xml:space="preserve">The </w:t></w:r><w:del w:id="1"><w:r><w:delText>old</w:delText><w:tab/></w:r></w:del><w:ins w:id="2"><w:r><w:t>new</w:t></w:r></w:ins></w:p>` +
        `<w:p><w:pPr><w:rPr><w:del w:id="3"/></w:rPr></w:pPr><w:r><w:t xml:space="preserve">joined </w:t></w:r></w:p>` +
        `<w:p><w:pPr><w:pPrChange w:id="4"><w:pPr><w:pStyle w:val="Heading1"/></w:pPr></w:pPrChange></w:pPr><w:r><w:t>on</w:t></w:r></w:p>` +
        `<w:p><w:moveFrom w:id="5"><w:r><w:t>moved</w:t></w:r></w:moveFrom></w:p><w:p><w:moveTo w:id="6"><w:r><w:t>moved</w:t></w:r></w:moveTo></w:p>` +
        `<w:tbl><w:tr><w:trPr><w:del w:id="7"/></w:trPr><w:tc><w:p><w:del w:id="8"><w:r><w:delText>x</w:delText></w:r></w:del></w:p></w:tc></w:tr><w:tr><w:tc>${
          paragraph("kept")
        }</w:tc></w:tr></w:tbl>`,
    ),
    "The new\njoined on\nmoved\nkept",
  );
});

Deno.test("Word: items of lists are marked and indented by level, by their own properties or their style's", () => {
  const item = (level: number, id = 1) =>
    `<w:p><w:pPr><w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${id}"/></w:numPr></w:pPr><w:r><w:t>item ${level}</w:t></w:r></w:p>`;
  const off =
    `<w:p><w:pPr><w:pStyle w:val="ListBullet"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr><w:r><w:t>none</w:t></w:r></w:p>`;
  assert.equal(
    text(item(0) + item(2) + paragraph("styled", "ListBullet") + off),
    "- item 0\n    - item 2\n- styled\nnone",
  );
});

Deno.test("Word: a table is a line for each row with tabs between the cells, one in a cell flows into it", () => {
  const cell = (inner: string) => `<w:tc><w:tcPr><w:gridSpan w:val="1"/></w:tcPr>${inner}</w:tc>`;
  const inner = `<w:tbl><w:tr>${cell(paragraph("x"))}${cell(paragraph("y"))}</w:tr></w:tbl>`;
  assert.equal(
    text(
      `<w:tbl><w:tr>${cell(paragraph("Name", "Heading1"))}${cell(paragraph("Sum"))}</w:tr><w:tr>${
        cell(paragraph("a") + paragraph("b"))
      }${cell("<w:p/>")}${cell(inner + paragraph("z"))}</w:tr></w:tbl>${paragraph("After.")}`,
    ),
    "Name\tSum\na b\t\tx y z\nAfter.",
  );
});

Deno.test("Word: the text of a box follows its paragraph, once, though it stands there in two forms", () => {
  const box = `<w:txbxContent>${paragraph("In the box")}${paragraph("and more")}</w:txbxContent>`;
  assert.equal(
    text(
      `<w:p><w:r><w:t>Around</w:t></w:r><w:r><mc:AlternateContent xmlns:mc="mc"><mc:Choice Requires="wps"><w:drawing>${box}</w:drawing></mc:Choice><mc:Fallback><w:pict>${box}</w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t xml:space="preserve"> it</w:t></w:r></w:p>`,
    ),
    "Around it\nIn the box\nand more",
  );
});

Deno.test("Word: lines of a table of contents are left out", () => {
  assert.equal(text(paragraph("Chapter 7", "Verzeichnis1") + paragraph("Text.")), "Text.");
});

Deno.test("Word: notes are numbered where they are mentioned and stand at the end, comments with their authors", () => {
  const body =
    `<w:p><w:r><w:t>Claim</w:t></w:r><w:r><w:footnoteReference w:id="5"/></w:r><w:r><w:t xml:space="preserve">, other</w:t></w:r><w:r><w:footnoteReference w:id="2"/><w:endnoteReference w:id="1"/></w:r></w:p>`;
  const file = wordFile(body, {
    "word/footnotes.xml": `<w:footnotes ${W}><w:footnote w:type="separator" w:id="-1">${
      paragraph("line")
    }</w:footnote><w:footnote w:id="2">${
      paragraph("Second")
    }</w:footnote><w:footnote w:id="5"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> First</w:t></w:r></w:p>${
      paragraph("goes on")
    }</w:footnote></w:footnotes>`,
    "word/endnotes.xml": `<w:endnotes ${W}><w:endnote w:id="1">${paragraph("End")}</w:endnote></w:endnotes>`,
    "word/comments.xml": `<w:comments ${W}><w:comment w:id="0" w:author="Ann B.">${
      paragraph("Really?")
    }</w:comment></w:comments>`,
  });
  assert.deepEqual(sectionsOf(file, "word"), [
    { heading: "", level: 0, place: "", text: "Claim[1], other[2][e1]" },
    { heading: "Footnotes", level: 1, place: "", text: "[2] Second\n[1] First goes on" },
    { heading: "Endnotes", level: 1, place: "", text: "[e1] End" },
    { heading: "Comments", level: 1, place: "", text: "Ann B.: Really?" },
  ]);
});

Deno.test("Word: prefixes are the writer's choice, and so are the main part's name and the strict form", () => {
  const strict = `xmlns:ns0="http://purl.oclc.org/ooxml/wordprocessingml/main"`;
  const file = zipped({
    "_rels/.rels": relationships(["officeDocument", "/word/document2.xml"]).replace(
      /http:\/\/schemas[^"]*\/officeDocument"/,
      `http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"`,
    ),
    "word/document2.xml":
      `<ns0:document ${strict}><ns0:body><ns0:p><ns0:pPr><ns0:pStyle ns0:val="Heading1"/></ns0:pPr><ns0:r><ns0:t>One</ns0:t></ns0:r></ns0:p></ns0:body></ns0:document>`,
  });
  assert.deepEqual(sectionsOf(file, "word"), [{ heading: "One", level: 1, place: "", text: "" }]);
});

Deno.test("Word: UTF-16, names of parts in another case or with backslashes, and macros beside the text are read", () => {
  const parts: Parts = { ...wordParts(""), "word/vbaProject.bin": new Uint8Array([1, 2, 3]) };
  const { "word/document.xml": _utf8, ...rest } = parts;
  const xml = `\uFEFF<?xml version="1.0" encoding="UTF-16"?><w:document ${W}><w:body>${
    paragraph("Größe 漢字")
  }</w:body></w:document>`;
  const utf16 = new Uint8Array([...xml].flatMap((one) => [one.charCodeAt(0) & 0xff, one.charCodeAt(0) >> 8]));
  assert.equal(sectionsOf(zipped({ ...rest, "Word\\Document.xml": utf16 }), "word")[0]?.text, "Größe 漢字");
});
