/**
 * Word documents: a section for each heading, then the notes and the comments. Headers and footers are left out: they
 * repeat on every page what the title says.
 */
import type { Section } from "../contracts/documents.ts";
import type { Package } from "./package.ts";
import { Sections } from "./sections.ts";
import { NoteMarks, WordStory } from "./word_story.ts";
import { WordStyles } from "./word_styles.ts";
import { attribute, type Attributes } from "./xml.ts";

function readBody(source: Package, main: string, styles: WordStyles, notes: NoteMarks, sections: Sections): void {
  let heading = "";
  let at = 0;
  let lines: string[] = [];
  const story = new WordStory(styles, source.budget, notes, (line, level) => {
    if (level === 0) {
      lines.push(line);
      return;
    }
    sections.add(heading, at, "", lines);
    heading = line.replace(/\s+/g, " ").trim();
    at = level;
    lines = [];
  });
  source.read(main, story);
  story.end();
  sections.add(heading, at, "", lines);
}

/** The notes or comments of a part: each is one element `element` with a story of its own. */
function readNotes(
  source: Package,
  part: string,
  element: string,
  styles: WordStyles,
  mark: (attributes: Attributes) => string | undefined,
): string[] {
  const lines: string[] = [];
  let marked: string | undefined;
  let text: string[] = [];
  const story = new WordStory(styles, source.budget, new NoteMarks(), (line) => text.push(line));
  function finish(): void {
    story.end();
    if (marked !== undefined && text.length > 0) lines.push(`${marked} ${text.join(" ").trim()}`);
    marked = undefined;
    text = [];
  }
  source.read(part, {
    skipped: story.skipped,
    open(name, attributes) {
      if (name === element) marked = mark(attributes);
      else story.open(name, attributes);
    },
    close(name) {
      if (name === element) finish();
      else story.close(name);
    },
    text: (one) => story.text(one),
  });
  finish();
  return lines;
}

/**
 * The sections of a Word document. `level` is the heading's, `place` is empty.
 * @throws Refusal
 */
export function readWord(source: Package, main: string): Section[] {
  const related = (type: string) => source.targets(main, type)[0] ?? "";
  const styles = new WordStyles(source, related("styles"));
  const notes = new NoteMarks();
  const sections = new Sections(source.budget);
  readBody(source, main, styles, notes, sections);
  // The lines that part notes from the text have no mark: nothing in the text refers to them.
  const marked = (marks: Map<string, string>) => (attributes: Attributes) => marks.get(attribute(attributes, "id"));
  const byAuthor = (attributes: Attributes) => `${attribute(attributes, "author")}:`;
  for (
    const [heading, type, element, mark] of [
      ["Footnotes", "footnotes", "footnote", marked(notes.footnotes)],
      ["Endnotes", "endnotes", "endnote", marked(notes.endnotes)],
      ["Comments", "comments", "comment", byAuthor],
    ] as const
  ) {
    const lines = readNotes(source, related(type), element, styles, mark);
    if (lines.length > 0) sections.add(heading, 1, "", lines);
  }
  return sections.list;
}
