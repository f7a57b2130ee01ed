/** PowerPoint presentations: a section for each slide, in the order in which they are shown, hidden ones too. */
import type { Section } from "../contracts/documents.ts";
import type { Package } from "./package.ts";
import { Sections } from "./sections.ts";
import { SlideText } from "./slide_text.ts";
import { relationshipId } from "./xml.ts";

function readText(source: Package, part: string): SlideText {
  const text = new SlideText(source.budget);
  source.read(part, text);
  text.end();
  return text;
}

/**
 * The sections of a presentation: `place` is `Slide 3`, the heading its title, and the speaker's notes stand last, after
 * `Notes: `.
 * @throws Refusal
 */
export function readPresentation(source: Package, main: string): Section[] {
  const ids: string[] = [];
  source.read(main, {
    open(name, attributes) {
      if (name === "sldId") ids.push(relationshipId(attributes));
    },
    done: () => source.budget.fills(ids.length),
  });
  const slides = source.relationships(main);
  const sections = new Sections(source.budget);
  for (const [index, id] of ids.entries()) {
    if (source.budget.spent) break;
    const part = slides.get(id)?.target ?? "";
    const slide = readText(source, part);
    const lines = [...slide.lines];
    const related = [...source.relationships(part).values()];
    // What SmartArt says stands in a part of its own.
    for (const { target } of related.filter(({ type }) => type === "diagramData")) {
      lines.push(...readText(source, target).lines);
    }
    for (const { target } of related.filter(({ type }) => type === "notesSlide")) {
      const notes = readText(source, target).lines.join("\n");
      if (notes !== "") lines.push(`Notes: ${notes}`);
    }
    sections.add(slide.title, 1, `Slide ${index + 1}`, lines);
  }
  if (source.budget.spent) source.budget.cut();
  return sections.list;
}
