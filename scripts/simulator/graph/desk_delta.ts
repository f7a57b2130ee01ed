import { z } from "zod";
import type { Journal } from "../journal.ts";
import { type Caller, graphBase, type GraphContext, type GraphDeps, odataContext, preferences } from "./context.ts";
import { readToken, writeToken } from "./cursor.ts";
import { badRequest, GraphError } from "./errors.ts";

/** The server's page size where the caller prefers none. */
const PAGE_SIZE = 10;

const DeskCursor = z.object({
  user: z.string(),
  /** Which collection: `DeskSource.of`. */
  of: z.string(),
  /** The journal's place that the round before has read up to; null in the round that enumerates everything. */
  after: z.number().nullable(),
  /** The place up to which this round reads, fixed by its first page. */
  upTo: z.number(),
  /** How many of the round's items were given. */
  offset: z.number(),
  /** Which page comes next; 0 for the first of a round. */
  page: z.number(),
  generation: z.number(),
  /** The query of the first call, which holds for all that follow. */
  query: z.record(z.string(), z.string()),
});
type DeskCursor = z.infer<typeof DeskCursor>;

/** One item's change in a round. */
export interface DeskChange {
  readonly item: number;
  /** Its entries in this round, the oldest first; empty in an enumeration. */
  readonly entries: ReturnType<Journal["after"]>;
}

/** A collection of a desk that can be followed. */
export interface DeskSource {
  /** The collection's name, with its container: `events/3`. */
  readonly of: string;
  readonly journal: Journal;
  /** The path of its links, below the base. */
  readonly path: string;
  /** The type in `@odata.context`. */
  readonly type: string;
  /** Which queries of a first call are kept. */
  readonly query: readonly string[];
  /** The name of the token's parameter in a deltaLink and a nextLink. */
  readonly tokens: { readonly delta: string; readonly next: string };
  /** What every page begins with. */
  readonly head?: () => Record<string, unknown>[];
  /** Whether what happened to an item concerns this collection. */
  readonly concerns: (entry: ReturnType<Journal["after"]>[number]) => boolean;
  /** What is told of an item: nothing, or one element or several. */
  readonly show: (change: DeskChange, query: Readonly<Record<string, string>>) => Record<string, unknown>[];
  /** How a lost token is answered. */
  readonly lost?: () => GraphError;
}

/** Answers one delta call on a desk: a first one, a next page, or the next round. */
export function answerDeskDelta(c: GraphContext, caller: Caller, deps: GraphDeps, source: DeskSource): Response {
  const { faults, chance } = deps;
  const token = [...new Set(Object.values(source.tokens)), "$deltatoken", "$skiptoken"]
    .map((name) => c.req.query(name)).find((text) => text !== undefined && text !== "");
  const latest = token === "latest";
  const cursor = token === undefined || latest ? firstCursor(c, caller, deps, source) : readToken(DeskCursor, token);
  if (cursor.user !== caller.me.user || cursor.of !== source.of) throw badRequest("Badly formed token.");
  const lost = cursor.generation !== faults.cursorGeneration ||
    (token !== undefined && !latest && (faults.takeLostCursor() || chance.happens(faults.loseCursorShare)));
  if (lost) throw source.lost?.() ?? lostState(deps, source);
  if (latest) return page(c, deps, source, [], { ...cursor, after: cursor.upTo }, false);
  const quiet = token !== undefined && cursor.page === 0 && caller.me.quiet.delete(source.of);
  if (quiet) return page(c, deps, source, [], cursor, false);
  const upTo = cursor.page === 0 ? Math.max(cursor.after ?? 0, placeNow(deps, source)) : cursor.upTo;
  if (faults.emptyPages && cursor.page % 2 === 0) {
    return page(c, deps, source, [], { ...cursor, upTo, page: cursor.page + 1 }, true);
  }
  const changes = changesOf(source, cursor.after, upTo);
  const limit = preferences(c).pageSize ?? (Number(cursor.query.$top ?? 0) || PAGE_SIZE);
  const value: Record<string, unknown>[] = [];
  let offset = cursor.offset;
  const before = changes[offset - 1];
  if (faults.repeatItemsOnPages && before !== undefined) value.push(...source.show(before, cursor.query));
  // What is repeated does not count: a long series would leave no room for anything else.
  const end = value.length + limit;
  for (; offset < changes.length && value.length < end; offset++) {
    const change = changes[offset];
    if (change !== undefined) value.push(...source.show(change, cursor.query));
  }
  if (faults.endlessPages) return page(c, deps, source, value, { ...cursor, upTo, page: cursor.page + 1 }, true);
  if (offset < changes.length) {
    return page(c, deps, source, value, { ...cursor, upTo, offset, page: cursor.page + 1 }, true);
  }
  return page(c, deps, source, value, { ...cursor, after: upTo, upTo, offset: 0, page: 0 }, false);
}

function firstCursor(c: GraphContext, { me }: Caller, deps: GraphDeps, source: DeskSource): DeskCursor {
  const query = Object.fromEntries(source.query.flatMap((name) => {
    const text = c.req.query(name);
    return text === undefined ? [] : [[name, text]];
  }));
  return {
    user: me.user,
    of: source.of,
    after: null,
    upTo: source.journal.last,
    offset: 0,
    page: 0,
    generation: deps.faults.cursorGeneration,
    query,
  };
}

/** The last place that delta knows of yet. */
function placeNow({ faults, clock }: GraphDeps, { journal }: DeskSource): number {
  if (faults.deltaDelayMs === 0) return journal.last;
  return journal.after(0, clock.now() - faults.deltaDelayMs).length;
}

/** What a round tells, in the order of the last change: fixed by the two places, whatever happens meanwhile. */
function changesOf(source: DeskSource, after: number | null, upTo: number): DeskChange[] {
  const byItem = new Map<number, ReturnType<Journal["after"]>[number][]>();
  for (const entry of source.journal.after(after ?? 0)) {
    if (entry.sequence > upTo || !source.concerns(entry)) continue;
    const entries = byItem.get(entry.item) ?? [];
    byItem.delete(entry.item);
    byItem.set(entry.item, [...entries, entry]);
  }
  return [...byItem].map(([item, entries]) => ({ item, entries: after === null ? [] : entries }));
}

function lostState(deps: GraphDeps, source: DeskSource): GraphError {
  return new GraphError(
    deps.faults.lostCursor.status,
    deps.faults.lostCursor.code,
    "The sync state generation is not found; continuation token is invalid or expired.",
    { location: `${graphBase(deps)}/${source.path}?${source.tokens.delta}=` },
  );
}

function page(
  c: GraphContext,
  deps: GraphDeps,
  source: DeskSource,
  value: Record<string, unknown>[],
  cursor: DeskCursor,
  more: boolean,
): Response {
  const link = `${graphBase(deps)}/${source.path}?`;
  const preferred = preferences(c).pageSize;
  return c.json(
    {
      "@odata.context": odataContext(deps, source.type),
      ...(more
        ? { "@odata.nextLink": `${link}${source.tokens.next}=${writeToken(cursor)}` }
        : { "@odata.deltaLink": `${link}${source.tokens.delta}=${writeToken(cursor)}` }),
      value: [...source.head?.() ?? [], ...value],
    },
    200,
    preferred === undefined ? {} : { "preference-applied": `odata.maxpagesize=${preferred}` },
  );
}
