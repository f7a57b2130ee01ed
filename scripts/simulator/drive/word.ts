import { escapeXml, packageOf } from "./package.ts";
import type { FilePart } from "./store.ts";

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

/** A Word document: each part a heading of the first level and its paragraphs. */
export function wordBytes(parts: readonly FilePart[]): Uint8Array<ArrayBuffer> {
  const body = parts.flatMap(({ heading, lines }) => [
    ...(heading === "" ? [] : [paragraph(heading, '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>')]),
    ...lines.map((line) => paragraph(line)),
  ]);
  const style = '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/>' +
    '<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>';
  return packageOf([
    {
      path: "word/document.xml",
      type: "wordprocessingml.document.main",
      xml: `<w:document ${W}><w:body>${body.join("")}<w:sectPr/></w:body></w:document>`,
      links: [["rId1", "styles", "styles.xml"]],
    },
    { path: "word/styles.xml", type: "wordprocessingml.styles", xml: `<w:styles ${W}>${style}</w:styles>` },
  ]);
}

function paragraph(text: string, properties = ""): string {
  return `<w:p>${properties}<w:r><w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r></w:p>`;
}
