/** The encryption key of an installation that configures none: made once, kept beside the data that it protects. */
import type { EncryptionKey } from "../contracts/config.ts";
import type { Random } from "../contracts/deps.ts";
import { Secret } from "../contracts/secret.ts";

const KEY_BYTES = 32;
const OWNER_ONLY = 0o600;

/** As in ENCRYPTION_KEYS, so that an operator can move it there. */
const LINE = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/;

async function readKey(path: string): Promise<EncryptionKey | null> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const found = LINE.exec(text.trim());
  if (found?.[1] === undefined || found[2] === undefined) {
    // Never replaced by a new one: what the lost key sealed could not be opened again.
    throw new Error(`Cannot read an encryption key from ${path}: restore the file from a backup`);
  }
  if (Deno.build.os !== "windows") await Deno.chmod(path, OWNER_ONLY);
  return { id: found[1], key: new Secret(found[2]) };
}

/**
 * The key in the file, which is made with mode 0600 when there is none. It appears under its name only when it is whole
 * and on the disk; of two processes that make it at once, one wins and both read the same.
 */
export async function readOrCreateKey(path: string, random: Pick<Random, "bytes" | "uuid">): Promise<EncryptionKey> {
  const existing = await readKey(path);
  if (existing !== null) return existing;
  const draft = `${path}.${random.uuid()}`;
  const file = await Deno.open(draft, { write: true, createNew: true, mode: OWNER_ONLY });
  try {
    const line = `local:${random.bytes(KEY_BYTES).toBase64()}\n`;
    await file.write(new TextEncoder().encode(line));
    await file.sync();
  } finally {
    file.close();
  }
  try {
    await Deno.link(draft, path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  } finally {
    await Deno.remove(draft);
  }
  const made = await readKey(path);
  if (made === null) throw new Error(`Cannot find the encryption key that was just made at ${path}`);
  return made;
}
