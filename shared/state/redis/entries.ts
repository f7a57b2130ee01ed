/**
 * How a ledger entry is written: at most 64 bytes, since Redis packs a hash tightly only as long as all of its values
 * are no longer. Some 85 bytes a document in all, where its texts alone would be over 400.
 *
 * | bytes | what |
 * |---|---|
 * | 7 | revision (all numbers are unsigned and big-endian) |
 * | 1, 1 | a letter for the state, a letter for the doubt: the scripts look at these |
 * | 1 | the kind of document, and the two flags below |
 * | 7, 7 | version, epoch |
 * | 16 | the hash, when it is 32 hex digits (flag); else its length in 2 bytes and its text |
 * | 6 | the name (flag) of container and beginning of the provider's id; else the container's length in 2 bytes and its text |
 * | rest | the provider's id, or its end |
 *
 * Graph's ids are 150 characters long, of which all but the last 16 are the same for a whole folder. So container and
 * beginning are kept once, in a dictionary, under a name that is derived from them.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { DocType } from "../../contracts/names.ts";
import type { LedgerEntry } from "../port.ts";

const STATES = { pending: "p", published: "d", tombstone: "t" } as const satisfies Record<LedgerEntry["state"], string>;
const DOUBTS = { "": "n", removed: "g", reread: "r" } as const satisfies Record<LedgerEntry["doubt"], string>;

const NUMBER_BYTES = 7;
const LETTERS_AT = NUMBER_BYTES;
const KIND_AT = LETTERS_AT + 2;
const HASH_AT = KIND_AT + 1 + 2 * NUMBER_BYTES;
const HASH_BYTES = 16;
const NAME_BYTES = 6;

/** Flags beside the kind of document, which takes the lowest three bits. */
const HEX_HASH = 8;
const NAMED = 16;

/** Provider ids longer than this share their beginning with others; what tells them apart is in their end. */
const WHOLE_ID_MAX = 64;
const ID_END = 16;

/** An id is cut only between characters of ASCII. */
const ENDING = /[!-~]{16}$/;

/** A name and what it stands for. */
export interface Named {
  /** 8 characters of base64url. */
  readonly name: string;
  /** The container's length, a comma, the container, the beginning of a provider's id. */
  readonly text: string;
}

/** An entry in the form that Redis keeps, with the name that it uses, if any. */
export interface Written {
  readonly value: Buffer;
  readonly named: Named | null;
}

/** The field of a document in its hash: its id in base64url. @throws TypeError when the id is not 32 hex digits */
export function fieldOf(doc_id: string): string {
  if (!/^[0-9a-f]{32}$/.test(doc_id)) throw new TypeError("Cannot keep a document whose id is not 32 hex digits");
  return Buffer.from(doc_id, "hex").toString("base64url");
}

/** The document id of a field. */
export function docIdOf(field: string): string {
  return Buffer.from(field, "base64url").toString("hex");
}

/** Puts an entry into its written form. */
export function writeEntry(entry: LedgerEntry): Written {
  const { container, provider_id, hash } = entry;
  const cut = provider_id.length > WHOLE_ID_MAX && ENDING.test(provider_id) ? provider_id.length - ID_END : 0;
  const named = container.length + cut > NAME_BYTES ? nameOf(container, provider_id.slice(0, cut)) : null;
  const hex_hash = /^[0-9a-f]{32}$/.test(hash);
  const kind = DocType.options.indexOf(entry.doc_type) + (hex_hash ? HEX_HASH : 0) + (named === null ? 0 : NAMED);
  const value = Buffer.concat([
    number(entry.revision),
    Buffer.from(STATES[entry.state] + DOUBTS[entry.doubt], "latin1"),
    Buffer.of(kind),
    number(entry.version),
    number(entry.epoch),
    hex_hash ? Buffer.from(hash, "hex") : sized(hash),
    named === null ? sized(container) : Buffer.from(named.name, "base64url"),
    Buffer.from(named === null ? provider_id : provider_id.slice(cut), "utf8"),
  ]);
  return { value, named };
}

