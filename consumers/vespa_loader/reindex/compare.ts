/** Two versions of the index side by side, for one person: what they hold, and what they find. */
import type { Index, SearchHit, SearchQuery } from "../../../shared/index/port.ts";
import { queryWords } from "../../../shared/index/query_words.ts";
import { tokens } from "../../../shared/index/tokens.ts";
import { everything } from "./everything.ts";

/** Searches that are tried: from titles of the newest and of the oldest documents. */
const SAMPLES_EACH = 5;

/** Words of a title that one of them asks for. */
const WORDS = 3;

/** Hits that are compared. */
const HITS = 10;

/** How two versions differ. Counts only: nothing of what was searched for. */
export interface Comparison {
  /** Counts by type and provider where they differ, `type:email` and so on; empty when all are equal. */
  readonly differing: readonly { readonly what: string; readonly active: number; readonly other: number }[];
  readonly documents: { readonly active: number; readonly other: number };
  readonly queries: number;
  /** The share of the first hits that both versions find, 0 to 1; 1 when nothing was searched for. */
  readonly agreement: number;
}

/** Compares what is searched with the other version. */
export async function compareVersions(
  { active, other }: { readonly active: Index; readonly other: Index },
  user_id: string,
): Promise<Comparison> {
  const all = everything(user_id);
  const [newest, counted, oldest] = await Promise.all([
    active.search({ ...all, limit: SAMPLES_EACH }),
    other.search(all),
    active.search({ ...all, sort: "oldest", limit: SAMPLES_EACH }),
  ]);
  const [ours, theirs] = [countsOf(newest.facets), countsOf(counted.facets)];
  const differing = [...new Set([...ours.keys(), ...theirs.keys()])].sort().flatMap((what) => {
    const one = { what, active: ours.get(what) ?? 0, other: theirs.get(what) ?? 0 };
    return one.active === one.other ? [] : [one];
  });
  const queries = samples(user_id, [...newest.hits, ...oldest.hits]);
  let found = 0, shared = 0;
  for (const query of queries) {
    const [one, two] = await Promise.all([active.search(query), other.search(query)]);
    const known = new Set(one.hits.map(({ doc_id }) => doc_id));
    found += Math.max(one.hits.length, two.hits.length);
    shared += two.hits.filter(({ doc_id }) => known.has(doc_id)).length;
  }
  return {
    differing,
    documents: { active: sumOfTypes(ours), other: sumOfTypes(theirs) },
    queries: queries.length,
    agreement: found === 0 ? 1 : Math.round(1_000 * shared / found) / 1_000,
  };
}

type Facets = Awaited<ReturnType<Index["search"]>>["facets"];

function countsOf(facets: Facets): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(facets).flatMap(([name, values]) =>
      values.map(({ value, count }) => [`${name}:${value}`, count] as const)
    ),
  );
}

function sumOfTypes(counts: ReadonlyMap<string, number>): number {
  return [...counts].reduce((sum, [what, count]) => what.startsWith("type:") ? sum + count : sum, 0);
}

function samples(user_id: string, hits: readonly SearchHit[]): SearchQuery[] {
  const asked = hits.map(({ title }) => tokens(title).slice(0, WORDS).map(({ word }) => word).join(" "));
  return [...new Set(asked)].filter((text) => text !== "").map((text): SearchQuery => ({
    ...everything(user_id),
    words: queryWords(`${text} `),
    sort: "relevance",
    limit: HITS,
  }));
}
