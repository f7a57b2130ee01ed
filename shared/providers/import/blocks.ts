/** The events of an iCalendar file and the cards of a vCard file, one after the other (RFC 5545, RFC 6350). */
import { joined, latin1, linesOf } from "./lines.ts";
import type { RawItem } from "./raw_item.ts";
import type { ByteSource } from "./shelf.ts";

/** A longer event or card holds a picture or is none: it is refused. */
export const BLOCK_BYTES_MAX = 4 * 1024 * 1024;

/** What is looked at before the first event: the calendar's name and zones. */
export const PREAMBLE_BYTES_MAX = 1024 * 1024;

/** The blocks from an offset on; what stands between them is skipped. */
export async function* blocksOf(source: ByteSource, offset: number, name: "VEVENT" | "VCARD"): AsyncGenerator<RawItem> {
  const begin = new RegExp(`^BEGIN:${name}\\s*$`, "i");
  const end = new RegExp(`^END:${name}\\s*$`, "i");
  let item: { offset: number; pieces: Uint8Array[]; length: number; cut: boolean } | null = null;
  for await (const lines of linesOf(source, offset)) {
    for (const line of lines) {
      const text = line.begins && line.bytes.length < 40 ? latin1(line.bytes).replace(/^\xef\xbb\xbf/, "") : "";
      if (begin.test(text) && item !== null) {
        // It never ended: what began it is told apart, and this one is read.
        yield { offset: item.offset, end: line.offset, bytes: joined(...item.pieces), cut: item.cut };
        item = null;
      }
      if (begin.test(text)) item = { offset: line.offset, pieces: [], length: 0, cut: false };
      if (item === null) continue;
      item.cut ||= item.length + line.bytes.length > BLOCK_BYTES_MAX;
      if (!item.cut) {
        item.pieces.push(line.bytes);
        item.length += line.bytes.length;
      }
      if (!end.test(text)) continue;
      yield { offset: item.offset, end: line.offset + line.bytes.length, bytes: joined(...item.pieces), cut: item.cut };
      item = null;
    }
  }
  if (item !== null) yield { offset: item.offset, end: source.size, bytes: joined(...item.pieces), cut: item.cut };
}

/** The text before the first event. */
export async function preambleOf(source: ByteSource): Promise<string> {
  const text = new TextDecoder().decode(await source.read(0, PREAMBLE_BYTES_MAX));
  const at = text.search(/^BEGIN:VEVENT/im);
  return at < 0 ? text : text.slice(0, at);
}
