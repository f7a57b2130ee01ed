/** A round: from the stored cursor to where the provider says that there is no more, page by page. */
import { LeaseLostError, TransientError } from "../../shared/contracts/errors.ts";
import { digest } from "../../shared/contracts/ids.ts";
import type { ChangePage } from "../../shared/providers/port.ts";
import type { Issued, LedgerEntry } from "../../shared/state/port.ts";
import { isLookup, noteSuspect, resolveDoubts } from "./doubts.ts";
import { DEATHS_MAX, type Head, parseHead } from "./head.ts";
import { type PageReading, refuse, workItem, workPage, workRest } from "./page.ts";
import { carryOut } from "./publish.ts";
import { withdraw } from "./withdraw.ts";
import { asBackfill, checkGiven, checkTime, NoLongerGiven, TimeUp, type Work } from "./work.ts";

/** How many entries of a finished enumeration are compared at once. */
const UNSEEN_SLICE = 500;

/** Everything that an enumeration did not see is older than this epoch. */
const EVERYTHING = Number.MAX_SAFE_INTEGER;

/**
 * Reads one resource to the end of a round. Everything it did is committed page by page, so that whoever goes on after
 * a crash or a hand-over begins with the page that was not finished.
 * @throws TimeUp at the hand-over time. @throws LeaseLostError when somebody else holds the resource now.
 */
export async function runRound(work: Work): Promise<void> {
  let head = await settleEnumerations(work, firstHead(work, parseHead((await work.ledger.head()).head)));
  let issued: Issued | null = await issuePage(work, head);
  if (isLookup(issued.unfinished) && head.lookups === null) await noteSuspect(work, { item: "", tries: 0 });
  // A page that may have taken its process down comes first: a lookup is counted in its place, and the deaths forgotten.
  if (issued.tries === 1 && await lookUpDoubts(work)) {
    issued = null;
    head = firstHead(work, parseHead((await work.ledger.head()).head));
  }
  // A round that somebody else began does not cover what was requested since: a whole one follows it.
  let resumed = head.midway;
  // What was notified before a continuation began counts as started, and was not read.
  const heard: Heard = { requested: resumed ? -1 : 0 };
  for (let done = false; !done;) {
    checkTime(work);
    const { revision, tries }: Issued = issued ?? await issuePage(work, head);
    issued = null;
    if (tries > DEATHS_MAX && head.careful === null) {
      head = { ...head, careful: { item: "", tries: 0 } };
      await work.ledger.commit(work.lease, { entries: [], head: JSON.stringify(head) });
    }
    try {
      await checkGiven(work);
      const page = await readPage(work, head, heard);
      const { next, epoch } = follow(head, page, revision);
      if (head.careful === null) await workPage(work, page, { revision, epoch }, next);
      else await workCarefully(work, page, { revision, epoch }, head, next);
      head = await settleEnumerations(work, next);
      await work.onPage(work);
      done = page.done && !resumed;
      if (page.done) resumed = false;
    } catch (error) {
      if (isNobodysFault(work, error)) await forgive(work, head);
      throw error;
    }
  }
  await lookUpDoubts(work);
}

/** The highest request that an enumeration has already made way for; -1 when it has to once, whatever was requested. */
interface Heard {
  requested: number;
}

/** One page. An enumeration gives way: in its requests, and as a whole when a change is notified meanwhile. */
async function readPage(work: Work, { cursor, enumerations }: Head, heard: Heard): Promise<ChangePage> {
  const { resource } = work.key;
  const enumerates = cursor === "" || Object.keys(enumerations).length > 0;
  if (!enumerates) return await work.provider.changes(work.mailbox, resource, cursor);
  const { requested, started } = await work.ports.state.leases.signals(work.key);
  const urgent = heard.requested < 0 || requested > Math.max(started, heard.requested);
  if (urgent) heard.requested = requested;
  return await work.provider.changes((urgent ? work : asBackfill(work)).mailbox, resource, cursor, urgent);
}

/** The head; before the first read with the cursor that begins one. */
function firstHead({ provider, key }: Work, head: Head): Head {
  return head.cursor === "" ? { ...head, cursor: provider.firstCursor?.(key.resource) ?? "" } : head;
}

/** Looks up what is in doubt; a lookup that failed for a reason of its own is not counted against a document. */
async function lookUpDoubts(work: Work): Promise<boolean> {
  try {
    return await resolveDoubts(work);
  } catch (error) {
    if (isNobodysFault(work, error)) {
      const { lookups } = parseHead((await work.ledger.head()).head);
      await noteSuspect(work, lookups === null ? null : { ...lookups, tries: Math.max(0, lookups.tries - 1) });
    }
    throw error;
  }
}

