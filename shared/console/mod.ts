/** The console's page: as `deno task build` made it, or bundled from its sources when somebody first asks for it. */
import { type Assets, assetsOf, PAGE, type PageFile } from "./asset.ts";
import { keep, readCached, readPage } from "./cache.ts";

export type { Asset, Assets } from "./asset.ts";
export { PAGE } from "./asset.ts";

/**
 * Opens the page.
 * @param folder the console beside the program: its built files, or its sources
 * @returns its files, loaded once; a failure is not remembered
 */
export function openPage(folder: URL): () => Promise<Assets> {
  let opened: Promise<Assets> | undefined;
  return () => {
    opened ??= load(folder).then(assetsOf).catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

async function load(folder: URL): Promise<readonly PageFile[]> {
  const built = await readPage(folder);
  if (built.some(({ name }) => name === PAGE)) return built;
  const cached = await readCached(folder);
  if (cached !== null) return cached;
  const { bundlePage } = await import("./bundle.ts");
  const bundled = await bundlePage(folder);
  await keep(folder, bundled);
  return bundled.files;
}
