/** Where imported files lie until they are read: a folder for each person, names of our own making. */
import { PermanentError } from "../../contracts/errors.ts";
import type { ImportFile } from "../../contracts/imports.ts";

/** A file that is read from anywhere. */
export interface ByteSource {
  readonly size: number;
  /** The bytes from there, fewer at the end. A view that the next read may not touch. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): void;
}

/** One file on the shelf. */
export type ShelfPlace = { readonly user_id: string } & Pick<ImportFile, "import_id" | "position">;

/** A file that lies there, with when it was last written. */
export interface Shelved extends ShelfPlace {
  readonly modified_ms: number;
}

/** Keeps files until they are read. Nothing that a person or an archive names becomes a path. */
export interface Shelf {
  /**
   * Writes a stream to its end; it is on the disk when this resolves.
   * @returns its length, bytes
   * @throws PermanentError `import_too_large` beyond `bytes_max`; what was written is gone then
   */
  add(place: ShelfPlace, stream: ReadableStream<Uint8Array>, bytes_max: number): Promise<number>;
  /** Null when there is no such file. */
  open(place: ShelfPlace): Promise<ByteSource | null>;
  /** Removes a file; one that is not there is removed too. */
  remove(place: ShelfPlace): Promise<void>;
  list(): AsyncIterable<Shelved>;
}

const WRITE_BYTES = 1024 * 1024;

/** The shelf in a folder. */
export function openShelf(folder: string): Shelf {
  const pathOf = ({ user_id, import_id, position }: ShelfPlace) => `${folder}/${user_id}/${import_id}.${position}`;
  const remove = async (place: ShelfPlace) => {
    await Deno.remove(pathOf(place)).catch(ignoreMissing);
  };
  return {
    remove,
    async add(place, stream, bytes_max) {
      await Deno.mkdir(`${folder}/${place.user_id}`, { recursive: true, mode: 0o700 });
      const file = await Deno.open(pathOf(place), { write: true, create: true, truncate: true, mode: 0o600 });
      try {
        const size = await writeAll(file, stream, bytes_max);
        await file.syncData();
        return size;
      } catch (error) {
        await remove(place);
        throw error;
      } finally {
        file.close();
      }
    },
    async open(place) {
      const file = await Deno.open(pathOf(place), { read: true }).catch(ignoreMissing);
      if (file === undefined) return null;
      const { size } = await file.stat();
      return { size, close: () => file.close(), read: (offset, length) => readAt(file, offset, length) };
    },
    async *list() {
      for (const user_id of await namesIn(folder)) {
        for (const name of await namesIn(`${folder}/${user_id}`)) {
          const [, import_id = "", position = ""] = /^([A-Za-z0-9_-]+)\.(\d+)$/.exec(name) ?? [];
          const info = await Deno.stat(`${folder}/${user_id}/${name}`).catch(ignoreMissing);
          if (import_id === "" || info === undefined) continue;
          yield { user_id, import_id, position: Number(position), modified_ms: info.mtime?.getTime() ?? 0 };
        }
      }
    },
  };
}

async function writeAll(file: Deno.FsFile, stream: ReadableStream<Uint8Array>, bytes_max: number): Promise<number> {
  // Bodies come in pieces of a few kilobytes, and each write is a trip to the disk and back.
  const gathered = new Uint8Array(WRITE_BYTES);
  let filled = 0;
  let size = 0;
  const flush = async () => {
    for (let at = 0; at < filled;) at += await file.write(gathered.subarray(at, filled));
    filled = 0;
  };
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > bytes_max) {
      throw new PermanentError("import_too_large", `The file has, or unpacks to, more than ${bytes_max} bytes`);
    }
    for (let rest = chunk; rest.length > 0;) {
      const part = rest.subarray(0, WRITE_BYTES - filled);
      gathered.set(part, filled);
      filled += part.length;
      rest = rest.subarray(part.length);
      if (filled === WRITE_BYTES) await flush();
    }
  }
  await flush();
  return size;
}

async function readAt(file: Deno.FsFile, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  await file.seek(offset, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < length) {
    const count = await file.read(bytes.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    ignoreMissing(error);
    return [];
  }
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
  return undefined;
}
