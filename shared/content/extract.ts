/**
 * The text of a document, from its bytes, in this thread. Whole-document libraries (mammoth, exceljs and their kind)
 * build the document in memory first and so cannot keep these limits: a small file can hold a document of any size.
 * Here parts are unpacked and parsed as streams, counted at each step. Macros and links are never followed or run.
 */
import type { Section } from "../contracts/documents.ts";
import { type ContentKind, type Extracted, Refusal } from "./extracted.ts";
import { Budget, CONTENT_LIMITS, type ContentLimits } from "./limits.ts";
import { Package } from "./package.ts";
import { readPresentation } from "./presentation.ts";
import { readWord } from "./word.ts";
import { readWorkbook } from "./workbook.ts";
import { isZip } from "./zip.ts";

/** How the files of Office 97 and the envelopes of encrypted ones begin. Source: [MS-CFB] 2.2. */
const COMPOUND_FILE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const DIRECTORY_ENTRY_BYTES = 128;
/** The stream that holds an encrypted document. Source: [MS-OFFCRYPTO] 2.3.4.4. */
const ENCRYPTED_PACKAGE = new Uint8Array([..."EncryptedPackage"].flatMap((letter) => [letter.charCodeAt(0), 0]));

const READERS: Readonly<Record<ContentKind, (source: Package, main: string) => Section[]>> = {
  word: readWord,
  sheet: readWorkbook,
  presentation: readPresentation,
};
/** The outermost element of the main part. */
const ROOTS: Readonly<Record<ContentKind, string>> = {
  word: "document",
  sheet: "workbook",
  presentation: "presentation",
};

/** Whether a compound file names a stream of that name: entries of its directory are 128 bytes each. */
function namesStream(bytes: Uint8Array, name: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += DIRECTORY_ENTRY_BYTES) {
    if (name.every((byte, index) => bytes[at + index] === byte)) return true;
  }
  return false;
}

/** Refuses what is no zip file, by what it is instead. */
function requireZip(bytes: Uint8Array): void {
  if (isZip(bytes)) return;
  if (!COMPOUND_FILE.every((byte, at) => bytes[at] === byte)) {
    throw new Refusal("not_an_office_file", "The file is not a Word, Excel or PowerPoint document");
  }
  if (namesStream(bytes, ENCRYPTED_PACKAGE)) throw new Refusal("encrypted", "The file is protected by a password");
  throw new Refusal("old_format", "The file is in a format of before 2007, which is not read");
}

/**
 * The text of a Word, Excel or PowerPoint document. Nothing but a defect in here makes it throw; nothing but the limits
 * keeps it from taking long, so that files from outside go through `openExtractor`, which holds it to its time.
 * @param watch called for each megabyte that is unpacked; it may throw a `Refusal`
 */
export function extractHere(
  bytes: Uint8Array,
  kind: ContentKind,
  limits: ContentLimits = CONTENT_LIMITS,
  watch?: () => void,
): Extracted {
  const budget = new Budget(limits, watch);
  try {
    if (bytes.length > budget.limits.file_bytes_max) {
      throw new Refusal("too_large", `The file is larger than ${budget.limits.file_bytes_max} bytes`);
    }
    requireZip(bytes);
    const source = new Package(bytes, budget);
    const main = source.mainPart();
    if (source.rootElement(main) !== ROOTS[kind]) {
      throw new Refusal("not_an_office_file", "The file is a document of another kind than its name says");
    }
    const title = source.title();
    const sections = READERS[kind](source, main);
    return { kind: "text", title, sections, truncated: budget.truncated };
  } catch (error) {
    if (error instanceof Refusal) return error.outcome();
    throw error;
  }
}
