/** Chance from a seed, so that a run can be repeated. */
import type { Random } from "../../shared/contracts/deps.ts";

/**
 * A deterministic {@linkcode Random}: the same seed gives the same numbers, bytes and UUIDs in the same order.
 * The generator is mulberry32: 32 bits of state, good enough to shuffle tests, useless for secrets.
 */
export function seededRandom(seed: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  const word = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const bytes = (length: number): Uint8Array<ArrayBuffer> => {
    const result = new Uint8Array(length);
    for (let at = 0; at < length; at++) result[at] = word() & 255;
    return result;
  };
  const uuid = (): string => {
    const raw = bytes(16);
    raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40;
    raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
    const hex = [...raw].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };
  return { next: () => word() / 2 ** 32, bytes, uuid };
}
