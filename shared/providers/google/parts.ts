/** The parts of a Gmail message: its text, and what hangs on it. */
import { z } from "zod";
import type { Attachment } from "../../contracts/documents.ts";
import { type HtmlToText, sizeOf, tidy } from "../text.ts";
import { fromBase64 } from "./base64.ts";

// Parts nest. Each level is parsed by itself, so that depth can be limited: a mail may nest as deep as it likes.
const DEPTH_MAX = 40;
const PARTS_MAX = 1_000;

const Text = z.string().nullish().transform((text) => text ?? "");
const Headers = z.array(z.object({ name: Text, value: Text })).nullish().transform((headers) => headers ?? []);
const RawPart = z.object({
  partId: Text,
  mimeType: Text,
  filename: Text,
  headers: Headers,
  body: z.object({ data: Text, size: z.number().nullish(), attachmentId: Text }).nullish(),
  parts: z.array(z.unknown()).nullish(),
});

/** One part with those inside it. */
export interface Part {
  readonly id: string;
  /** Lower-case. */
  readonly type: string;
  readonly filename: string;
  readonly size: number;
  /** The content in base64url; `""` for a part that has parts, and for a large one. */
  readonly data: string;
  /** By which a large part's content is fetched, another one at every read. */
  readonly attachment_id: string;
  readonly header: (name: string) => string;
  readonly parts: readonly Part[];
}

/** Contents that were fetched by themselves, in base64url, by the ids of their parts. */
export type LargeParts = ReadonlyMap<string, string>;

/**
 * Reads a payload with everything inside it.
 * @param large the contents of its large parts, those that were fetched
 * @throws z.ZodError for a part of another form
 */
export function partOf(payload: unknown, large: LargeParts): Part {
  let left = PARTS_MAX;
  const read = (raw: unknown, depth: number): Part => {
    const part = RawPart.parse(raw);
    const inner = depth < DEPTH_MAX ? part.parts ?? [] : [];
    const parts: Part[] = [];
    for (const child of inner) if (left-- > 0) parts.push(read(child, depth + 1));
    return {
      id: part.partId,
      type: part.mimeType.toLowerCase(),
      filename: tidy(part.filename),
      size: sizeOf(part.body?.size),
      data: part.body?.data || (large.get(part.partId) ?? ""),
      attachment_id: part.body?.attachmentId ?? "",
      header: (name) => part.headers.find((header) => header.name.toLowerCase() === name)?.value ?? "",
      parts,
    };
  };
  return read(payload, 0);
}

/**
 * The readable text: of alternatives the plain one, unless it is empty; of everything else one after the other.
 * Attachments are not part of it.
 */
export function textOf(part: Part, toText: HtmlToText): string {
  if (isAttachment(part)) return "";
  if (part.type === "text/html") return toText(decoded(part));
  if (part.type === "text/plain") return decoded(part);
  if (part.type === "multipart/alternative") {
    const plain = part.parts.filter((inner) => inner.type === "text/plain").map((inner) => textOf(inner, toText));
    if (plain.join("").trim() !== "") return plain.join("\n");
    return part.parts.filter((inner) => inner.type !== "text/plain").map((inner) => textOf(inner, toText)).join("\n");
  }
  return part.parts.map((inner) => textOf(inner, toText)).filter((text) => text !== "").join("\n");
}

/** The HTML texts, one after the other: what is said in them besides the words. */
export function htmlOf(part: Part): string {
  if (isAttachment(part)) return "";
  return part.type === "text/html" ? decoded(part) : part.parts.map(htmlOf).join("");
}

/** The texts that are too large to stand in the message itself. */
export function largeTexts(part: Part): readonly Part[] {
  if (isAttachment(part)) return [];
  const missing = /^text\/(plain|html)$/.test(part.type) && part.data === "" && part.attachment_id !== "";
  return missing ? [part] : part.parts.flatMap(largeTexts);
}

/** The files, in order. Their id is the part's: Gmail's attachment ids are others at every read. */
export function attachmentsOf(part: Part): Attachment[] {
  if (!isAttachment(part)) return part.parts.flatMap(attachmentsOf);
  const disposition = part.header("content-disposition").toLowerCase();
  const inline = disposition.startsWith("inline") || (disposition === "" && part.header("content-id") !== "");
  return [{ id: part.id, name: part.filename, mime_type: part.type, size_bytes: part.size, inline }];
}

function isAttachment(part: Part): boolean {
  if (part.filename !== "") return true;
  if (/^\s*attachment/i.test(part.header("content-disposition"))) return true;
  return part.parts.length === 0 && part.type !== "" && !/^(text|multipart)\//.test(part.type);
}

/**
 * The text of a part. Gmail gives most texts in UTF-8 whatever their header says; where the bytes are not, the header's
 * charset counts, and what nobody can read is read as UTF-8 with replacement characters.
 */
function decoded(part: Part): string {
  const bytes = fromBase64(part.data);
  const charset = /charset\s*=\s*"?([^\s";]+)/i.exec(part.header("content-type"))?.[1] ?? "";
  // Texts in ISO-2022 and UTF-16 are valid UTF-8 too: only their escapes and empty bytes tell them.
  const escaped = (/^(iso-2022|hz-)/i.test(charset) && bytes.includes(0x1b)) ||
    (/^(utf-?16|ucs-?2)/i.test(charset) && bytes.includes(0));
  if (!escaped) {
    const utf8 = decodedAs("utf-8", bytes, true);
    if (utf8 !== null) return utf8;
  }
  return decodedAs(charset, bytes, false) ?? new TextDecoder().decode(bytes);
}

function decodedAs(charset: string, bytes: Uint8Array, fatal: boolean): string | null {
  try {
    return new TextDecoder(charset, { fatal }).decode(bytes);
  } catch {
    return null;
  }
}
