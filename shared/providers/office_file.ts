/** What the drives of both providers share: which files become documents, and how their bytes become text. */
import type { Section } from "../contracts/documents.ts";
import type { ContentKind, Extracted } from "../content/extracted.ts";
import { CONTENT_LIMITS } from "../content/limits.ts";
import { cut, tidy } from "./text.ts";

/** A file's text as its document carries it. */
export interface FileText {
  readonly sections: Section[];
  readonly content: "text" | "truncated" | "refused" | "left_out";
  /** A stable word, a colon and a sentence, `""` when there is text. */
  readonly content_reason: string;
}

/** Reads the text of a document; whatever the file holds, the outcome is a value (`Extractor.extract`). */
export type Extract = (bytes: Uint8Array, kind: ContentKind) => Promise<Extracted>;

/** Where no thread of its own is to be had: tests, and tools that read files of their own making. */
export const extractInThisThread: Extract = async (bytes, kind) => {
  const { extractHere } = await import("../content/mod.ts");
  return extractHere(bytes, kind);
};

/** The kind of document of each family of files. */
export const DOC_TYPE_OF = {
  word: "word_document",
  sheet: "sheet_document",
  presentation: "presentation_document",
} as const satisfies Record<ContentKind, string>;

/** A file larger than this is not fetched, bytes. */
export const FILE_BYTES_MAX = CONTENT_LIMITS.file_bytes_max;

const OPEN_XML = "application/vnd.openxmlformats-officedocument.";
const FAMILIES: readonly (readonly [ContentKind, readonly string[]])[] = [
  ["word", [
    `${OPEN_XML}wordprocessingml.document`,
    `${OPEN_XML}wordprocessingml.template`,
    "application/vnd.ms-word.document.macroenabled.12",
    "application/vnd.ms-word.template.macroenabled.12",
    "application/msword",
  ]],
  ["sheet", [
    `${OPEN_XML}spreadsheetml.sheet`,
    `${OPEN_XML}spreadsheetml.template`,
    "application/vnd.ms-excel.sheet.macroenabled.12",
    "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    "application/vnd.ms-excel.template.macroenabled.12",
    "application/vnd.ms-excel",
  ]],
  ["presentation", [
    `${OPEN_XML}presentationml.presentation`,
    `${OPEN_XML}presentationml.slideshow`,
    `${OPEN_XML}presentationml.template`,
    "application/vnd.ms-powerpoint.presentation.macroenabled.12",
    "application/vnd.ms-powerpoint.slideshow.macroenabled.12",
    "application/vnd.ms-powerpoint",
  ]],
];
const KINDS = new Map(FAMILIES.flatMap(([kind, types]) => types.map((type) => [type, kind] as const)));

/** The media types of Office files, as the providers write them in lower case. */
export const OFFICE_MIME_TYPES: readonly string[] = [...KINDS.keys()];

/** The family of an Office file; null for every other file. The old formats are named, though not read. */
export function officeKind(mime_type: string): ContentKind | null {
  return KINDS.get(mime_type.split(";", 1)[0]?.trim().toLowerCase() ?? "") ?? null;
}

/** The text of a file that was fetched. */
export async function textOfFile(extract: Extract, bytes: Uint8Array, kind: ContentKind): Promise<FileText> {
  const extracted = await extract(bytes, kind);
  if (extracted.kind === "refused") return withoutText("refused", extracted.reason, extracted.message);
  return { sections: extracted.sections, content: extracted.truncated ? "truncated" : "text", content_reason: "" };
}

/** The text of a document that the provider gave as nothing but text. */
export function textOfPlain(text: string, whole: boolean): FileText {
  const { text_chars_max } = CONTENT_LIMITS;
  const kept = cut(tidy(text), text_chars_max).trim();
  return {
    sections: kept === "" ? [] : [{ heading: "", level: 0, place: "", text: kept }],
    content: whole && text.length <= text_chars_max ? "text" : "truncated",
    content_reason: "",
  };
}

/** What stands in the place of a text that is not read. */
export function withoutText(content: "refused" | "left_out", word: string, sentence: string): FileText {
  return { sections: [], content, content_reason: `${word}: ${sentence}` };
}

/** Of a file that is larger than it may be. */
export function tooLarge(): FileText {
  return withoutText("refused", "too_large", `The file is larger than ${FILE_BYTES_MAX / 1_000_000} MB.`);
}

/** Of a person who gives no contents. */
export function textLeftOut(): FileText {
  return withoutText("left_out", "choice", "The contents of files are not given.");
}
