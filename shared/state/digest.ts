/** SHA-256 without waiting, of texts that name something. */

/** Loaded with the first digest: the module and what it rests on take 15 ms, a tenth of a start, which needs no digest. */
let node_crypto: typeof import("node:crypto") | undefined;

/** The SHA-256 of a text, 64 hex digits. */
export function sha256Hex(text: string): string {
  // An import of `node:process` would load at start what is put off here.
  // deno-lint-ignore no-process-global
  node_crypto ??= process.getBuiltinModule("node:crypto");
  return node_crypto.hash("sha256", text, "hex");
}
