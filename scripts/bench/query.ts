/** `query-…`: how long a search of one person's documents takes, beside the raw FTS5 query. */
import { join } from "node:path";
import type { Index } from "../../shared/index/port.ts";
import { queryWords } from "../../shared/index/query_words.ts";
import { openSqliteIndex } from "../../shared/index/sqlite/mod.ts";
import { figure, percentile } from "./compare.ts";
import { drawWord, sampleWrites, wordOf } from "./index_samples.ts";
import { type Measure, type Outcome, type Progress, ratioResult } from "./measure.ts";
import { quietDeps } from "./outside.ts";
import { RawFts } from "./raw_fts.ts";
import { chance } from "./relevance_corpus.ts";

const SIZES = [["query-10k", 10_000], ["query-100k", 100_000]] as const;
/** The machine has other things to do: the least of so many times is what the work takes. */
const TIMES = 3;
const TARGET = 2;
const QUERIES = 200;
const PAGE = 1_000;
const USER = "ada";

async function once(search: () => unknown): Promise<number> {
  const started = performance.now();
  await search();
  return performance.now() - started;
}

/** Both, in turn, each by its least time. */
async function timed(ours: () => unknown, baseline: () => unknown): Promise<[ours: number, baseline: number]> {
  let [least, leastBaseline] = [Infinity, Infinity];
  for (let time = 0; time < TIMES; time++) {
    least = Math.min(least, await once(ours));
    leastBaseline = Math.min(leastBaseline, await once(baseline));
  }
  return [least, leastBaseline];
}

function asked(index: Index, words: readonly string[]) {
  return index.search({
    user_id: USER,
    words: queryWords(`${words.join(" ")} `),
    types: [],
    providers: [],
    conditions: [],
    after: "",
    before: "",
    sort: "relevance",
    cursor: "",
    limit: 20,
    explain: false,
  });
}

async function measureSize(name: string, size: number, folder: string, progress: Progress): Promise<Outcome[]> {
  const { clock } = quietDeps();
  const index = openSqliteIndex({ path: join(folder, `${name}.sqlite`), clock });
  const raw = new RawFts(join(folder, `${name}-raw.sqlite`));
  try {
    for (let page = 0; page * PAGE < size; page++) {
      const writes = [...sampleWrites(USER, PAGE, page + 1, clock.now())];
      await index.feed(writes);
      raw.insert(writes);
      if ((page + 1) % 10 === 0) progress(`${(page + 1) * PAGE} of ${size} documents`);
    }
    const random = chance(99);
    const queries = Array.from(
      { length: QUERIES },
      (_, at) => Array.from({ length: 1 + at % 2 }, () => drawWord(random)),
    );
    const ours: number[] = [], baseline: number[] = [];
    for (const words of [...queries.slice(0, 20), ...queries]) {
      const [one, plain] = await timed(() => asked(index, words), () => raw.search(words));
      ours.push(one);
      baseline.push(plain);
    }
    const common = wordOf(0);
    const [slow, rawSlow] = await timed(() => asked(index, [common]), () => raw.search([common]));
    return ([["p50", 0.5], ["p99", 0.99]] as const).map(([suffix, share]) => {
      const [value, plain] = [percentile(ours.slice(20), share), percentile(baseline.slice(20), share)];
      const judged = { name: `${name}-${suffix}`, unit: "ms", target: TARGET, better: "lower" as const };
      const notes = suffix === "p99"
        ? [`a word in nearly all documents: ${figure(slow)} ms, raw FTS5 ${figure(rawSlow)} ms`]
        : [];
      return { result: ratioResult(judged, { value, baseline: plain, ratio: value / plain }), notes };
    });
  } finally {
    await index.close();
    raw.close();
  }
}

/** One and two words, drawn as often as the texts have them; the raw query counts no facets and reads no fragments. */
export const query: Measure = {
  names: SIZES.flatMap(([name]) => [`${name}-p50`, `${name}-p99`]),
  about: "a search with highlights, facets and fragments, beside the raw FTS5 query with a snippet",
  async run(progress, wanted) {
    const folder = await Deno.makeTempDir({ prefix: "bench-query-" });
    try {
      const outcomes: Outcome[] = [];
      for (const [name, size] of SIZES) {
        if (wanted.some((one) => one.startsWith(name))) {
          outcomes.push(...await measureSize(name, size, folder, progress));
        }
      }
      return outcomes;
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
};
