/** The documents that a contact comes up in. Pure. */
import type { KnownAddress } from "./model.ts";
import type { TimelineEntry } from "./port.ts";
import { compareSources, kindsOf } from "./tally.ts";

const ENTRIES_MAX = 100;

/** The newest first, of each address and kind the newest alone. */
export function timelineOf(members: readonly KnownAddress[]): TimelineEntry[] {
  const entries = members.flatMap(({ address, tallies }) =>
    kindsOf(tallies).flatMap((kind) => (tallies[kind]?.newest ?? []).map((source) => ({ address, kind, source })))
  );
  return entries.sort((a, b) => compareSources(a.source, b.source) || (a.address < b.address ? -1 : 1))
    .slice(0, ENTRIES_MAX)
    .map(({ address, kind, source: { at, doc_type, doc_id } }) => ({ at, kind, doc_type, doc_id, address }));
}
