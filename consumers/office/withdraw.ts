/** Withdrawing: what a person does not give any more is deleted by every consumer, as if the provider had deleted it. */
import type { LedgerEntry } from "../../shared/state/port.ts";
import { decideGone } from "./decide.ts";
import { carryOut } from "./publish.ts";
import { checkTime, type Work } from "./work.ts";

/** How many documents are withdrawn by one commit. */
const SLICE = 200;

/** Publishes the delete of each living entry. */
export async function withdraw(work: Work, entries: readonly LedgerEntry[]): Promise<void> {
  const living = entries.filter(({ state }) => state !== "tombstone");
  const first = living[0];
  if (first === undefined) return;
  const { revision } = await work.ledger.issue(work.lease, `withdraw:${first.doc_id}`);
  const now = new Date(work.ports.deps.clock.now()).toISOString();
  await carryOut(work, living.map((entry) => decideGone(entry, { revision, now })));
}

/**
 * Forgets the resource's cursor, then withdraws all of it, slice by slice: given again at any moment, it is read from
 * the beginning. The tombstones stay, so that whoever goes on after a crash or a hand-over finds the rest.
 */
export async function withdrawResource(work: Work): Promise<void> {
  await work.ledger.commit(work.lease, { entries: [], head: "" });
  let after = "";
  while (true) {
    checkTime(work);
    const entries = await work.ledger.list(after, SLICE);
    const last = entries.at(-1);
    if (last === undefined) break;
    await withdraw(work, entries);
    after = last.doc_id;
  }
}
