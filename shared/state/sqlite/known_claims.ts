import { blob, type Database, integer } from "../../sqlite/mod.ts";

/** A generation's size: with ten bits a claim, room for 6.7 million, of which one in a hundred is taken for another. */
const BITS = 2 ** 26;

/** A claim's bits lie in one block of as many, which is one line of the processor's cache. */
const BLOCK_BITS = 512;
const BLOCK_WORDS = BLOCK_BITS / 32;
const BLOCK_SHIFT = 32 - Math.log2(BITS / BLOCK_BITS);
const BIT_MASK = BLOCK_BITS - 1;

/** Rows of an earlier process that each claim reads along with its own until all are known. */
const READ_ROWS = 64;

/** A Bloom filter: says for sure that a claim was never added, and by mistake of a few that they were. */
class Filter {
  readonly #words = new Uint32Array(BITS / 32);

  add(name: string): void {
    const { base, bits } = placeOf(name);
    for (let shift = 0; shift < 27; shift += 9) this.#set(base, bits >>> shift & BIT_MASK);
  }

  has(name: string): boolean {
    const { base, bits } = placeOf(name);
    for (let shift = 0; shift < 27; shift += 9) if (!this.#isSet(base, bits >>> shift & BIT_MASK)) return false;
    return true;
  }

  #set(base: number, bit: number): void {
    const at = base + (bit >>> 5);
    this.#words[at] = (this.#words[at] ?? 0) | 1 << (bit & 31);
  }

  #isSet(base: number, bit: number): boolean {
    return ((this.#words[base + (bit >>> 5)] ?? 0) & 1 << (bit & 31)) !== 0;
  }
}

/** A claim's name is a digest, so its digits are as good as any other hash of it. */
function placeOf(name: string): { readonly base: number; readonly bits: number } {
  const block = Number.parseInt(name.slice(0, 8), 16) >>> BLOCK_SHIFT;
  return { base: block * BLOCK_WORDS, bits: Number.parseInt(name.slice(8, 16), 16) };
}

/**
 * Which claims the file may hold. Nearly every event is new, and a look into the file for what is not there costs more
 * than all else that a claim does. Holds 16 MiB at most, however many claims there are: with too many, it finds fewer
 * of them new, and the file is asked as without it.
 */
export class KnownClaims {
  readonly #db: Database;
  readonly #ttl_ms: number;
  #young: Filter | undefined;
  #old: Filter | undefined;
  #young_until_ms = 0;
  /** The last row of an earlier process that was read; undefined when all are known. */
  #read_id: number | undefined = 0;

  /** @param ttl_ms how long a claim counts: none need be known for longer, milliseconds */
  constructor(db: Database, ttl_ms: number) {
    this.#db = db;
    this.#ttl_ms = ttl_ms;
  }

  /** A claim is, or is about to be, in the file. @param name the claim's 64 hex digits, or at least the first half */
  add(name: string, now_ms: number): void {
    this.#generation(now_ms).add(name);
  }

  /** False when the file holds no such claim that still counts. @throws what reading the file throws */
  mayBeInFile(name: string, now_ms: number): boolean {
    const young = this.#generation(now_ms);
    if (this.#read_id !== undefined) this.#readOn(this.#read_id, young);
    return this.#read_id !== undefined || young.has(name) || this.#old?.has(name) === true;
  }

  /** A generation takes claims for as long as one counts; by the end of the next, none of it counts any more. */
  #generation(now_ms: number): Filter {
    if (this.#young !== undefined && now_ms < this.#young_until_ms) return this.#young;
    this.#old = this.#young;
    this.#young = new Filter();
    this.#young_until_ms = now_ms + this.#ttl_ms;
    return this.#young;
  }

  #readOn(read_id: number, filter: Filter): void {
    const rows = this.#db.prepare("SELECT id, key FROM claim WHERE id > ? ORDER BY id LIMIT ?").all(read_id, READ_ROWS);
    for (const row of rows) filter.add(blob(row, "key").toHex());
    const last = rows.at(-1);
    this.#read_id = last === undefined || rows.length < READ_ROWS ? undefined : integer(last, "id");
  }
}
