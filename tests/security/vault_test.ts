import assert from "node:assert/strict";
import fc from "fast-check";
import type { EncryptionKey } from "../../shared/contracts/config.ts";
import { PermanentError, TransientError } from "../../shared/contracts/errors.ts";
import { Secret } from "../../shared/contracts/secret.ts";
import { openVault } from "../../shared/security/mod.ts";
import { seededRandom } from "../simulation/random.ts";

function key(id: string, seed: number): EncryptionKey {
  return { id, key: new Secret(seededRandom(seed).bytes(32).toBase64()) };
}

const broken = (error: unknown) => error instanceof PermanentError && error.code === "seal_broken";

Deno.test("openVault() gives back any text that it sealed, under its context", async () => {
  const vault = await openVault([key("k1", 1)], seededRandom(2));
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.string(), async (text, context) => {
      assert.equal(await vault.open(await vault.seal(text, context), context), text);
    }),
    { numRuns: 50 },
  );
});

Deno.test("Vault.open() refuses a sealed text in another context", async () => {
  const vault = await openVault([key("k1", 1)], seededRandom(2));
  const sealed = await vault.seal("token", "connection-a");
  await assert.rejects(vault.open(sealed, "connection-b"), broken);
});

Deno.test("Vault.open() refuses a text with any one character changed", async () => {
  const vault = await openVault([key("k1", 1)], seededRandom(2));
  const sealed = await vault.seal("a token of some length", "c");
  for (const part of ["nonce", "text"] as const) {
    for (let at = 0; at < sealed[part].length - 1; at++) {
      const letter = sealed[part][at] === "A" ? "B" : "A";
      const changed = { ...sealed, [part]: sealed[part].slice(0, at) + letter + sealed[part].slice(at + 1) };
      await assert.rejects(vault.open(changed, "c"), broken, `${part} ${at}`);
    }
  }
});

Deno.test("openVault() seals with the first key and opens with every configured one", async () => {
  const old = await openVault([key("k1", 1)], seededRandom(2));
  const sealedByOld = await old.seal("token", "c");
  const rotated = await openVault([key("k2", 3), key("k1", 1)], seededRandom(4));
  assert.equal(await rotated.open(sealedByOld, "c"), "token");
  assert.equal((await rotated.seal("token", "c")).key_id, "k2");
  const without = await openVault([key("k2", 3)], seededRandom(5));
  await assert.rejects(
    without.open(sealedByOld, "c"),
    (error) => error instanceof TransientError && error.code === "encryption_key_missing",
  );
});

Deno.test("Vault.seal() never uses a nonce twice, so equal texts look different", async () => {
  const vault = await openVault([key("k1", 1)], seededRandom(2));
  const sealed = await Promise.all(Array.from({ length: 100 }, () => vault.seal("same", "c")));
  assert.equal(new Set(sealed.map((each) => each.nonce)).size, 100);
  assert.equal(new Set(sealed.map((each) => each.text)).size, 100);
});

Deno.test("openVault() refuses no keys and keys of another length", async () => {
  await assert.rejects(openVault([], seededRandom(1)), RangeError);
  const short = { id: "k1", key: new Secret(new Uint8Array(16).toBase64()) };
  await assert.rejects(openVault([short], seededRandom(1)), RangeError);
});
