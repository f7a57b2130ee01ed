/** One page of changes: what its items mean, published and committed with the cursor. */
import type { DocType } from "../../shared/contracts/names.ts";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import type { ChangePage, ItemName, PageItem, Refusal } from "../../shared/providers/port.ts";
import type { LedgerEntry } from "../../shared/state/port.ts";
import { bind, type BoundRead, docIdIn } from "./bind.ts";
import {
  decideGone,
  decidePartial,
  decideRead,
  decideRemoval,
  type Decision,
  type NamedItem,
  unread,
} from "./decide.ts";
import type { Head } from "./head.ts";
import { carryOut } from "./publish.ts";
import { setAside } from "./set_aside.ts";
import type { Work } from "./work.ts";

/** How a page was read. */
export interface PageReading {
  /** Issued just before the request that saw the page. */
  readonly revision: number;
  /** The enumeration that the page is part of, if any. */
  readonly epoch: number | null;
  /** Read beside the live cursor, to compare: what can't be read and is known was set aside before. */
  readonly comparing?: boolean;
}

/** Works a whole page; what was published is marked and the head moves on in one step. */
export async function workPage(work: Work, page: ChangePage, reading: PageReading, next: Head): Promise<void> {
  await carryOut(work, await decidePage(work, page, reading), JSON.stringify(next));
}

/** What a whole page means. */
export async function decidePage(work: Work, page: ChangePage, reading: PageReading): Promise<readonly Decision[]> {
  const { changed, seen } = await sortByVersion(work, page.documents, reading);
  const { reads, refusals, left_out } = await readItems(work, changed);
  const decisions = [
    ...seen,
    ...await decideReads(work, reads, reading),
    ...await decideLeftOut(work, left_out, reading),
    ...await decideRest(work, page),
  ];
  const refused = [...refusals, ...page.refused];
  for (const refusal of reading.comparing ? await unknownOf(work, refused) : refused) {
    decisions.push(await refuse(work, refusal, reading.epoch));
  }
  return decisions;
}

async function unknownOf(work: Work, refusals: readonly Refusal[]): Promise<readonly Refusal[]> {
  const named = refusals.filter(({ provider_id }) => provider_id !== "");
  const ids = await Promise.all(named.map((refusal) => docIdIn(work, refusal)));
  const known = await work.ledger.get(ids);
  return named.filter((_, position) => !known.has(ids[position] ?? ""));
}

/** Works one item of a page by itself, without moving the head. */
export async function workItem(work: Work, item: PageItem, reading: PageReading): Promise<void> {
  const { changed, seen } = await sortByVersion(work, [item], reading);
  const { reads, refusals, left_out } = await readItems(work, changed);
  const decisions = [
    ...seen,
    ...await decideReads(work, reads, reading),
    ...await decideLeftOut(work, left_out, reading),
  ];
  for (const refusal of refusals) decisions.push(await refuse(work, refusal, reading.epoch));
  await carryOut(work, decisions);
}

/** Works what is left of a page whose items were worked one by one, and moves the head. */
export async function workRest(work: Work, page: ChangePage, reading: PageReading, next: Head): Promise<void> {
  const decisions = await decideRest(work, page);
  for (const refusal of page.refused) decisions.push(await refuse(work, refusal, reading.epoch));
  await carryOut(work, decisions, JSON.stringify(next));
}

/**
 * Sets an item aside; the ledger knows of it from now on, so that the dead letter can be replayed.
 * @param epoch the enumeration that has seen it, if any
 */
export async function refuse(work: Work, refusal: Refusal, epoch: number | null): Promise<Decision> {
  await setAside(work, refusal);
  const doc_id = await docIdIn(work, refusal);
  const known = (await work.ledger.get([doc_id])).get(doc_id);
  if (refusal.provider_id === "") return { kind: "nothing" };
  const item = {
    doc_id,
    doc_type: docTypeOf(work.key.resource),
    provider_id: refusal.provider_id,
    container: refusal.container,
  };
  const entry = known === undefined
    ? unread(item)
    : { ...known, doubt: known.doubt === "reread" ? "" as const : known.doubt };
  return { kind: "note", entry: { ...entry, epoch: epoch ?? entry.epoch } };
}

