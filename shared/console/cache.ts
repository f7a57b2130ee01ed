/**
 * A bundled page is kept in `.cache/` of a checkout until one of the files it was made from changes, so that the next
 * start, or the next test, does not bundle it again. Where nothing can be written, it is bundled by each process.
 */
import type { PageFile } from "./asset.ts";
import type { Bundled } from "./bundle.ts";

/** What the page was made from: the path of each file, and a digest of what was in it. */
type Origins = readonly (readonly [path: string, digest: string])[];

const ORIGINS = "origins.json";

function cacheOf(source: URL): URL {
  return new URL("../.cache/console/", source);
}

/** What beside its sources makes the page what it is: the versions of the packages, and how it is bundled. */
function surroundings(source: URL): string[] {
  const files = [new URL("../deno.lock", source), new URL("./bundle_worker.ts", import.meta.url)];
  return files.map(({ pathname }) => decodeURIComponent(pathname));
}

async function digestOf(path: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await Deno.readFile(path))).toHex();
}

function isOrigins(value: unknown): value is Origins {
  return Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2);
}

/** The kept page, if nothing changed since; null otherwise. */
export async function readCached(source: URL): Promise<readonly PageFile[] | null> {
  const folder = cacheOf(source);
  try {
    const origins: unknown = JSON.parse(await Deno.readTextFile(new URL(ORIGINS, folder)));
    if (!isOrigins(origins)) return null;
    const same = await Promise.all(origins.map(async ([path, digest]) => await digestOf(path) === digest));
    return same.every(Boolean) ? await readPage(folder) : null;
  } catch {
    // Not there, or half there: it is made anew.
    return null;
  }
}

/** Keeps a page. */
export async function keep(source: URL, { files, inputs }: Bundled): Promise<void> {
  const folder = cacheOf(source);
  try {
    const paths = [...inputs, ...surroundings(source)];
    const origins: Origins = await Promise.all(paths.map(async (path) => [path, await digestOf(path)] as const));
    await Deno.mkdir(new URL("../", folder), { recursive: true });
    // Aside first: nobody reads half a page, however many write at once.
    const aside = await Deno.makeTempDir({ dir: new URL("../", folder).pathname, prefix: "console-" });
    await Deno.writeTextFile(`${aside}/${ORIGINS}`, JSON.stringify(origins));
    for (const { name, bytes } of files) await Deno.writeFile(`${aside}/${name}`, bytes);
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    await Deno.rename(aside, folder).catch(() => Deno.remove(aside, { recursive: true }));
  } catch {
    // Nothing can be written here, so nothing is kept.
  }
}

/** The files of a page that lie side by side. */
export async function readPage(folder: URL): Promise<readonly PageFile[]> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && /\.(html|js|css)$/.test(name)) names.push(name);
  }
  return await Promise.all(names.map(async (name) => ({ name, bytes: await Deno.readFile(new URL(name, folder)) })));
}
