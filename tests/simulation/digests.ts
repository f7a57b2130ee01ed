/**
 * Digests that are there at once. WebCrypto computes them in other threads, whose answers come in an order that no seed
 * decides, and each costs more than all else that a test does with it.
 */
import { hash } from "node:crypto";

const ALGORITHM = "SHA-256";

/** Replaces `crypto.subtle.digest` in this process, for SHA-256 alone. */
export function digestAtOnce(): void {
  crypto.subtle.digest = (algorithm, data) => {
    if (algorithm !== ALGORITHM) throw new TypeError(`Only ${ALGORITHM} is digested here, not ${String(algorithm)}`);
    const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : data;
    return Promise.resolve(Uint8Array.fromHex(hash("sha256", new Uint8Array(bytes))).buffer);
  };
}
