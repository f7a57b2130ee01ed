/** The files of the page as they are sent. */

/** One file, ready to be sent. */
export interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same, packed. */
  readonly gzip: Uint8Array<ArrayBuffer>;
}

/** All files by their name; the page itself is `index.html`. The names of the others change with what is in them. */
export type Assets = ReadonlyMap<string, Asset>;

/** A file of the page before it is packed. */
export interface PageFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The name of the page among its files. */
export const PAGE = "index.html";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

async function packed(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Packs the files, once for all who ask. */
export async function assetsOf(files: readonly PageFile[]): Promise<Assets> {
  const assets = await Promise.all(files.map(async ({ name, bytes }): Promise<[string, Asset]> => {
    const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
    return [name, { type, bytes, gzip: await packed(bytes) }];
  }));
  return new Map(assets);
}
