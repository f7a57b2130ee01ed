/** Files in memory, and a shelf for them. */
import type { ByteSource, Shelf, ShelfPlace } from "../../shared/providers/import/mod.ts";
import { PermanentError } from "../../shared/contracts/errors.ts";

const encoder = new TextEncoder();

export const bytesOf = (content: string | Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(typeof content === "string" ? encoder.encode(content) : content);

export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A file in memory. */
export function sourceOf(content: string | Uint8Array): ByteSource {
  const bytes = bytesOf(content);
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
    close: () => {},
  };
}

/** A shelf in memory. */
export function memoryShelf(): Shelf & { readonly files: Map<string, Uint8Array<ArrayBuffer>> } {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const nameOf = ({ user_id, import_id, position }: ShelfPlace) => `${user_id}/${import_id}.${position}`;
  return {
    files,
    async add(place, stream, bytes_max) {
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of stream) {
        size += chunk.length;
        if (size > bytes_max) throw new PermanentError("import_too_large", "The file is too large");
        chunks.push(chunk);
      }
      files.set(nameOf(place), new Uint8Array(await new Blob(chunks.map((chunk) => bytesOf(chunk))).arrayBuffer()));
      return size;
    },
    open(place) {
      const bytes = files.get(nameOf(place));
      return Promise.resolve(bytes === undefined ? null : sourceOf(bytes));
    },
    remove(place) {
      files.delete(nameOf(place));
      return Promise.resolve();
    },
    async *list() {},
  };
}
