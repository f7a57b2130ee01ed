/**
 * How a ledger entry is written: `{revision}{state}{doubt}` for the scripts, then a letter for the kind of document and
 * version, epoch and the lengths of hash and container in base 36, and these two and the provider's id without quotes.
 */
import type { DocType } from "../../contracts/names.ts";
import type { LedgerEntry } from "../port.ts";

const STATES = { pending: "p", published: "d", tombstone: "t" } as const satisfies Record<LedgerEntry["state"], string>;

const DOUBTS = { "": "n", removed: "g", reread: "r" } as const satisfies Record<LedgerEntry["doubt"], string>;

const TYPES = {
  email: "e",
  calendar: "k",
  contact: "c",
  word_document: "w",
  sheet_document: "s",
  presentation_document: "p",
  todo: "t",
} as const satisfies Record<DocType, string>;

const FORM = /^(\d+)([pdt])([ngr])([ekcwspt])([0-9a-z]+),([0-9a-z]+),([0-9a-z]+),([0-9a-z]+),/;

/** The two letters that the scripts look at. */
export function lettersOf(entry: LedgerEntry): string {
  return STATES[entry.state] + DOUBTS[entry.doubt];
}

/** What follows the letters. */
export function restOf(entry: LedgerEntry): string {
  const numbers = [entry.version, entry.epoch, entry.hash.length, entry.container.length];
  return TYPES[entry.doc_type] + numbers.map((number) => `${number.toString(36)},`).join("") +
    entry.hash + entry.container + entry.provider_id;
}

/** @throws TypeError when the value is not one of ours */
export function entryOf(doc_id: string, value: string): LedgerEntry {
  const found = FORM.exec(value);
  if (found === null) throw new TypeError("Cannot read a ledger entry: not in its form");
  const [whole, revision, state, doubt, type, version = "", epoch = "", hash = "", container = ""] = found;
  const hash_end = whole.length + Number.parseInt(hash, 36);
  const container_end = hash_end + Number.parseInt(container, 36);
  return {
    doc_id,
    doc_type: nameOf(TYPES, type),
    provider_id: value.slice(container_end),
    container: value.slice(hash_end, container_end),
    hash: value.slice(whole.length, hash_end),
    revision: Number(revision),
    version: Number.parseInt(version, 36),
    state: nameOf(STATES, state),
    epoch: Number.parseInt(epoch, 36),
    doubt: nameOf(DOUBTS, doubt),
  };
}

function nameOf<N extends string>(letters: Readonly<Record<N, string>>, letter: string | undefined): N {
  for (const name in letters) {
    if (letters[name] === letter) return name;
  }
  throw new TypeError("Cannot read a ledger entry: unknown letter");
}
