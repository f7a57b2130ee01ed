import { escapeXml, packageOf, type Part, RELATIONSHIPS } from "./package.ts";
import type { FilePart } from "./store.ts";

const NAMESPACES = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" ' +
  `xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ${RELATIONSHIPS}`;
const GROUP = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>';

/** A PowerPoint presentation: each part a slide with a title, bullets, and notes where it has any. */
export function presentationBytes(parts: readonly FilePart[]): Uint8Array<ArrayBuffer> {
  const slides = parts.flatMap((part, at): Part[] => {
    const shapes = [shape(2, "title", [part.heading]), shape(3, "body", part.lines)];
    const number = at + 1;
    const slide = {
      path: `ppt/slides/slide${number}.xml`,
      type: "presentationml.slide",
      xml: `<p:sld ${NAMESPACES}>${tree(shapes)}</p:sld>`,
    };
    if (part.notes === "") return [slide];
    return [
      { ...slide, links: [["rId1", "notesSlide", `../notesSlides/notesSlide${number}.xml`]] },
      {
        path: `ppt/notesSlides/notesSlide${number}.xml`,
        type: "presentationml.notesSlide",
        xml: `<p:notes ${NAMESPACES}>${tree([shape(2, "body", [part.notes])])}</p:notes>`,
        links: [["rId1", "slide", `../slides/slide${number}.xml`]],
      },
    ];
  });
  const ids = parts.map((_, at) => `<p:sldId id="${256 + at}" r:id="rId${at + 1}"/>`);
  return packageOf([
    {
      path: "ppt/presentation.xml",
      type: "presentationml.presentation.main",
      xml: `<p:presentation ${NAMESPACES}><p:sldIdLst>${ids.join("")}</p:sldIdLst>` +
        `<p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>`,
      links: parts.map((_, at) => [`rId${at + 1}`, "slide", `slides/slide${at + 1}.xml`] as const),
    },
    ...slides,
  ]);
}

function tree(shapes: readonly string[]): string {
  return `<p:cSld><p:spTree>${GROUP}${shapes.join("")}</p:spTree></p:cSld>`;
}

function shape(id: number, kind: "title" | "body", lines: readonly string[]): string {
  const place = kind === "title" ? '<p:ph type="title"/>' : '<p:ph type="body" idx="1"/>';
  const text = lines.map((line) => `<a:p><a:r><a:t>${escapeXml(line)}</a:t></a:r></a:p>`).join("");
  return `<p:sp><p:nvSpPr><p:cNvPr id="${id}" name="${kind} ${id}"/><p:cNvSpPr/><p:nvPr>${place}</p:nvPr></p:nvSpPr>` +
    `<p:spPr/><p:txBody><a:bodyPr/>${text}</p:txBody></p:sp>`;
}