/** Items whose document is published as it is need not be read again; they count as seen. */
async function sortByVersion(work: Work, items: readonly PageItem[], { epoch }: PageReading) {
  const changed: PageItem[] = [];
  const seen: Decision[] = [];
  const ids = await Promise.all(items.map((item) => item.version === undefined ? "" : docIdIn(work, item)));
  const asked = ids.filter((id) => id !== "");
  const known = asked.length === 0 ? new Map<string, LedgerEntry>() : await work.ledger.get(asked);
  for (const [position, item] of items.entries()) {
    const entry = known.get(ids[position] ?? "");
    const same = entry?.state === "published" && entry.container === item.container &&
      entry.version === item.version && entry.doubt === "";
    if (!same) changed.push(item);
    else if (epoch === null || epoch === entry.epoch) seen.push({ kind: "nothing" });
    else seen.push({ kind: "note", entry: { ...entry, epoch } });
  }
  return { changed, seen };
}

/** Normalises and binds items; of one that is there several times, the last state counts. */
async function readItems(work: Work, items: readonly PageItem[]) {
  const reads = new Map<string, BoundRead>();
  const refusals: Refusal[] = [];
  const left_out: ItemName[] = [];
  for (const result of await Promise.all(items.map((item) => readItem(work, item)))) {
    if ("left_out" in result) left_out.push(result);
    else if ("refusal" in result) refusals.push(result.refusal);
    else reads.set(result.read.doc_id, result.read);
  }
  return { reads, refusals, left_out };
}

async function readItem(work: Work, item: PageItem) {
  const read = await item.read();
  if ("left_out" in read) return read;
  return "reason" in read ? { refusal: read } : bind(work, read);
}

async function decideReads(
  work: Work,
  reads: ReadonlyMap<string, BoundRead>,
  { revision, epoch }: PageReading,
): Promise<Decision[]> {
  const known = await work.ledger.get([...reads.keys()]);
  return [...reads.values()].map((read) =>
    decideRead(read, known.get(read.doc_id), { revision, source: "delta", epoch, again: null })
  );
}

/** What the person's choice leaves out is withdrawn if it was published before. */
async function decideLeftOut(
  work: Work,
  items: readonly ItemName[],
  { revision }: PageReading,
): Promise<Decision[]> {
  if (items.length === 0) return [];
  const known = await work.ledger.get(await Promise.all(items.map((item) => docIdIn(work, item))));
  const now = new Date(work.ports.deps.clock.now()).toISOString();
  return [...known.values()].map((entry) => decideGone(entry, { revision, now }));
}

/** Removals and items shown only in part. */
async function decideRest(work: Work, page: ChangePage): Promise<Decision[]> {
  const doc_type = docTypeOf(work.key.resource);
  const named = async ({ provider_id, container }: ItemName): Promise<NamedItem> => {
    return { doc_id: await docIdIn(work, { provider_id, container }), doc_type, provider_id, container };
  };
  const removals = await Promise.all(page.removals.map(named));
  const partial = await Promise.all(page.partial.map(named));
  if (removals.length + partial.length === 0) return [];
  const known = await work.ledger.get([...removals, ...partial].map((item) => item.doc_id));
  return [
    ...removals.map((item) => decideRemoval(item, known.get(item.doc_id))),
    ...partial.map((item) => decidePartial(item, known.get(item.doc_id))),
  ];
}

/** The kind of document of a resource before the document itself tells; a drive's three kinds tell themselves. */
function docTypeOf(resource: ResourceName): DocType {
  switch (resource) {
    case "mail":
      return "email";
    case "calendar":
      return "calendar";
    case "contacts":
      return "contact";
    case "todos":
      return "todo";
    case "drive":
      return "word_document";
  }
}
