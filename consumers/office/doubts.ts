/** Documents in doubt: a container removed them, or they were read only in part. A lookup by id tells. */
import { digest, resourceOf } from "../../shared/contracts/ids.ts";
import type { LookedUp, Refusal } from "../../shared/providers/port.ts";
import type { LedgerEntry } from "../../shared/state/port.ts";
import { bind } from "./bind.ts";
import { decideGone, decideRead, type Decision } from "./decide.ts";
import { parseHead } from "./head.ts";
import { refuse } from "./page.ts";
import { carryOut } from "./publish.ts";
import { setAside } from "./set_aside.ts";
import { checkTime, type Work } from "./work.ts";

/** How many ids one lookup takes; the largest batch that every provider allows. */
export const LOOKUP_IDS_MAX = 20;

/**
 * Looks up every document in doubt, slice by slice. One that is gone is published as deleted; one that a container
 * removed but that still exists stays in doubt until some container's delta shows it.
 * @returns whether there were any.
 */
export async function resolveDoubts(work: Work): Promise<boolean> {
  let after = "";
  while (true) {
    const doubts = await work.ledger.doubts(LOOKUP_IDS_MAX, after);
    const last = doubts.at(-1);
    if (last === undefined) return after !== "";
    checkTime(work);
    await lookUp(work, doubts, false);
    after = last.doc_id;
  }
}

/**
 * Reads these documents by id and publishes what that shows.
 * @param again publish even what is unchanged.
 */
export async function lookUp(work: Work, entries: readonly LedgerEntry[], again: boolean): Promise<void> {
  const first = entries[0];
  if (first === undefined) return;
  const { revision } = await work.ledger.issue(work.lease, `lookup:${first.doc_id}`);
  const answers = await work.provider.lookup(
    work.mailbox,
    resourceOf(first.doc_type),
    entries,
    parseHead((await work.ledger.head()).head).cursor,
  );
  const decisions: Decision[] = [];
  for (const [position, entry] of entries.entries()) {
    const answer = answers[position];
    if (answer !== undefined) decisions.push(await decideAnswer(work, answer, entry, revision, again));
  }
  await carryOut(work, decisions);
}

async function decideAnswer(
  work: Work,
  answer: LookedUp,
  entry: LedgerEntry,
  revision: number,
  again: boolean,
): Promise<Decision> {
  switch (answer.kind) {
    case "unknown":
      return { kind: "nothing" };
    case "refused":
      return await refuseLookedUp(work, answer.refusal, entry, again);
    case "gone":
    case "left_out":
      return decideGone(entry, { revision, now: new Date(work.ports.deps.clock.now()).toISOString() });
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
async function refuseLookedUp(work: Work, refusal: Refusal, entry: LedgerEntry, again: boolean): Promise<Decision> {
  if (entry.doubt !== "removed") return await refuse(work, refusal, null);
  const hash = await digest("refused", refusal.field, refusal.reason);
  if (!again && entry.state === "pending" && entry.hash === hash) return { kind: "nothing" };
  await setAside(work, refusal);
  return { kind: "note", entry: { ...entry, state: "pending", hash } };
}
