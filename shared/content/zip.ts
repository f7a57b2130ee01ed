/**
 * The container. Parts are found by the central directory, as the offices do, and unpacked one at a time in small
 * steps. fflate's own `Unzip` goes through a file by its local headers, in their order: a workbook's strings often
 * stand after the sheets that need them.
 *
 * Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16 and 4.5.3.
 */
import { Inflate } from "fflate";
import { Refusal } from "./extracted.ts";
import type { Budget } from "./limits.ts";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const FULL_16 = 0xffff;
const FULL_32 = 0xffffffff;

/** Deflate unpacks to at most 1032 times this, which is what one step may hold in memory. */
const STEP_BYTES = 8_192;

/** A file within the file. */
export interface ZipEntry {
  readonly encrypted: boolean;
  /** 0 stored, 8 deflated; nothing else is read. */
  readonly method: number;
  readonly packed_bytes: number;
  /** Where its local header stands. */
  readonly at: number;
}

function damaged(what: string, cause?: unknown): Refusal {
  return new Refusal("damaged", `The file is damaged: ${what}`, cause);
}

/** Whether the bytes begin as a zip file does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes.length >= END_BYTES && bytes[0] === 0x50 && bytes[1] === 0x4b;
}

function endOfDirectory(view: DataView): number {
  const from = Math.max(0, view.byteLength - END_BYTES - COMMENT_BYTES_MAX);
  for (let at = view.byteLength - END_BYTES; at >= from; at--) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw damaged("its directory is missing");
}

/** Sizes above 32 bits, which some writers also use for small files. */
function wide(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(view.byteLength)) throw damaged("its directory points outside of it");
  return Number(value);
}

function directoryPlace(view: DataView): { at: number; count: number } {
  const end = endOfDirectory(view);
  const count = view.getUint16(end + 10, true);
  const at = view.getUint32(end + 16, true);
  if ((count !== FULL_16 && at !== FULL_32) || end < 20 || view.getUint32(end - 20, true) !== LOCATOR_64) {
    return { at, count };
  }
  const end64 = wide(view, end - 20 + 8);
  if (view.getUint32(end64, true) !== END_64) throw damaged("its directory is missing");
  return { count: wide(view, end64 + 32), at: wide(view, end64 + 48) };
}

/** The packed size and the place of an entry whose 32-bit fields say that they stand in the extra field. */
function wideFields(view: DataView, entry: { at: number; extra: number; extra_bytes: number }): Partial<ZipEntry> {
  const { at, extra, extra_bytes } = entry;
  for (let field = extra; field + 4 <= extra + extra_bytes; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== 1) continue;
    let next = field + 4 + (view.getUint32(at + 24, true) === FULL_32 ? 8 : 0);
    const found: { packed_bytes?: number; at?: number } = {};
    if (view.getUint32(at + 20, true) === FULL_32) {
      found.packed_bytes = wide(view, next);
      next += 8;
    }
    if (view.getUint32(at + 42, true) === FULL_32) found.at = wide(view, next);
    return found;
  }
  return {};
}

/**
 * The files within a zip file by their names, in lower case: names of parts are compared without regard to case.
 * @throws Refusal `damaged`, `too_large`
 */
export function zipEntries(bytes: Uint8Array, parts_max: number): Map<string, ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  const entries = new Map<string, ZipEntry>();
  try {
    let { at, count } = directoryPlace(view);
    if (count > parts_max) throw new Refusal("too_large", `The file holds more than ${parts_max} parts`);
    for (; count > 0; count--) {
      if (view.getUint32(at, true) !== CENTRAL) throw damaged("its directory is broken");
      const name_bytes = view.getUint16(at + 28, true);
      const extra_bytes = view.getUint16(at + 30, true);
      const extra = at + 46 + name_bytes;
      const name = decoder.decode(bytes.subarray(at + 46, extra)).replaceAll("\\", "/").toLowerCase();
      entries.set(name, {
        encrypted: (view.getUint16(at + 8, true) & 1) === 1,
        method: view.getUint16(at + 10, true),
        packed_bytes: view.getUint32(at + 20, true),
        at: view.getUint32(at + 42, true),
        ...wideFields(view, { at, extra, extra_bytes }),
      });
      at = extra + extra_bytes + view.getUint16(at + 32, true);
    }
  } catch (error) {
    // A DataView's own complaint: a place outside of the file.
    if (error instanceof RangeError) throw damaged("its directory points outside of it", error);
    throw error;
  }
  return entries;
}

function packed(bytes: Uint8Array, entry: ZipEntry): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (entry.at + 30 > bytes.length || view.getUint32(entry.at, true) !== LOCAL) throw damaged("a part is missing");
  const start = entry.at + 30 + view.getUint16(entry.at + 26, true) + view.getUint16(entry.at + 28, true);
  if (start + entry.packed_bytes > bytes.length) throw damaged("a part is cut off");
  return bytes.subarray(start, start + entry.packed_bytes);
}

/**
 * The content of one file within the file, step by step, until the budget is spent.
 * @throws Refusal `damaged`, `encrypted`, `bomb`
 */
export function* unpack(bytes: Uint8Array, entry: ZipEntry, budget: Budget): Generator<Uint8Array> {
  if (entry.encrypted) throw new Refusal("encrypted", "The file is protected by a password");
  if (entry.method !== 0 && entry.method !== 8) throw damaged("a part is packed in a way that no office uses");
  const from = packed(bytes, entry);
  const { ratio_max, ratio_from_bytes } = budget.limits;
  const ready: Uint8Array[] = [];
  const inflate = new Inflate((chunk) => ready.push(chunk));
  let unpacked_bytes = 0;
  for (let at = 0; at < from.length && !budget.spent; at += STEP_BYTES) {
    const step = from.subarray(at, at + STEP_BYTES);
    if (entry.method === 0) ready.push(step);
    else {
      try {
        inflate.push(step, at + STEP_BYTES >= from.length);
      } catch (error) {
        throw damaged("a part cannot be unpacked", error);
      }
    }
    for (const chunk of ready.splice(0)) {
      unpacked_bytes += chunk.length;
      budget.unpacked(chunk.length);
      if (unpacked_bytes > ratio_from_bytes && unpacked_bytes > ratio_max * (at + step.length)) {
        throw new Refusal("bomb", "The file unpacks to far more than a document needs");
      }
      yield chunk;
    }
  }
}
