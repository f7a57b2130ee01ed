/** Where the real payloads are. */

const DEFAULT_DIR = new URL("../../../shared/payloads/", import.meta.url);

/**
 * The folder that `PAYLOADS_DIR` names, else the default one, with a trailing slash; null when that one is not there.
 * @throws Deno.errors.NotFound when the variable names a folder that is not there: then nobody wants to skip
 */
export function payloadFolder(): URL | null {
  const named = Deno.env.get("PAYLOADS_DIR") ?? "";
  if (named !== "") return new URL(`file://${Deno.realPathSync(named)}/`);
  try {
    return Deno.statSync(DEFAULT_DIR).isDirectory ? DEFAULT_DIR : null;
  } catch {
    return null;
  }
}

/** The names of the payloads in the folder, without their ending, sorted. */
export function payloadNames(dir: URL): readonly string[] {
  return [...Deno.readDirSync(dir)].filter(({ name }) => name.endsWith(".json"))
    .map(({ name }) => name.slice(0, -".json".length)).toSorted();
}

/** One payload. */
export async function readPayload(dir: URL, name: string): Promise<unknown> {
  return JSON.parse(await Deno.readTextFile(new URL(`${name}.json`, dir)));
}
