/** A refresh: documents that the ledger knows are read by their ids and published again, changed or not. */
import type { LedgerEntry } from "../../../shared/state/port.ts";
import { lookUp, LOOKUP_IDS_MAX, type Unread } from "../doubts.ts";
import type { Work } from "../work.ts";
import { type Doing, shareOf, type Step } from "./step.ts";

/** Entries that one step looks at, most of them outside the range at times. */
const ENTRIES = 200;

/** Lookups of one step. */
const LOOKUPS = 3;

/** Reads and publishes the next documents in the order of their ids; the place is the last id. */
export const refreshStep: Step = async (work, doing, place) => {
  const entries = await nextEntries(work, doing, place);
  const wanted = await inRange(work, doing, entries);
  const now = wanted.slice(0, LOOKUPS * LOOKUP_IDS_MAX);
  const unread: Unread[] = [];
  const before = work.tally.published;
  for (let start = 0; start < now.length; start += LOOKUP_IDS_MAX) {
    unread.push(...await lookUp(work, now.slice(start, start + LOOKUP_IDS_MAX), doing.batch.only));
  }
  const published = work.tally.published - before;
  const last = (now.length < wanted.length ? now : entries).at(-1)?.doc_id ?? "";
  const done = entries.length < ENTRIES && now.length === wanted.length;
  return {
    place: last === "" ? place : last,
    done,
    share: last === "" ? 1 : shareOf(last),
    counts: {
      found: now.length,
      fetched: now.length - unread.length,
      published,
      unchanged: Math.max(0, now.length - unread.length - published),
    },
    unread,
  };
};

async function nextEntries(work: Work, { part }: Doing, place: string): Promise<readonly LedgerEntry[]> {
  if (part.doc_ids.length === 0) return await work.ledger.list(place, ENTRIES);
  const ids = part.doc_ids.filter((id) => id > place).sort().slice(0, ENTRIES);
  const known = await work.ledger.get(ids);
  return ids.flatMap((id) => known.get(id) ?? []);
}

/** By the index: a document that it does not hold may be of any time. */
async function inRange(
  { ports, key }: Work,
  { batch: { from, to } }: Doing,
  entries: readonly LedgerEntry[],
): Promise<readonly LedgerEntry[]> {
  const living = entries.filter(({ state, provider_id }) => state !== "tombstone" && provider_id !== "");
  if (from === "" && to === "") return living;
  const held = await ports.index.revisions(key.user_id, living.map(({ doc_id }) => doc_id));
  return living.filter(({ doc_id }) => {
    const at = held.get(doc_id)?.happened_at ?? "";
    return at === "" || ((from === "" || at >= from) && (to === "" || at < to));
  });
}
