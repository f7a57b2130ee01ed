import type { FileContent, FilePart } from "../drive/store.ts";
import { type DeskComposition, type Setting, settingOf } from "./setting.ts";

const EXTENSIONS = { word: "docx", sheet: "xlsx", presentation: "pptx", text: "txt" } as const;

/** The kinds of file that are composed. */
export type FileKind = keyof typeof EXTENSIONS;

/** A document of a few chapters, sheets or slides; in one of eight files the kind is one that nobody reads. */
export function composeFile(composition: DeskComposition, kind?: FileKind): FileContent {
  const setting = settingOf(composition);
  const { chance, phrases, fill, word, language, person } = setting;
  const drawn = chance.pick<FileKind>([
    "word",
    "word",
    "word",
    "sheet",
    "sheet",
    "presentation",
    "presentation",
    "text",
  ]);
  const chosen = kind ?? drawn;
  const title = fill(chance.pick(phrases.files[chosen])).replace(/[^\p{L}\p{N} '&-]/gu, "");
  return {
    name: `${title} ${composition.number}.${EXTENSIONS[chosen]}`,
    kind: chosen,
    parts: partsOf(setting, chosen),
    bytes: null,
    owner: composition.owner,
    lastEditor: chance.happens(0.3) ? person : composition.owner,
    shared: chance.happens(0.3),
    trashed: false,
    contentVersion: 1,
    language,
    word,
  };
}

/** A folder; it says nothing. */
export function composeFolder(name: string, composition: DeskComposition): FileContent {
  return {
    ...composeFile(composition, "text"),
    name,
    kind: "folder",
    parts: [],
    word: "",
    lastEditor: composition.owner,
  };
}

/** Another version of a file's text, with another word. */
export function correctFile(before: FileContent, composition: DeskComposition): Partial<FileContent> {
  if (before.kind === "folder") return {};
  const { parts, word } = composeFile(composition, before.kind);
  return { parts, word };
}

function partsOf(setting: Setting, kind: FileKind): FilePart[] {
  const { chance, phrases, fill, reference } = setting;
  const sentences = (count: number) => chance.shuffle(phrases.sentences).slice(0, count).map(fill);
  const headings = chance.shuffle(phrases.report.headings).slice(0, 2 + chance.below(3));
  switch (kind) {
    case "text":
      return [{ heading: "", lines: [reference, ...sentences(2)], notes: "" }];
    case "word":
      return headings.map((heading, at) => ({
        heading,
        lines: [...sentences(2), ...(at === 0 ? [reference] : [])],
        notes: "",
      }));
    case "presentation":
      return headings.map((heading, at) => ({
        heading,
        lines: sentences(3),
        notes: at === 0 ? `${fill(phrases.speaking)} ${reference}` : "",
      }));
    case "sheet":
      return headings.slice(0, 2).map((heading, at) => ({
        heading,
        lines: [
          phrases.columns.join("\t"),
          ...phrases.goods.map((item) =>
            [item, 1 + chance.below(20), chance.below(9_000) / 100, "2026-12-01"].join("\t")
          ),
          ...(at === 0 ? [`${reference}\t1\t0\t2026-12-31`] : []),
        ],
        notes: "",
      }));
  }
}
