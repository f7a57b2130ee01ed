import { presentationBytes } from "./presentation.ts";
import { sheetBytes } from "./sheet.ts";
import type { FileContent } from "./store.ts";
import { wordBytes } from "./word.ts";

/** Media types by kind. */
export const MEDIA_TYPES = {
  word: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  sheet: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  presentation: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  text: "text/plain",
} as const;

/** The bytes of a file, real ones that Office opens: always the same for the same content. */
export function fileBytes(content: FileContent): Uint8Array<ArrayBuffer> {
  if (content.bytes !== null) return content.bytes;
  switch (content.kind) {
    case "word":
      return wordBytes(content.parts);
    case "sheet":
      return sheetBytes(content.parts);
    case "presentation":
      return presentationBytes(content.parts);
    case "text":
      return new TextEncoder().encode(content.parts.flatMap((part) => part.lines).join("\n"));
    case "folder":
      throw new RangeError("Cannot give the bytes of a folder");
  }
}