/** The name that a written entry uses, or null. */
export function nameIn(value: Buffer): string | null {
  if (((value[KIND_AT] ?? 0) & NAMED) === 0) return null;
  const at = hashEnd(value);
  return value.toString("base64url", at, at + NAME_BYTES);
}

/**
 * Reads an entry from its written form.
 * @param textOf what a name of `nameIn` stands for
 * @throws TypeError when the value is not one of ours
 */
export function readEntry(doc_id: string, value: Buffer, textOf: (name: string) => string | undefined): LedgerEntry {
  const kind = value[KIND_AT] ?? 0;
  const doc_type = DocType.options[kind & 7];
  if (value.length < HASH_AT || doc_type === undefined) {
    throw new TypeError("Cannot read a ledger entry: not in its form");
  }
  const hash = (kind & HEX_HASH) === 0
    ? value.toString("utf8", HASH_AT + 2, hashEnd(value))
    : value.toString("hex", HASH_AT, hashEnd(value));
  const { container, provider_id } = placeOf(value, textOf);
  return {
    doc_id,
    doc_type,
    provider_id,
    container,
    hash,
    revision: numberAt(value, 0),
    version: numberAt(value, KIND_AT + 1),
    state: keyOf(STATES, value.toString("latin1", LETTERS_AT, LETTERS_AT + 1)),
    epoch: numberAt(value, KIND_AT + 1 + NUMBER_BYTES),
    doubt: keyOf(DOUBTS, value.toString("latin1", LETTERS_AT + 1, LETTERS_AT + 2)),
  };
}

function placeOf(value: Buffer, textOf: (name: string) => string | undefined) {
  const at = hashEnd(value);
  const name = nameIn(value);
  if (name === null) {
    const end = at + 2 + value.readUInt16BE(at);
    return { container: value.toString("utf8", at + 2, end), provider_id: value.toString("utf8", end) };
  }
  const text = textOf(name);
  const comma = text?.indexOf(",") ?? -1;
  if (text === undefined || comma < 0) throw new TypeError("Cannot read a ledger entry: its name is not known");
  const end = comma + 1 + Number(text.slice(0, comma));
  return {
    container: text.slice(comma + 1, end),
    provider_id: text.slice(end) + value.toString("utf8", at + NAME_BYTES),
  };
}

function nameOf(container: string, beginning: string): Named {
  const text = `${container.length},${container}${beginning}`;
  return { name: createHash("sha256").update(text).digest().toString("base64url", 0, NAME_BYTES), text };
}

function hashEnd(value: Buffer): number {
  return ((value[KIND_AT] ?? 0) & HEX_HASH) === 0 ? HASH_AT + 2 + value.readUInt16BE(HASH_AT) : HASH_AT + HASH_BYTES;
}

/** @throws RangeError when the number is not a safe integer from 0 */
function number(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`Cannot keep a number: current value is ${value}`);
  }
  const bytes = Buffer.alloc(NUMBER_BYTES);
  bytes[0] = Math.floor(value / 2 ** 48);
  bytes.writeUIntBE(value % 2 ** 48, 1, NUMBER_BYTES - 1);
  return bytes;
}

function numberAt(value: Buffer, at: number): number {
  return (value[at] ?? 0) * 2 ** 48 + value.readUIntBE(at + 1, NUMBER_BYTES - 1);
}

function sized(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  const size = Buffer.alloc(2);
  size.writeUInt16BE(bytes.length);
  return Buffer.concat([size, bytes]);
}

function keyOf<N extends string>(letters: Readonly<Record<N, string>>, letter: string): N {
  for (const name in letters) {
    if (letters[name] === letter) return name;
  }
  throw new TypeError("Cannot read a ledger entry: unknown letter");
}
