/** What a read of a document means, given what the ledger knows of it. Pure. */
import type { DocType, Operation } from "../../shared/contracts/names.ts";
import type { LedgerEntry } from "../../shared/state/port.ts";
import type { BoundRead } from "./bind.ts";

/** One version of one document that has to be published. */
export interface Change {
  readonly operation: Operation;
  /** The ledger's entry as it is once the change is published. */
  readonly entry: LedgerEntry;
  /** The event's; the entry keeps an older one when only some are told what all have heard before. */
  readonly revision: number;
  /** The subscriptions that need it; empty for all. */
  readonly only: readonly string[];
  /** The doubt that stays in the ledger until then, so that a crash in between is followed by another lookup. */
  readonly doubt_before: LedgerEntry["doubt"];
  /** The document as JSON text, `""` on a delete. */
  readonly data: string;
  /** The provider's time of the change. */
  readonly last_updated: string;
  /** The kind of document that it was published as before, when that was another one: as that it is deleted. */
  readonly formerly: DocType | null;
}

/** How a document was read. */
export interface Reading {
  /** Issued just before the request that saw it. */
  readonly revision: number;
  /** A container's delta shows where the item is; a lookup by id does not, but is believed. */
  readonly source: "delta" | "lookup";
  /** The enumeration that the page is part of, if any. */
  readonly epoch: number | null;
  readonly again: Again;
}

/** Whether even what is unchanged is published: to these subscriptions, to all when none is named, or (null) not. */
export type Again = readonly string[] | null;

/** Publish it, write something down about it, or neither. */
export type Decision =
  | { readonly kind: "publish"; readonly change: Change }
  | { readonly kind: "note"; readonly entry: LedgerEntry }
  | { readonly kind: "nothing" };

/** Decides about a document that was read. */
export function decideRead(read: BoundRead, known: LedgerEntry | undefined, reading: Reading): Decision {
  const living = known !== undefined && known.state !== "tombstone" ? known : undefined;
  const shown = reading.source === "delta";
  const place = {
    container: shown || known === undefined ? read.container : known.container,
    epoch: reading.epoch ?? living?.epoch ?? 0,
  };
  if (shown && living !== undefined && read.version > 0 && read.version < living.version) {
    // Older than what was read before: read once more, and then believe it.
    return { kind: "note", entry: { ...living, ...place, doubt: "reread" } };
  }
  // Only a container's own delta ends a doubt about a removal: it alone will tell of the next one.
  const doubt = !shown && living?.doubt === "removed" ? "removed" : "";
  const entry: LedgerEntry = {
    doc_id: read.doc_id,
    doc_type: read.doc_type,
    provider_id: read.provider_id,
    hash: read.hash,
    revision: reading.revision,
    version: read.version,
    state: "published",
    doubt,
    ...place,
  };
  const unchanged = living?.state === "published" && living.hash === read.hash;
  if (unchanged && reading.again === null) {
    const noted = { ...entry, revision: living.revision };
    return sameNotes(noted, living) ? { kind: "nothing" } : { kind: "note", entry: noted };
  }
  const { data, last_updated } = read;
  const doubt_before = known?.doubt ?? "";
  const other = living?.state === "published" && living.doc_type !== read.doc_type ? living : null;
  const operation = living?.state === "published" && other === null ? "update" : "create";
  const { revision } = reading;
  // What is new is for all, whoever asked for it to be read.
  const only = unchanged && other === null ? reading.again ?? [] : [];
  return {
    kind: "publish",
    change: {
      operation,
      entry: only.length === 0 || living === undefined ? entry : { ...entry, revision: living.revision },
      revision,
      only,
      doubt_before,
      data,
      last_updated,
      formerly: other?.doc_type ?? null,
    },
  };
}

/** An item that a page names without showing it whole. */
export interface NamedItem {
  readonly doc_id: string;
  readonly doc_type: LedgerEntry["doc_type"];
  readonly provider_id: string;
  readonly container: string;
}

/** Decides about a container's statement that it does not hold the item any more. */
export function decideRemoval(item: NamedItem, known: LedgerEntry | undefined): Decision {
  // Moved away and back before it was ever read, an item is only ever reported as removed: a lookup tells.
  if (known === undefined) return { kind: "note", entry: { ...unread(item), doubt: "removed" } };
  if (known.state === "tombstone") return { kind: "nothing" };
  // Since then another container has shown it, so that one will tell when it goes.
  if (known.container !== item.container) return { kind: "nothing" };
  return known.doubt === "removed" ? { kind: "nothing" } : { kind: "note", entry: { ...known, doubt: "removed" } };
}

/** Decides about an item that a page showed only in part: it has to be read whole. */
export function decidePartial(item: NamedItem, known: LedgerEntry | undefined): Decision {
  const living = known !== undefined && known.state !== "tombstone" ? known : undefined;
  // Beside a tombstone too: the ledger keeps no entry of an older revision.
  const begun = living ?? { ...unread(item), revision: known?.revision ?? 0 };
  return { kind: "note", entry: { ...begun, container: item.container, doubt: "reread" } };
}

/** The ledger's entry of an item that nobody has read yet. */
export function unread(item: NamedItem): LedgerEntry {
  const { doc_id, doc_type, provider_id, container } = item;
  return {
    doc_id,
    doc_type,
    provider_id,
    container,
    hash: "",
    revision: 0,
    version: 0,
    state: "pending",
    epoch: 0,
    doubt: "",
  };
}

/** Decides about an item that a lookup says is gone. */
export function decideGone(
  known: LedgerEntry,
  { revision, now, again = null }: { readonly revision: number; readonly now: string; readonly again?: Again },
): Decision {
  const told = known.state === "tombstone";
  if (told && again === null) return { kind: "nothing" };
  const only = told ? again ?? [] : [];
  const entry: LedgerEntry = { ...known, hash: "", revision, state: "tombstone", doubt: "" };
  // Never published: nobody has to be told, and a tombstone is all that is left of it.
  if (known.state === "pending" && known.revision === 0) return { kind: "note", entry };
  return {
    kind: "publish",
    change: {
      operation: "delete",
      entry: only.length === 0 ? entry : known,
      revision,
      only,
      doubt_before: "removed",
      data: "",
      last_updated: now,
      formerly: null,
    },
  };
}

function sameNotes(a: LedgerEntry, b: LedgerEntry): boolean {
  return a.container === b.container && a.epoch === b.epoch && a.doubt === b.doubt && a.version === b.version &&
    a.doc_type === b.doc_type && a.provider_id === b.provider_id;
}
