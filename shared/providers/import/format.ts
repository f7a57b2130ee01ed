/** What a file is, by what is in it: names say what they like. */
import type { ImportFormat } from "../../contracts/imports.ts";
import type { ResourceName } from "../../contracts/ids.ts";
import { latin1, startsWith } from "./lines.ts";
import type { ByteSource } from "./shelf.ts";

const HEAD_BYTES = 64 * 1024;

/** The resource that files of a format are read as. */
export const RESOURCE_OF = {
  mbox: "mail",
  eml: "mail",
  ics: "calendar",
  vcf: "contacts",
  word: "drive",
  sheet: "drive",
  presentation: "drive",
} as const satisfies Record<ImportFormat, ResourceName>;

/** The format of a file; `zip` for an archive (Office files are such too), null for what is not read. */
export async function formatOf(source: ByteSource): Promise<ImportFormat | "zip" | null> {
  const bytes = await source.read(0, HEAD_BYTES);
  if (startsWith(bytes, "PK\x03\x04") || startsWith(bytes, "PK\x05\x06")) return "zip";
  const text = latin1(bytes).replace(/^\xef\xbb\xbf/, "").trimStart();
  if (text.startsWith("From ")) return "mbox";
  if (/^BEGIN:VCALENDAR/i.test(text)) return "ics";
  if (/^BEGIN:VCARD/i.test(text)) return "vcf";
  return isMessage(text) ? "eml" : null;
}

/** A message begins with header lines, and one of those that each message has is among them. */
function isMessage(text: string): boolean {
  const [head = ""] = text.split(/\r?\n\r?\n/, 1);
  const lines = head.split(/\r?\n/);
  return lines.slice(0, -1).every((line) => /^([!-9;-~]+[ \t]*:|[ \t])/.test(line)) &&
    /^(from|date|message-id|received|return-path|subject|mime-version):/im.test(head);
}
