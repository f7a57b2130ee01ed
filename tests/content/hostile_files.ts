/** Files that are small and made to cost much. */
import { constants, deflateRawSync } from "node:zlib";
import { strToU8 } from "fflate";
import { rowsOf, W, wordParts, workbookParts, zipped } from "./office_files.ts";

const encoder = new TextEncoder();

function u16(value: number): number[] {
  return [value & 0xff, value >> 8 & 0xff];
}

function u32(value: number): number[] {
  return [...u16(value & 0xffff), ...u16(value >>> 16)];
}

/** A file within a zip file, with its bytes already packed. */
export interface PackedPart {
  readonly name: string;
  /** 8 unless said otherwise. */
  readonly method?: number;
  readonly packed: Uint8Array;
  readonly flags?: number;
  /** What the directory says of the size; the truth when left out would be unknown, so 0. */
  readonly claimed_bytes?: number;
}

/** A zip file that says what one wants; parts with the same packed bytes share them, as overlapping bombs do. */
export function packedZip(parts: readonly PackedPart[]): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  const directory: number[][] = [];
  const places = new Map<Uint8Array, number>();
  let at = 0;
  for (const { name, method = 8, packed, flags = 0, claimed_bytes = 0 } of parts) {
    const fields = [...u16(flags), ...u16(method), ...u32(0), ...u32(0), ...u32(packed.length), ...u32(claimed_bytes)];
    const bytes = encoder.encode(name);
    let place = places.get(packed);
    if (place === undefined) {
      places.set(packed, place = at);
      const local = new Uint8Array([
        ...u32(0x04034b50),
        ...u16(20),
        ...fields,
        ...u16(bytes.length),
        ...u16(0),
        ...bytes,
      ]);
      pieces.push(local, packed);
      at += local.length + packed.length;
    }
    directory.push([
      ...[...u32(0x02014b50), ...u16(20), ...u16(20), ...fields, ...u16(bytes.length), ...u16(0), ...u16(0)],
      ...[...u16(0), ...u16(0), ...u32(0), ...u32(place), ...bytes],
    ]);
  }
  const bytes = new Uint8Array(directory.flat());
  const end = [...u32(0x06054b50), ...u32(0), ...u16(parts.length), ...u16(parts.length), ...u32(bytes.length)];
  pieces.push(bytes, new Uint8Array([...end, ...u32(at), ...u16(0)]));
  return joined(pieces);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** A text that is packed, with `unit` in it so many times: packed once and repeated, so that gigabytes cost nothing. */
export function packedRepeats(head: string, unit: string, times: number, tail: string): Uint8Array {
  // A full flush ends at a whole byte and refers to nothing before it, so that a block may stand anywhere.
  const block = (text: string) => deflateRawSync(text, { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const repeated = block(unit);
  return joined([block(head), ...Array.from({ length: times }, () => repeated), deflateRawSync(tail)]);
}

/** A Word document whose body is packed by hand. */
export function wordOfPacked(packed: Uint8Array): Uint8Array<ArrayBuffer> {
  const { "_rels/.rels": rels = "" } = wordParts("");
  const stored = typeof rels === "string" ? strToU8(rels) : rels;
  return packedZip([
    { name: "_rels/.rels", method: 0, packed: stored, claimed_bytes: stored.length },
    { name: "word/document.xml", packed },
  ]);
}

/** One that unpacks to `megabytes` of the same character, a thousandth of it packed. */
export function bomb(megabytes: number, inside: "text" | "elements" | "comments" = "text"): Uint8Array<ArrayBuffer> {
  const unit = {
    text: " ".repeat(1_000_000),
    elements: "<w:p/>".repeat(166_667),
    comments: "<!-- -->".repeat(125_000),
  };
  return wordOfPacked(
    packedRepeats(`<w:document ${W}><w:body>`, unit[inside], megabytes, "</w:body></w:document>"),
  );
}

/** Elements within each other. */
export function nested(depth: number): Uint8Array<ArrayBuffer> {
  return zipped(wordParts("<w:sdt>".repeat(depth) + "</w:sdt>".repeat(depth)));
}

/** A sheet with as many rows as there can be. */
export function fullSheet(rows = 1_048_576): Uint8Array<ArrayBuffer> {
  const text: string[] = [];
  for (let row = 1; row <= rows; row++) text.push(`<row r="${row}"><c r="A${row}"><v>${row * 7 % 1000}</v></c></row>`);
  return zipped(workbookParts([{ name: "S", rows: text.join("") }]));
}

/** Entities that are nine times the one before: a billion in the end. */
export function laughs(): Uint8Array<ArrayBuffer> {
  const entities = Array.from({ length: 10 }, (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`)
    .join("");
  return zipped({
    ...wordParts(""),
    "word/document.xml":
      `<!DOCTYPE d [<!ENTITY l0 "ha">${entities}]><w:document ${W}><w:body><w:p><w:r><w:t>&l10;</w:t></w:r></w:p></w:body></w:document>`,
  });
}

/** An entity that reads a file of the machine. */
export function fileReader(): Uint8Array<ArrayBuffer> {
  return zipped({
    ...wordParts(""),
    "word/document.xml":
      `<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document ${W}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>`,
  });
}

/** Two cells a row, with as many columns between them as there are: a few bytes that stand for thousands of tabs. */
export function wideRows(rows: number): Uint8Array<ArrayBuffer> {
  const text = Array.from(
    { length: rows },
    (_, index) => `<row r="${index + 1}"><c r="A${index + 1}"><v>1</v></c><c r="ALL${index + 1}"><v>2</v></c></row>`,
  );
  return zipped(workbookParts([{ name: "S", rows: text.join("") }]));
}

/** One long string that every cell shows. */
export function repeatedString(cells: number): Uint8Array<ArrayBuffer> {
  const rows = Array.from(
    { length: cells },
    (_, index) => `<row r="${index + 1}"><c r="A${index + 1}" t="s"><v>0</v></c></row>`,
  ).join("");
  const long = Array.from({ length: 300_000 }, (_, index) => `word${index * 7919 % 99_991}`).join(" ");
  return zipped(workbookParts([{ name: "S", rows }], { strings: [`<t>${long}</t>`] }));
}

/** A compound file, as Office 97 wrote them, or with the stream of an encrypted document. */
export function compoundFile(encrypted: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4_096);
  bytes.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
  const name = encrypted ? "EncryptedPackage" : "WordDocument";
  bytes.set([...name].flatMap((letter) => [letter.charCodeAt(0), 0]), 1_280);
  return bytes;
}

/** A workbook of that many sheets that are all the same part. */
export function samePart(sheets: number): Uint8Array<ArrayBuffer> {
  const parts = workbookParts(
    Array.from(
      { length: sheets },
      (_, index) => ({ name: `S${index}`, rows: index === 0 ? "<row/>".repeat(10_000) : "" }),
    ),
  );
  const links = String(parts["xl/_rels/workbook.xml.rels"]).replace(/sheet\d+\.xml/g, "sheet1.xml");
  return zipped({ ...parts, "xl/_rels/workbook.xml.rels": links });
}

/** A workbook that is nothing but rows of words. */
export function ordinarySheet(rows: number): Uint8Array<ArrayBuffer> {
  return zipped(workbookParts([{
    name: "S",
    rows: rowsOf(Array.from({ length: rows }, (_, index) => [`name ${index}`, index, `city ${index % 97}`])),
  }]));
}
