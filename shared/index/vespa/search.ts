/** A search in a person's documents. */
import { otherSpellings } from "../fold.ts";
import type { SearchQuery, SearchResult } from "../port.ts";
import type { Term } from "../query_words.ts";
import type { VespaClient } from "./client.ts";
import { afterPosition, ORDINAL_END, type Position, queryHash, readCursor, writeCursor } from "./cursor.ts";
import { type PlacedHit, readHit } from "./hit.ts";
import { ask, type VespaAnswerOf } from "./query.ts";
import { cleanText } from "./text.ts";
import { type Where, whereOf } from "./yql.ts";

/** Hits that are ranked one page after the other; the cursor names them all. What matches beyond comes by ordinal. */
const RANKED_MAX = 400;

const FACETS = "all(all(group(doc_type) each(output(count()))) all(group(provider) each(output(count()))))";

const NOTHING_FOUND: SearchResult = { hits: [], facets: { type: [], provider: [] }, next_cursor: "" };

/** Runs a search in a group. @throws PermanentError `cursor_invalid` */
export async function search(
  client: VespaClient,
  group: string,
  query: SearchQuery,
  now_ms: number,
): Promise<SearchResult> {
  const hash = await queryHash(query);
  const position = readCursor(hash, query.cursor) ?? firstPosition(query);
  const where = whereOf(query);
  if (where === null) return NOTHING_FOUND;
  // The first page counts as it searches; on later ones the condition of the page would count what is left only.
  const [page, counted] = query.cursor === ""
    ? await both(askPage(client, group, query, where, position, now_ms, FACETS))
    : await Promise.all([
      askPage(client, group, query, where, position, now_ms, ""),
      ask(client, group, {
        yql: `select * from item where ${where.yql} limit 0 | ${FACETS}`,
        parameters: where.parameters,
        summary: "hit",
      }),
    ]);
  const terms = query.words.wanted.map(({ text, prefix }): Term[] => [
    { text, prefix },
    ...otherSpellings(text).map((other) => ({ text: other, prefix })),
  ]);
  const placed = page.hits.slice(0, query.limit).map((hit) => readHit(hit, terms, query.explain));
  const last = placed.at(-1);
  return {
    hits: placed.map(({ hit }) => hit),
    facets: { type: countsOf(counted, "doc_type"), provider: countsOf(counted, "provider") },
    next_cursor: last === undefined || page.hits.length <= query.limit
      ? ""
      : writeCursor(hash, nextPosition(position, placed, last)),
  };
}

async function both(asked: Promise<VespaAnswerOf>): Promise<[VespaAnswerOf, VespaAnswerOf]> {
  const answer = await asked;
  return [answer, answer];
}

function firstPosition(query: SearchQuery): Position | { readonly by: "begin" } {
  return query.sort === "relevance" && query.words.wanted.length > 0 ? { by: "ranked", shown: [] } : { by: "begin" };
}

function askPage(
  client: VespaClient,
  group: string,
  query: SearchQuery,
  where: Where,
  position: Position | { readonly by: "begin" },
  now_ms: number,
  grouping: string,
): Promise<VespaAnswerOf> {
  const oldest = query.sort === "oldest";
  const after = position.by === "begin" ? "" : afterPosition(position, oldest);
  const time = `order by happened_at ${oldest ? "asc" : "desc"}, ordinal ${oldest ? "asc" : "desc"}`;
  const order = { begin: time, time, ranked: "", rest: "order by ordinal desc" }[position.by];
  const parts = [`select * from item where ${where.yql}`, after === "" ? "" : `and ${after}`, order];
  const yql = `${parts.filter((part) => part !== "").join(" ")} limit ${query.limit + 1}`;
  return ask(client, group, {
    yql: grouping === "" ? yql : `${yql} | ${grouping}`,
    parameters: { ...where.parameters, ...typedText(query), "input.query(now_ms)": Math.round(now_ms) },
    summary: "hit",
  });
}

/** What a package with an embedder makes its vector of; ours ignores it. */
function typedText({ words }: SearchQuery): Readonly<Record<string, string>> {
  const text = cleanText(words.wanted.map((term) => term.text).join(" "));
  return text === "" ? {} : { text };
}

function nextPosition(
  from: Position | { readonly by: "begin" },
  page: readonly PlacedHit[],
  last: PlacedHit,
): Position {
  switch (from.by) {
    case "begin":
    case "time":
      return { by: "time", ms: Date.parse(last.hit.happened_at), ordinal: last.ordinal };
    case "rest":
      return { by: "rest", shown: from.shown, below: last.ordinal };
    case "ranked": {
      const shown = [...from.shown, ...page.map(({ ordinal }) => ordinal)];
      return shown.length < RANKED_MAX ? { by: "ranked", shown } : { by: "rest", shown, below: ORDINAL_END };
    }
  }
}

/** Most first, then by name. */
function countsOf({ groups }: VespaAnswerOf, field: string): { value: string; count: number }[] {
  return [...groups.get(field) ?? []].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}
