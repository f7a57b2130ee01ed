/** What documents say of an address, added up so that each can be taken back exactly. Pure. */
import { NEWEST_MAX, type Sighting, type SightingKind, type Source, type Tallies, type Tally } from "./model.ts";

/** Later than any moment that is written with four digits of year; and as far before 1970 as that is after it. */
const TIME_END_MS = 999_999_999_999_999;

/** A moment as a part of an id, such that the newest is listed first. */
export function newestFirst(at: string): string {
  return String(TIME_END_MS - Date.parse(at)).padStart(16, "0");
}

/** A sighting as its address keeps it. */
export function sourceOf({ doc_type, at, name, details }: Sighting, doc_id: string): Source {
  return { doc_id, doc_type, at, name, ...(details === undefined ? {} : { details }) };
}

/** The newest first; of one moment by the document. */
export function compareSources(a: Source, b: Source): number {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1;
  return a.doc_id < b.doc_id ? -1 : a.doc_id > b.doc_id ? 1 : 0;
}

/**
 * The tallies with one sighting more. Where `newest` lacks some, whatever is older than all that it has may be older than
 * one of those as well: it is left for whoever brings them up.
 */
export function withSighting(tallies: Tallies, sighting: Sighting, doc_id: string): Tallies {
  const former = tallies[sighting.kind];
  const source = sourceOf(sighting, doc_id);
  const { count = 0, newest = [] } = former ?? {};
  const oldest = newest.at(-1);
  const whole = newest.length === Math.min(count, NEWEST_MAX);
  const known = whole || (oldest !== undefined && compareSources(source, oldest) < 0);
  const tally: Tally = {
    count: count + 1,
    months: changed(former?.months ?? {}, sighting.at.slice(0, 7), sighting.points),
    newest: known ? [...newest, source].sort(compareSources).slice(0, NEWEST_MAX) : newest,
  };
  return { ...tallies, [sighting.kind]: tally };
}

/** The tallies with one sighting less. It may be that `newest` then lacks some ({@linkcode lacks}). */
export function withoutSighting(tallies: Tallies, sighting: Sighting, doc_id: string): Tallies {
  const { [sighting.kind]: former, ...others } = tallies;
  if (former === undefined || former.count === 1) return others;
  const tally: Tally = {
    count: former.count - 1,
    months: changed(former.months, sighting.at.slice(0, 7), -sighting.points),
    newest: former.newest.filter((source) => source.doc_id !== doc_id),
  };
  return { ...others, [sighting.kind]: tally };
}

/** The kinds of which there are more sightings than the newest that are known. */
export function lacks(tallies: Tallies): SightingKind[] {
  return kindsOf(tallies).filter((kind) => {
    const { count = 0, newest = [] } = tallies[kind] ?? {};
    return newest.length < Math.min(count, NEWEST_MAX);
  });
}

/** The kinds that there are any sightings of. */
export function kindsOf(tallies: { readonly [K in SightingKind]?: unknown }): SightingKind[] {
  return ORDER.filter((kind) => tallies[kind] !== undefined);
}

const ORDER: readonly SightingKind[] = [
  "sent",
  "received",
  "meeting",
  "document",
  "copied",
  "mentioned",
  "bulk",
  "list",
  "own",
];

/** Months without points are left out, so that what was taken back leaves nothing. */
function changed(months: Readonly<Record<string, number>>, month: string, by: number): Record<string, number> {
  const { [month]: former = 0, ...others } = months;
  return former + by === 0 ? others : { ...others, [month]: former + by };
}
