/**
 * Chance from a seed. Each use draws from a stream of its own, named by what it is for, so that asking one question
 * more often (a page read twice) does not change the answer to another (the text of a mail).
 */

/** A deterministic stream of numbers. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  /** True with this probability. */
  happens(share: number): boolean;
  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T;
  /** A shuffled copy. */
  shuffle<T>(list: readonly T[]): T[];
  /** `length` bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
  /** A UUID in the form of version 4. */
  uuid(): string;
}

/** 32 bits from the parts of a stream's name (FNV-1a, then mixed). */
export function hash(...parts: (string | number)[]): number {
  let value = 0x811c9dc5;
  for (const part of parts) {
    const text = `${part}\u0000`;
    for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** The stream of this name (mulberry32). */
export function chanceOf(...name: (string | number)[]): Chance {
  let state = hash(...name);
  const word = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const next = () => word() / 2 ** 32;
  const below = (limit: number) => Math.floor(next() * limit);
  const bytes = (length: number): Uint8Array<ArrayBuffer> => {
    const result = new Uint8Array(length);
    for (let at = 0; at < length; at++) result[at] = word() & 255;
    return result;
  };
  return {
    next,
    below,
    bytes,
    happens: (share) => share > 0 && next() < share,
    pick: (list) => {
      const one = list[below(list.length)];
      if (one === undefined) throw new RangeError("Cannot pick from an empty list");
      return one;
    },
    shuffle: (list) => {
      const result = [...list];
      for (let at = result.length - 1; at > 0; at--) {
        const other = below(at + 1);
        const [one, two] = [result[at], result[other]];
        if (one !== undefined && two !== undefined) [result[at], result[other]] = [two, one];
      }
      return result;
    },
    uuid: () => {
      const raw = bytes(16);
      raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40;
      raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
      const hex = [...raw].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
    },
  };
}
