/** Documents in doubt: a container removed them, or they were read only in part. A lookup by id tells. */
import { digest, resourceOf } from "../../shared/contracts/ids.ts";
import type { LookedUp, Refusal } from "../../shared/providers/port.ts";
import type { LedgerEntry } from "../../shared/state/port.ts";
import { bind } from "./bind.ts";
import { type Again, decideGone, decideRead, type Decision } from "./decide.ts";
import { DEATHS_MAX, type Head, parseHead } from "./head.ts";
import { refuse } from "./page.ts";
import { carryOut } from "./publish.ts";
import { setAside } from "./set_aside.ts";
import { checkTime, type Work } from "./work.ts";

/** How many ids one lookup takes; the largest batch that every provider allows. */
export const LOOKUP_IDS_MAX = 20;

/** What a lookup is counted as; whoever finds one unfinished knows that it may have taken its process down. */
const LOOKUP = "lookup:";

/** Whether a piece of work that was begun and never committed was a lookup. */
export function isLookup(unfinished: string): boolean {
  return unfinished.startsWith(LOOKUP);
}

/**
 * Looks up every document in doubt, slice by slice. One that is gone is published as deleted; one that a container
 * removed but that still exists stays in doubt until some container's delta shows it.
 * @returns whether there were any.
 */
export async function resolveDoubts(work: Work): Promise<boolean> {
  const head = parseHead((await work.ledger.head()).head);
  let after = "";
  while (true) {
    const doubts = await work.ledger.doubts(LOOKUP_IDS_MAX, after);
    const last = doubts.at(-1);
    if (last === undefined) break;
    checkTime(work);
    if (head.lookups === null) await lookUp(work, doubts, null);
    else for (const entry of doubts) await lookUpCarefully(work, entry);
    after = last.doc_id;
  }
  // Nothing is unfinished any more, and whatever killed has been set aside.
  if (head.lookups !== null) await noteSuspect(work, null);
  else if (after !== "") await work.ledger.commit(work.lease, { entries: [] });
  return after !== "";
}

/** Writes the document down before it is looked up by itself; the one that has killed twice that way is set aside. */
async function lookUpCarefully(work: Work, entry: LedgerEntry): Promise<void> {
  const { lookups } = parseHead((await work.ledger.head()).head);
  const tries = lookups?.item === entry.doc_id ? lookups.tries + 1 : 1;
  if (tries > DEATHS_MAX) {
    const reason = `item_kills: looking this item up ended the process ${DEATHS_MAX} times`;
    const { provider_id, container } = entry;
    await setAside(work, { provider_id, container, field: "", reason });
    return await carryOut(work, [{ kind: "note", entry: { ...entry, doubt: "" } }]);
  }
  checkTime(work);
  await noteSuspect(work, { item: entry.doc_id, tries });
  await lookUp(work, [entry], null);
}

/** Keeps the rest of the head as it is. */
export async function noteSuspect(work: Work, lookups: Head["lookups"]): Promise<void> {
  const head = parseHead((await work.ledger.head()).head);
  await work.ledger.commit(work.lease, { entries: [], head: JSON.stringify({ ...head, lookups } satisfies Head) });
}

/** A document that could not be read, and why. */
export interface Unread {
  readonly doc_id: string;
  readonly reason: string;
}

/**
 * Reads these documents by id and publishes what that shows.
 * @returns those that could not be read
 */
export async function lookUp(work: Work, entries: readonly LedgerEntry[], again: Again): Promise<readonly Unread[]> {
  const first = entries[0];
  if (first === undefined) return [];
  const { revision } = await work.ledger.issue(work.lease, `${LOOKUP}${first.doc_id}`);
  const answers = await work.provider.lookup(
    work.mailbox,
    resourceOf(first.doc_type),
    entries,
    parseHead((await work.ledger.head()).head).cursor,
  );
  const decisions: Decision[] = [];
  const unread: Unread[] = [];
  for (const [position, entry] of entries.entries()) {
    const answer = answers[position] ?? { kind: "unknown" };
    if (answer.kind === "unknown") unread.push({ doc_id: entry.doc_id, reason: "The provider did not answer for it" });
    if (answer.kind === "refused") unread.push({ doc_id: entry.doc_id, reason: answer.refusal.reason });
    decisions.push(await decideAnswer(work, answer, entry, revision, again));
  }
  await carryOut(work, decisions);
  return unread;
}

async function decideAnswer(
  work: Work,
  answer: LookedUp,
  entry: LedgerEntry,
  revision: number,
  again: Again,
): Promise<Decision> {
  switch (answer.kind) {
    case "unknown":
      return { kind: "nothing" };
    case "refused":
      return await refuseLookedUp(work, answer.refusal, entry, again);
    case "gone":
    case "left_out":
      return decideGone(entry, { revision, now: new Date(work.ports.deps.clock.now()).toISOString(), again });
    case "found": {
      const bound = await bind(work, answer.read);
      if ("refusal" in bound) return await refuseLookedUp(work, bound.refusal, entry, again);
      return decideRead(bound.read, entry, { revision, source: "lookup", epoch: null, again });
    }
  }
}

/**
 * What stays in doubt is looked up in every round, so it is set aside once for each reason: until it can be read, that
 * reason is what the ledger keeps as its hash.
 */
async function refuseLookedUp(work: Work, refusal: Refusal, entry: LedgerEntry, again: Again): Promise<Decision> {
  if (entry.doubt !== "removed") return await refuse(work, refusal, null);
  const hash = await digest("refused", refusal.field, refusal.reason);
  if (again === null && entry.state === "pending" && entry.hash === hash) return { kind: "nothing" };
  await setAside(work, refusal);
  return { kind: "note", entry: { ...entry, state: "pending", hash } };
}
