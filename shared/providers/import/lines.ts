/** A file line by line, from anywhere in it, in memory that does not grow with it. */
import type { ByteSource } from "./shelf.ts";

const CHUNK_BYTES = 1024 * 1024;

/** One line, with its end. A longer one than a chunk comes in pieces. */
export interface Line {
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** False for a piece that goes on. */
  readonly ended: boolean;
  /** Whether it begins a line. */
  readonly begins: boolean;
}

const LF = 10;

/** The lines from an offset, which begins one. */
export async function* linesOf(source: ByteSource, offset: number): AsyncGenerator<readonly Line[]> {
  let rest: Uint8Array<ArrayBuffer> = new Uint8Array();
  let begins = true;
  for (let at = offset; at < source.size;) {
    const chunk = await source.read(at, CHUNK_BYTES);
    if (chunk.length === 0) return;
    const bytes = rest.length === 0 ? chunk : joined(rest, chunk);
    const base = at - rest.length;
    at += chunk.length;
    const lines: Line[] = [];
    let start = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      lines.push({ offset: base + start, bytes: bytes.subarray(start, end + 1), ended: true, begins });
      begins = true;
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length >= CHUNK_BYTES || at >= source.size) {
      if (rest.length > 0) lines.push({ offset: base + start, bytes: rest, ended: at >= source.size, begins });
      begins = at >= source.size;
      rest = new Uint8Array();
    }
    yield lines;
  }
}

/** Pieces as one. */
export function joined(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Whether the line begins with these ASCII characters. */
export function startsWith(bytes: Uint8Array, text: string): boolean {
  if (bytes.length < text.length) return false;
  for (let at = 0; at < text.length; at++) if (bytes[at] !== text.charCodeAt(at)) return false;
  return true;
}

/** Bytes as Latin-1 text: each one a character. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return text;
}
