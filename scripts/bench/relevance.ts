/** `relevance-…`: how well the search answers judged queries, beside plain bm25. */
import { DatabaseSync } from "node:sqlite";
import type { IndexWrite } from "../../shared/index/port.ts";
import { readQuery } from "../../shared/index/query_language.ts";
import { openSqliteIndex } from "../../shared/index/sqlite/mod.ts";
import { tokens } from "../../shared/index/tokens.ts";
import { figure } from "./compare.ts";
import { type Measure, type Outcome, valueResult } from "./measure.ts";
import { corpus, type Item, NOW } from "./relevance_corpus.ts";
import { judgedQueries, type JudgedQuery } from "./relevance_queries.ts";

const SHOWN = 10;
/** What the search has to be better by. */
const GAIN = 0.1;
const USER = "ada";

/** The documents that a query finds, best first. */
type Search = (q: string) => Promise<readonly number[]>;

interface Scores {
  readonly ndcg: number;
  readonly recall: number;
}

/** nDCG with gains of 2^grade − 1 and discounts of log2, and the share of what is judged that is shown. */
function scoresOf({ grades }: JudgedQuery, found: readonly number[]): Scores {
  const gain = (grade: number, at: number) => (2 ** grade - 1) / Math.log2(at + 2);
  const ideal = [...grades.values()].sort((a, b) => b - a).slice(0, SHOWN).reduce(
    (sum, grade, at) => sum + gain(grade, at),
    0,
  );
  const shown = found.slice(0, SHOWN);
  const got = shown.reduce((sum, number, at) => sum + gain(grades.get(number) ?? 0, at), 0);
  const hits = shown.filter((number) => grades.has(number)).length;
  return { ndcg: got / ideal, recall: hits / Math.min(SHOWN, grades.size) };
}

async function judge(queries: readonly JudgedQuery[], search: Search): Promise<Map<JudgedQuery, Scores>> {
  const scores = new Map<JudgedQuery, Scores>();
  for (const query of queries) scores.set(query, scoresOf(query, await search(query.q)));
  return scores;
}

function mean(scores: Iterable<Scores>, of: keyof Scores): number {
  const values = [...scores].map((one) => one[of]);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function docId(number: number): string {
  return number.toString(16).padStart(32, "0");
}

async function openOurs(items: readonly Item[]): Promise<{ search: Search; close(): Promise<void> }> {
  const now_ms = Date.parse(NOW);
  const clock = { now: () => now_ms, sleep: () => Promise.resolve() };
  const index = openSqliteIndex({ path: ":memory:", clock });
  await index.feed(items.map(({ number, doc_type, document }): IndexWrite => ({
    user_id: USER,
    doc_type,
    doc_id: docId(number),
    revision: 1,
    operation: "put",
    document,
  })));
  return {
    async search(q) {
      const asked = readQuery(q, { now_ms, zone: "UTC" });
      const { hits } = await index.search({
        ...asked,
        user_id: USER,
        sort: "relevance",
        cursor: "",
        limit: SHOWN,
        explain: false,
      });
      return hits.map(({ doc_id }) => Number.parseInt(doc_id, 16));
    },
    close: () => index.close(),
  };
}

/** FTS5 as its documentation begins: one table, its own tokenizer, any of the words, `ORDER BY rank`. */
function openPlain(items: readonly Item[]): { search: Search; close(): void } {
  const db = new DatabaseSync(":memory:");
  db.exec("CREATE VIRTUAL TABLE plain USING fts5(title, body, people)");
  const insert = db.prepare("INSERT INTO plain (rowid, title, body, people) VALUES (?, ?, ?, ?)");
  db.exec("BEGIN");
  for (const { number, document: { title, body, people } } of items) {
    insert.run(number, title, body, people.map(({ name, address }) => `${name} ${address}`).join(", "));
  }
  db.exec("COMMIT");
  const find = db.prepare("SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT ?");
  return {
    search(q) {
      // Without the names of the filters: their values are words here.
      const words = tokens(q.replace(/\b[a-z]+:/g, " ")).map(({ word }) => `"${word}"`);
      return Promise.resolve(find.all(words.join(" OR "), SHOWN).map(({ rowid }) => Number(rowid)));
    },
    close: () => db.close(),
  };
}

async function outcomes(
  name: string,
  queries: readonly JudgedQuery[],
  ours: Search,
  plain: Search,
): Promise<Outcome[]> {
  const mine = await judge(queries, ours), theirs = await judge(queries, plain);
  return (["ndcg", "recall"] as const).map((of) => {
    const value = mean(mine.values(), of), baseline = mean(theirs.values(), of);
    const judged = { name: `${name}-${of}`, unit: `${of}@${SHOWN}`, better: "higher" as const };
    const result = valueResult({ ...judged, target: of === "ndcg" ? baseline + GAIN : baseline }, value);
    return {
      result: { ...result, baseline, ratio: value / baseline },
      notes: [
        `${queries.length} queries, ${figure(value - baseline)} above plain bm25`,
        ...kindLines(mine, theirs, of),
      ],
    };
  });
}

function kindLines(mine: Map<JudgedQuery, Scores>, theirs: Map<JudgedQuery, Scores>, of: keyof Scores): string[] {
  return [...new Set([...mine.keys()].map(({ kind }) => kind))].map((kind) => {
    const part = (scores: Map<JudgedQuery, Scores>) =>
      figure(mean([...scores].filter(([query]) => query.kind === kind).map(([, one]) => one), of));
    return `${kind}: ${part(mine)}, plain bm25 ${part(theirs)}`;
  });
}

/** Judged queries on a mailbox of 4,000 documents; the third that is held out has names of its own. */
export const relevance: Measure = {
  names: ["relevance-ndcg", "relevance-recall", "relevance-held-out-ndcg", "relevance-held-out-recall"],
  about: "judged queries answered by the search, and by plain bm25 of FTS5",
  async run(progress, wanted) {
    const items = corpus();
    const { open, held_out } = judgedQueries(items);
    progress(`${items.length} documents, ${open.length} queries, ${held_out.length} held out`);
    const ours = await openOurs(items), plain = openPlain(items);
    try {
      const open_ones = await outcomes("relevance", open, ours.search, plain.search);
      // Held out means not even computed unless it is asked for.
      if (!wanted.some((name) => name.startsWith("relevance-held-out"))) return open_ones;
      return [...open_ones, ...await outcomes("relevance-held-out", held_out, ours.search, plain.search)];
    } finally {
      await ours.close();
      plain.close();
    }
  },
};
