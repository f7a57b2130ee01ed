import type { Random } from "../contracts/deps.ts";

/** What one call of `crypto.getRandomValues` may fill, by the Web Crypto standard. */
const BYTES_PER_CALL_MAX = 65_536;

/** The machine's chance: `next` is for jitter only, `bytes` and `uuid` come from the system's secure generator. */
export const systemRandom: Random = {
  next: () => Math.random(),
  bytes(length) {
    const bytes = new Uint8Array(length);
    for (let start = 0; start < length; start += BYTES_PER_CALL_MAX) {
      crypto.getRandomValues(bytes.subarray(start, start + BYTES_PER_CALL_MAX));
    }
    return bytes;
  },
  uuid: () => crypto.randomUUID(),
};
