/** Archives: what a ZIP file holds that can be read, unpacked within bounds. Loaded with the first archive. */
import { configure, type FileEntry, Reader, ZipReader } from "@zip.js/zip.js";
import { PermanentError } from "../../contracts/errors.ts";
import type { ImportFormat } from "../../contracts/imports.ts";
import { formatOf } from "./format.ts";
import type { ByteSource, Shelf, ShelfPlace } from "./shelf.ts";

configure({ useWebWorkers: false });

/** More entries than an export of a lifetime has. */
const ENTRIES_MAX = 500_000;
const NAME_CHARS_MAX = 1_024;

/** Mail packs ten to one at best. What unpacks further, once it is larger than this, is made to fill the disk. */
const RATIO_MAX = 100;
const RATIO_FROM_BYTES = 64 * 1024 * 1024;

/** The endings of what is looked at; what it is, its content tells. */
const READ = /\.(mbox|mbx|eml|ics|vcf|docx|xlsx|pptx)$/i;

/** A file that lies on the shelf now. */
export interface Unpacked {
  readonly position: number;
  readonly format: ImportFormat;
  readonly name: string;
  readonly size_bytes: number;
  /** ISO 8601 UTC, `""` when the archive does not say. */
  readonly modified_at: string;
}

/** What came of an archive. */
export interface ArchiveReport {
  readonly files: readonly Unpacked[];
  readonly left_out: number;
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}

/** Reads the archive through the shelf, so that it is never in memory as a whole. */
class SourceReader extends Reader<ByteSource> {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super(source);
    this.#source = source;
    this.size = source.size;
  }

  override readUint8Array(index: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#source.read(index, length);
  }
}

/** The kind of an Office file, which is an archive as well; null for any other. @throws PermanentError `archive_invalid` */
export function officeFormatOf(source: ByteSource): Promise<"word" | "sheet" | "presentation" | null> {
  return reading(source, async (zip) => {
    const names: string[] = [];
    for await (const { filename } of zip.getEntriesGenerator()) {
      names.push(filename);
      if (names.length >= 5_000) break;
    }
    if (!names.includes("[Content_Types].xml")) return null;
    const has = (folder: string) => names.some((name) => name.startsWith(folder));
    return has("word/") ? "word" : has("xl/") ? "sheet" : has("ppt/") ? "presentation" : null;
  });
}

/**
 * Puts each file of the archive that can be read on the shelf, from position 1 on. The names of entries never become
 * paths; one that tries to lead elsewhere is refused, and so is what is encrypted, damaged or unpacks without end.
 * @throws PermanentError `archive_invalid`, `archive_too_large`
 */
export function unpack(shelf: Shelf, place: ShelfPlace, source: ByteSource): Promise<ArchiveReport> {
  return reading(source, async (zip) => {
    const files: Unpacked[] = [];
    const refused: { name: string; reason: string }[] = [];
    let left_out = 0;
    let entries = 0;
    let room = Math.max(RATIO_FROM_BYTES, RATIO_MAX * source.size);
    for await (const entry of zip.getEntriesGenerator()) {
      if (++entries > ENTRIES_MAX) {
        throw new PermanentError("archive_too_large", `The archive has more than ${ENTRIES_MAX} files`);
      }
      if (entry.directory) continue;
      const name = entry.filename.slice(0, NAME_CHARS_MAX);
      const problem = problemOf(entry, room);
      if (problem !== "") {
        refused.push({ name, reason: problem });
        continue;
      }
      if (!READ.test(name)) {
        left_out++;
        continue;
      }
      const at = { ...place, position: files.length + 1 };
      const unpacked = await unpackEntry(shelf, at, entry, room);
      if ("reason" in unpacked) refused.push({ name, reason: unpacked.reason });
      else files.push({ ...unpacked, position: at.position, name, modified_at: modifiedAt(entry) });
      room -= "size_bytes" in unpacked ? unpacked.size_bytes : unpacked.spent;
    }
    return { files, left_out, refused };
  });
}

