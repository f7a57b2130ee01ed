import assert from "node:assert/strict";
import { readOrCreateKey } from "../../shared/security/mod.ts";
import { seededRandom } from "../simulation/random.ts";

async function withDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await run(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("readOrCreateKey() makes a key that only its owner may read, and reads the same one again", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/encryption.key`;
    const made = await readOrCreateKey(path, seededRandom(1));
    assert.equal(Uint8Array.fromBase64(made.key.reveal()).length, 32);
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    const again = await readOrCreateKey(path, seededRandom(2));
    assert.deepEqual([again.id, again.key.reveal()], [made.id, made.key.reveal()]);
    assert.deepEqual([...Deno.readDirSync(directory)].map((entry) => entry.name), ["encryption.key"]);
  });
});

Deno.test("readOrCreateKey() gives racing callers the same key", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/encryption.key`;
    const keys = await Promise.all([1, 2, 3, 4].map((seed) => readOrCreateKey(path, seededRandom(seed))));
    assert.equal(new Set(keys.map((each) => each.key.reveal())).size, 1);
  });
});

Deno.test("readOrCreateKey() closes a file that others may read, and never replaces a damaged one", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/encryption.key`;
    await readOrCreateKey(path, seededRandom(1));
    await Deno.chmod(path, 0o644);
    await readOrCreateKey(path, seededRandom(1));
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    await Deno.writeTextFile(path, "");
    await assert.rejects(readOrCreateKey(path, seededRandom(1)), /restore the file from a backup/);
    assert.equal(await Deno.readTextFile(path), "");
  });
});
