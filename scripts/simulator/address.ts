import { join } from "node:path";
import { z } from "zod";

/** Where a running simulator is, for `deno task simulate`. */
const Address = z.object({ url: z.url() });

const fileIn = (dataDir: string) => join(dataDir, "simulator.json");

/** Notes the address of a running simulator in `DATA_DIR/simulator.json`. Needs write access to the directory. */
export async function writeSimulatorAddress(dataDir: string, url: string): Promise<void> {
  // Written aside and moved, so that a reader never sees half a file.
  const file = fileIn(dataDir);
  await Deno.writeTextFile(`${file}.new`, `${JSON.stringify({ url })}\n`, { mode: 0o600 });
  await Deno.rename(`${file}.new`, file);
}

/** The address of the running simulator; undefined if none has noted one. Needs read access to the directory. */
export async function readSimulatorAddress(dataDir: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(fileIn(dataDir));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const parsed = Address.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`Cannot read ${fileIn(dataDir)}: it names no address`);
  return parsed.data.url;
}

/** Takes the note away when the simulator stops; says nothing if there is none. */
export async function removeSimulatorAddress(dataDir: string): Promise<void> {
  try {
    await Deno.remove(fileIn(dataDir));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