/** A revision for the page that comes next, and how often that page was begun. */
async function issuePage(work: Work, head: Head): Promise<Issued> {
  return await work.ledger.issue(work.lease, `page:${await digest(head.cursor)}`);
}

/** Whether a page failed for a reason that its items have no part in: then it is no step towards setting one aside. */
function isNobodysFault(work: Work, error: unknown): boolean {
  if (error instanceof LeaseLostError) return false;
  return error instanceof TransientError || error instanceof TimeUp || error instanceof NoLongerGiven ||
    work.mailbox.signal.aborted;
}

/** Takes back the try that was counted for a page, or for the item that was begun last. */
async function forgive(work: Work, head: Head): Promise<void> {
  if (head.careful === null) return await work.ledger.commit(work.lease, { entries: [] });
  const kept = parseHead((await work.ledger.head()).head);
  const careful = kept.careful === null ? null : { ...kept.careful, tries: Math.max(0, kept.careful.tries - 1) };
  await work.ledger.commit(work.lease, { entries: [], head: JSON.stringify({ ...kept, careful }) });
}

/** The head after a page, and the epoch that the page's items belong to. */
function follow(head: Head, page: ChangePage, revision: number): { next: Head; epoch: number | null } {
  const enumerations = { ...head.enumerations };
  const ended = { epoch: EVERYTHING, finished: true };
  for (const container of page.gone_containers) enumerations[container] = { ...ended, left_out: false };
  for (const container of page.left_out_containers ?? []) enumerations[container] = { ...ended, left_out: true };
  let epoch: number | null = null;
  if (page.enumeration !== null) {
    const { container, started, finished } = page.enumeration;
    // An enumeration that begins again must not take for seen what only the broken-off one saw.
    epoch = started ? revision : enumerations[container]?.epoch ?? revision;
    enumerations[container] = { epoch, finished, left_out: false };
  }
  return { next: { ...head, cursor: page.cursor, enumerations, careful: null, midway: !page.done }, epoch };
}

/**
 * What a finished enumeration did not see is in doubt: absence is evidence only inside what was enumerated to its end.
 * What lies in a container that the person leaves out is withdrawn.
 */
async function settleEnumerations(work: Work, head: Head): Promise<Head> {
  let settled = head;
  for (const [container, { epoch, finished, left_out }] of Object.entries(head.enumerations)) {
    if (!finished) continue;
    await eachUnseen(
      work,
      container,
      epoch,
      left_out ? (unseen) => withdraw(work, unseen) : (unseen) => doubt(work, unseen),
    );
    const { [container]: _, ...rest } = settled.enumerations;
    settled = { ...settled, enumerations: rest };
  }
  if (settled !== head) await work.ledger.commit(work.lease, { entries: [], head: JSON.stringify(settled) });
  return settled;
}

/** Puts in doubt what an enumeration of a container, finished by now, did not see. */
export async function doubtUnseen(work: Work, container: string, epoch: number): Promise<void> {
  await eachUnseen(work, container, epoch, (unseen) => doubt(work, unseen));
}

async function doubt(work: Work, unseen: readonly LedgerEntry[]): Promise<void> {
  await carryOut(work, unseen.map((entry) => ({ kind: "note", entry: { ...entry, doubt: "removed" } })));
}

async function eachUnseen(
  work: Work,
  container: string,
  epoch: number,
  settle: (unseen: readonly LedgerEntry[]) => Promise<void>,
): Promise<void> {
  let after = "";
  while (true) {
    const unseen = await work.ledger.unseen(container, epoch, after, UNSEEN_SLICE);
    const last = unseen.at(-1);
    if (last === undefined) return;
    await settle(unseen);
    after = last.doc_id;
  }
}

/**
 * Works a page that took its process down: each item by itself, written down before it is touched. After a crash the
 * items before that one are known to be harmless; the one that killed twice is set aside.
 */
async function workCarefully(work: Work, page: ChangePage, reading: PageReading, head: Head, next: Head) {
  const suspect = head.careful ?? { item: "", tries: 0 };
  let counting = !page.documents.some((item) => item.provider_id === suspect.item);
  for (const item of page.documents) {
    const suspected = item.provider_id === suspect.item;
    counting ||= suspected;
    const tries = suspected ? suspect.tries + 1 : 1;
    if (counting) {
      const begun: Head = { ...head, careful: { item: item.provider_id, tries } };
      await work.ledger.commit(work.lease, { entries: [], head: JSON.stringify(begun) });
    }
    if (tries > DEATHS_MAX) {
      const reason = `item_kills: working on this item ended the process ${DEATHS_MAX} times`;
      await carryOut(work, [await refuse(work, { ...item, field: "", reason }, reading.epoch)]);
    } else await workItem(work, item, reading);
  }
  await workRest(work, page, reading, next);
}