function problemOf(entry: FileEntry, room: number): string {
  const { filename: name, encrypted, uncompressedSize, compressedSize } = entry;
  const parts = name.split(/[/\\]/);
  if (name.length > NAME_CHARS_MAX || /\p{Cc}/u.test(name)) return "name_unsafe: The name is not one of a file.";
  if (parts.includes("..") || name.startsWith("/") || name.includes("\\") || /^[A-Za-z]:/.test(name)) {
    return "path_unsafe: The path leads out of the archive.";
  }
  if (encrypted) return "encrypted: It is encrypted.";
  if (uncompressedSize > room) return TOO_LARGE;
  return uncompressedSize > RATIO_FROM_BYTES && uncompressedSize > RATIO_MAX * compressedSize ? TOO_LARGE : "";
}

const TOO_LARGE = "too_large: It unpacks to far more than an archive of this size holds.";

async function unpackEntry(
  shelf: Shelf,
  place: ShelfPlace,
  entry: FileEntry,
  room: number,
): Promise<
  { readonly format: ImportFormat; readonly size_bytes: number } | { readonly reason: string; readonly spent: number }
> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const bytes_max = Math.min(room, Math.max(RATIO_FROM_BYTES, RATIO_MAX * entry.compressedSize));
  const reading = entry.getData(writable, { checkSignature: true }).then(
    () => null,
    async (error: unknown) => {
      // What waits for more bytes has to hear of it.
      await writable.abort(error).catch(() => {});
      return { error };
    },
  );
  const written = await shelf.add(place, readable, bytes_max).then(
    (size_bytes) => ({ size_bytes }),
    (error: unknown) => ({ error }),
  );
  const damage = await reading;
  if ("error" in written) {
    if (isTooLarge(written.error)) return { reason: TOO_LARGE, spent: bytes_max };
    if (damage?.error === written.error) return { reason: DAMAGED, spent: entry.compressedSize };
    throw written.error;
  }
  const spent = written.size_bytes;
  if (damage !== null) {
    await shelf.remove(place);
    return { reason: DAMAGED, spent };
  }
  const format = await formatOn(shelf, place);
  if (format !== null) return { format, size_bytes: spent };
  await shelf.remove(place);
  return { reason: "format_unknown: Its content is not what its name says.", spent };
}

const DAMAGED = "damaged: It can't be unpacked.";

function isTooLarge(error: unknown): boolean {
  return error instanceof PermanentError && error.code === "import_too_large";
}

/** The format of a file on the shelf; null for what is not read, archives in archives among it. */
async function formatOn(shelf: Shelf, place: ShelfPlace): Promise<ImportFormat | null> {
  const source = await shelf.open(place);
  if (source === null) return null;
  try {
    const format = await formatOf(source);
    return format === "zip" ? await officeFormatOf(source) : format;
  } catch (error) {
    if (error instanceof PermanentError) return null;
    throw error;
  } finally {
    source.close();
  }
}

function modifiedAt({ lastModDate }: FileEntry): string {
  const at = lastModDate?.getTime() ?? NaN;
  return Number.isFinite(at) ? new Date(at).toISOString() : "";
}

async function reading<T>(source: ByteSource, read: (zip: ZipReader<ByteSource>) => Promise<T>): Promise<T> {
  const zip = new ZipReader(new SourceReader(source), {
    // One bad name would refuse the whole archive: names are judged one by one here.
    filenameValidation: "tolerant",
  });
  try {
    return await read(zip);
  } catch (error) {
    // The library's errors are plain ones; those of the disk are Deno's, and ours are our own.
    if (!(error instanceof Error) || error.constructor !== Error) throw error;
    throw new PermanentError("archive_invalid", "The archive is damaged or is none", { cause: error });
  } finally {
    await zip.close();
  }
}
