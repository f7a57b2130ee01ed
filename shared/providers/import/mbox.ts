/**
 * The messages of an mbox file. Source: RFC 4155, and the variants' quoting of lines that begin with `From `
 * (loc.gov/preservation/digital/formats/fdd/fdd000383).
 */
import { joined, latin1, type Line, linesOf, startsWith } from "./lines.ts";
import type { RawItem } from "./raw_item.ts";
import type { ByteSource } from "./shelf.ts";

/** A longer message is read up to here: what follows are its attachments. */
export const MESSAGE_BYTES_MAX = 32 * 1024 * 1024;

/** `From `, a sender and a time; some programs write a dash, or nothing. */
const SEPARATOR = /^From (?:.*\d{1,2}:\d{2}.*|- .*|)\r?\n?$/;
const HEADER = /^(?:[!-9;-~]+[ \t]*:|>From )/;

/**
 * The messages from an offset, which begins one. A line that begins with `From ` separates only after an empty line
 * (or at the beginning), when it looks like one and a header follows: programs exist that don't quote such lines.
 */
export async function* messagesOf(source: ByteSource, offset: number): AsyncGenerator<RawItem> {
  let item: { offset: number; pieces: Uint8Array[]; length: number; cut: boolean } | null = null;
  let candidate: Line | null = null;
  let after_empty = true;

  function add(bytes: Uint8Array, at: number): void {
    item ??= { offset: at, pieces: [], length: 0, cut: false };
    if (item.length + bytes.length > MESSAGE_BYTES_MAX) item.cut = true;
    if (!item.cut) item.pieces.push(bytes);
    item.length += item.cut ? 0 : bytes.length;
  }
  function finish(end: number): RawItem | null {
    const whole = item;
    item = null;
    if (whole === null) return null;
    return { offset: whole.offset, end, bytes: joined(...whole.pieces), cut: whole.cut };
  }

  for await (const lines of linesOf(source, offset)) {
    for (const line of lines) {
      if (candidate !== null) {
        const held: Line = candidate;
        candidate = null;
        if (isHeader(line)) {
          const message = finish(held.offset);
          if (message !== null) yield message;
        }
        add(held.bytes, held.offset);
      }
      if (after_empty && line.begins && startsWith(line.bytes, "From ") && SEPARATOR.test(latin1(line.bytes))) {
        candidate = line;
      } else add(unquoted(line), line.offset);
      after_empty = line.ended && line.begins && isEmpty(line.bytes);
    }
  }
  if (candidate !== null) add(candidate.bytes, candidate.offset);
  const message = finish(source.size);
  if (message !== null) yield message;
}

function isHeader({ bytes }: Line): boolean {
  return HEADER.test(latin1(bytes.subarray(0, 200)));
}

function isEmpty(bytes: Uint8Array): boolean {
  return bytes.length === 1 || (bytes.length === 2 && bytes[0] === 13);
}

/** `>From ` was `From `, `>>From ` was `>From `. */
function unquoted({ bytes, begins }: Line): Uint8Array {
  if (!begins || bytes[0] !== 62) return bytes;
  let quotes = 0;
  while (bytes[quotes] === 62) quotes++;
  return startsWith(bytes.subarray(quotes), "From ") ? bytes.subarray(1) : bytes;
}
