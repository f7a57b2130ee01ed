/** `library-…`: the embedded index beside two search libraries that one might take instead: rate, time of a query, memory. */
import { join } from "node:path";
import { create, insertMultiple, search as oramaSearch } from "@orama/orama";
import MiniSearch from "minisearch";
import { z } from "zod";
import type { IndexWrite } from "../../shared/index/port.ts";
import { queryWords } from "../../shared/index/query_words.ts";
import { openSqliteIndex } from "../../shared/index/sqlite/mod.ts";
import { say } from "../terminal.ts";
import { startChild } from "./child.ts";
import { percentile } from "./compare.ts";
import { drawWord, sampleWrites } from "./index_samples.ts";
import type { Measure, Outcome } from "./measure.ts";
import { quietDeps } from "./outside.ts";
import { chance } from "./relevance_corpus.ts";

const DOCUMENTS = 10_000;
const PAGE = 500;
const QUERIES = 100;
const MEBIBYTE = 2 ** 20;

/** One of those that are compared. */
interface Contender {
  add(writes: readonly IndexWrite[]): Promise<unknown>;
  find(words: string): Promise<unknown>;
}

const Figures = z.object({ rate: z.number(), query_ms: z.number(), memory_mib: z.number() });
type Figures = z.infer<typeof Figures>;

function plain(writes: readonly IndexWrite[]) {
  return writes.flatMap((write) => {
    if (write.operation !== "put") return [];
    const { title, body, people } = write.document;
    return [{ id: write.doc_id, title, body, people: people.map(({ name, address }) => `${name} ${address}`).join() }];
  });
}

function miniSearch(): Contender {
  const index = new MiniSearch({ fields: ["title", "body", "people"], storeFields: ["title"] });
  return {
    add: (writes) => Promise.resolve(index.addAll(plain(writes))),
    find: (words) => Promise.resolve(index.search(words, { combineWith: "AND" }).slice(0, 20)),
  };
}

function orama(): Contender {
  const index = create({ schema: { title: "string", body: "string", people: "string" } as const });
  return {
    add: (writes) => Promise.resolve(insertMultiple(index, plain(writes), PAGE)),
    find: (words) => Promise.resolve(oramaSearch(index, { term: words, limit: 20, threshold: 0 })),
  };
}

async function taken(contender: Contender, now_ms: number): Promise<Figures> {
  const before = Deno.memoryUsage().rss;
  let busy_ms = 0;
  for (let page = 0; page * PAGE < DOCUMENTS; page++) {
    const writes = [...sampleWrites("ada", PAGE, page + 1, now_ms)];
    const started = performance.now();
    await contender.add(writes);
    busy_ms += performance.now() - started;
  }
  const random = chance(99);
  const times: number[] = [];
  for (let query = 0; query < QUERIES; query++) {
    const words = Array.from({ length: 1 + query % 2 }, () => drawWord(random)).join(" ");
    const started = performance.now();
    await contender.find(words);
    times.push(performance.now() - started);
  }
  return {
    rate: DOCUMENTS / (busy_ms / 1_000),
    query_ms: percentile(times, 0.5),
    memory_mib: Math.max(0, Deno.memoryUsage().rss - before) / MEBIBYTE,
  };
}

const WHAT = [
  ["rate", "documents/s", "higher"],
  ["query_ms", "ms", "lower"],
  ["memory_mib", "MiB", "lower"],
] as const;
const LIBRARIES = [["minisearch", miniSearch], ["orama", orama]] as const;
const nameOf = (library: string, what: string) => `library-${library}-${what.split("_")[0]}`;

/** A contender in a process of its own: what another one left in the memory is not its. */
async function alone(name: string): Promise<Figures> {
  const child = startChild("libraries.ts", [name]);
  try {
    return Figures.parse(JSON.parse(await child.line()));
  } finally {
    await child.end();
  }
}

/** They keep all in memory, and lose it with the process; ours is durable with each page. */
export const libraries: Measure = {
  names: LIBRARIES.flatMap(([library]) => WHAT.map(([what]) => nameOf(library, what))),
  about: "10,000 mails in the embedded index, beside MiniSearch and Orama: no target, a word on what one gets",
  async run(progress) {
    const ours = await alone("embedded");
    progress("the embedded index is done");
    const outcomes: Outcome[] = [];
    for (const [library] of LIBRARIES) {
      const theirs = await alone(library);
      progress(`${library} is done`);
      for (const [what, unit, better] of WHAT) {
        const [value, baseline] = [ours[what], theirs[what]];
        const result = { name: nameOf(library, what), value, unit, baseline, ratio: value / baseline };
        outcomes.push({ result: { ...result, target: null, better, ok: null }, notes: [] });
      }
    }
    return outcomes;
  },
};

async function embedded(now_ms: number): Promise<Figures> {
  const folder = await Deno.makeTempDir({ prefix: "bench-libraries-" });
  const index = openSqliteIndex({ path: join(folder, "index.sqlite"), clock: quietDeps().clock });
  const query = {
    user_id: "ada",
    types: [],
    providers: [],
    conditions: [],
    after: "",
    before: "",
    sort: "relevance",
    cursor: "",
    limit: 20,
    explain: false,
  } as const;
  try {
    return await taken({
      add: (writes) => index.feed(writes),
      find: (words) => index.search({ ...query, words: queryWords(`${words} `) }),
    }, now_ms);
  } finally {
    await index.close();
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const now_ms = quietDeps().clock.now();
  const open = LIBRARIES.find(([name]) => name === Deno.args[0])?.[1];
  say(JSON.stringify(await (open === undefined ? embedded(now_ms) : taken(open(), now_ms))));
}
