import { z } from "zod";
import type { Entry, Journal } from "../journal.ts";
import type { GoogleContext, GoogleDeps, GoogleUser } from "./context.ts";
import { invalid } from "./errors.ts";

/**
 * A page or sync token: where a round stands. As base64 it holds `+`, `/` and `=`, which have to be encoded in a query
 * (PROTOCOLS G-26).
 */
const RoundToken = z.object({
  kind: z.enum(["page", "sync"]),
  /** Which collection of whom. */
  of: z.string(),
  /** The journal's place that the round before has read up to; null in the round that enumerates everything. */
  after: z.number().nullable(),
  /** The place up to which the round reads, fixed by its first page. */
  upTo: z.number(),
  /** How many of the round's elements were given. */
  offset: z.number(),
  page: z.number(),
  generation: z.number(),
  /** When the enumeration ended that this goes back to, milliseconds. */
  fullAt: z.number(),
  /** The query of the first call, which has to be the same with every token. */
  query: z.string(),
});
export type RoundToken = z.infer<typeof RoundToken>;

/** A collection that is followed by sync tokens. */
export interface RoundSource {
  readonly of: string;
  readonly journal: Journal;
  /** What the first call asked for besides tokens and page size, in one text. */
  readonly query: string;
  readonly concerns: (entry: Entry) => boolean;
  /** The items to enumerate, at this moment. */
  readonly all: () => readonly number[];
  /** What is told of an item; without entries it is enumerated. */
  readonly show: (item: number, entries: readonly Entry[]) => Record<string, unknown>[];
  /** How a token is refused that is lost, or (`malformed`) that never was one. */
  readonly refuse: (why: "lost" | "malformed") => Error;
  /** How long a sync token is good after the enumeration, milliseconds. */
  readonly life_ms?: number;
}

/** One page of a round. */
export interface RoundPage {
  readonly items: Record<string, unknown>[];
  readonly nextPageToken?: string;
  readonly nextSyncToken?: string;
}

const HEADROOM = "&=+/";

/** Answers one call of a round: its first, or a further page. */
export function readRound(
  c: GoogleContext,
  me: GoogleUser,
  deps: GoogleDeps,
  source: RoundSource,
  limit: number,
): RoundPage {
  const { faults, clock, chance } = deps;
  const [pageToken, syncToken] = [c.req.query("pageToken") ?? "", c.req.query("syncToken") ?? ""];
  const token = pageToken !== "" ? readToken(pageToken, "page", source) : readToken(syncToken, "sync", source);
  const now = clock.now();
  if (token !== null) {
    if (token.of !== `${me.user} ${source.of}`) throw source.refuse("malformed");
    const old = token.kind === "sync" && source.life_ms !== undefined && now - token.fullAt > source.life_ms;
    const lost = old || token.generation !== faults.cursorGeneration || faults.takeLostCursor() ||
      chance.happens(faults.loseCursorShare);
    if (lost) throw source.refuse("lost");
    if (token.query !== source.query) throw invalid("The query differs from that of the token.");
  }
  const round = beginning(me, deps, source, token);
  const quiet = round.page === 0 && round.after !== null && me.quiet.delete(source.of);
  const held = quiet ? { ...round, upTo: round.after ?? 0 } : round;
  const elements = held.after === null ? enumerated(source, held.upTo) : changed(source, held.after, held.upTo);
  return pageOf(deps, elements, held, limit);
}

/** An element of a round with its place in it, which stays the same whatever happens between two pages. */
interface Element {
  readonly place: number;
  readonly show: () => Record<string, unknown>[];
}

function pageOf(
  { faults, clock }: GoogleDeps,
  elements: readonly Element[],
  round: RoundToken,
  limit: number,
): RoundPage {
  const more = (offset: number) => writeToken({ ...round, kind: "page", offset, page: round.page + 1 });
  if (faults.emptyPages && round.page % 2 === 0) return { items: [], nextPageToken: more(round.offset) };
  const shown = elements.filter(({ place }) => place >= round.offset);
  const page = shown.slice(0, limit);
  const before = faults.repeatItemsOnPages ? elements.filter(({ place }) => place < round.offset).slice(-1) : [];
  const items = [...before, ...page].flatMap(({ show }) => show());
  const last = page.at(-1);
  if (faults.endlessPages || (last !== undefined && page.length < shown.length)) {
    return { items, nextPageToken: more((last?.place ?? round.offset - 1) + 1) };
  }
  const fullAt = round.after === null ? clock.now() : round.fullAt;
  return { items, nextSyncToken: writeToken({ ...round, kind: "sync", offset: 0, page: 0, fullAt }) };
}

/** What is there, less what came after the round began and is told by the next one anyway. */
function enumerated(source: RoundSource, upTo: number): Element[] {
  const later = new Set(source.journal.after(upTo).filter((one) => one.verb === "create").map((one) => one.item));
  return source.all().filter((item) => !later.has(item)).toSorted((a, b) => a - b).map((item) => ({
    place: item,
    show: () => source.show(item, []),
  }));
}

/** Each changed item once, at the place of its last change. */
function changed(source: RoundSource, after: number, upTo: number): Element[] {
  const entries = new Map<number, Entry[]>();
  for (const entry of source.journal.after(after)) {
    if (entry.sequence > upTo || !source.concerns(entry)) continue;
    const before = entries.get(entry.item) ?? [];
    entries.delete(entry.item);
    entries.set(entry.item, [...before, entry]);
  }
  return [...entries].map(([item, of], place) => ({ place, show: () => source.show(item, of) }));
}

function placeNow({ faults, clock }: GoogleDeps, journal: Journal): number {
  return faults.deltaDelayMs === 0 ? journal.last : journal.after(0, clock.now() - faults.deltaDelayMs).length;
}

/** The round of a first call, of a sync token, or that a page token goes on with. */
function beginning(me: GoogleUser, deps: GoogleDeps, source: RoundSource, token: RoundToken | null): RoundToken {
  if (token?.kind === "page") return token;
  const upTo = placeNow(deps, source.journal);
  const { query } = source;
  if (token !== null) return { ...token, kind: "page", after: token.upTo, upTo, offset: 0, page: 0 };
  const [of, generation] = [`${me.user} ${source.of}`, deps.faults.cursorGeneration];
  return { kind: "page", of, after: null, upTo, offset: 0, page: 0, generation, fullAt: 0, query };
}

function writeToken(token: RoundToken): string {
  return btoa(JSON.stringify(token)) + HEADROOM;
}

/** The token of a query; null for none. */
function readToken(text: string, kind: RoundToken["kind"], source: RoundSource): RoundToken | null {
  if (text === "") return null;
  try {
    if (!text.endsWith(HEADROOM)) throw new RangeError("The token is cut");
    const token = RoundToken.parse(JSON.parse(atob(text.slice(0, -HEADROOM.length))));
    if (token.kind === kind) return token;
  } catch {
    // Not one of ours: refused below.
  }
  throw source.refuse("malformed");
}
