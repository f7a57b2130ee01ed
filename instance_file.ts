/** `DATA_DIR/instance.json`: where the instance that holds the folder answers, and the token its operator uses. */
import { z } from "zod";
import { Secret } from "./shared/contracts/secret.ts";

const InstanceFile = z.object({ url: z.url(), token: z.string().min(32), pid: z.int().positive() });

/** A running instance, as its own file describes it. */
export interface RunningInstance {
  readonly url: string;
  readonly token: Secret;
  readonly pid: number;
}

const fileIn = (data_dir: string) => `${data_dir}/instance.json`;

/** Notes the running instance, for this user's eyes only. */
export async function writeInstanceFile(data_dir: string, instance: RunningInstance): Promise<void> {
  // Written aside and moved, so that a reader never sees half a file or one with an older file's mode.
  const draft = `${fileIn(data_dir)}.new`;
  const text = JSON.stringify({ url: instance.url, token: instance.token.reveal(), pid: instance.pid });
  await Deno.writeTextFile(draft, `${text}\n`, { mode: 0o600 });
  await Deno.rename(draft, fileIn(data_dir));
}

/** The instance that last held the folder; null when there is no note of one. It may be gone by now. */
export async function readInstanceFile(data_dir: string): Promise<RunningInstance | null> {
  let text: string;
  try {
    text = await Deno.readTextFile(fileIn(data_dir));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const parsed = InstanceFile.safeParse(JSON.parse(text));
  return parsed.success ? { ...parsed.data, token: new Secret(parsed.data.token) } : null;
}

/** Takes the note away when the instance stops. */
export async function removeInstanceFile(data_dir: string): Promise<void> {
  try {
    await Deno.remove(fileIn(data_dir));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
