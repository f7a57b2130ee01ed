import type { ChangeLog, LogChange } from "../mailbox/change_log.ts";
import type { Folder } from "../mailbox/folder.ts";
import { type Caller, graphBase, type GraphContext, type GraphDeps, odataContext, preferences } from "./context.ts";
import { type Cursor, readCursor, writeCursor } from "./cursor.ts";
import { GraphError } from "./errors.ts";

/** The server's page size where the caller prefers none; `$top` has no say (PROTOCOLS G-3). */
const PAGE_SIZE = 10;
/** The most messages that a filtered round gives. */
const FILTERED_MAX = 5_000;

/** One collection that can be followed. */
export interface DeltaSource {
  readonly of: Cursor["of"];
  readonly folder: Folder | undefined;
  readonly log: ChangeLog;
  /** The path of its links, below the base. */
  readonly path: string;
  /** Query of a first call, checked. */
  readonly start: { select: string | undefined; filter: string | undefined };
  /** The item of a change; undefined if it is not to be told. */
  readonly show: (change: LogChange, cursor: Cursor) => Record<string, unknown> | undefined;
}

/** Answers one delta call: a first one, a next page, or the next round. */
export function answerDelta(c: GraphContext, caller: Caller, deps: GraphDeps, source: DeltaSource): Response {
  const { faults, clock, chance } = deps;
  const token = c.req.query("$deltatoken") ?? c.req.query("$skiptoken");
  const cursor = token === undefined ? firstCursor(caller, source, faults.cursorGeneration) : readCursor(token);
  if (cursor.user !== caller.me.user || cursor.of !== source.of || cursor.folder !== (source.folder?.number ?? 0)) {
    throw new GraphError(400, "BadRequest", "Badly formed token.");
  }
  const lost = cursor.generation !== faults.cursorGeneration ||
    (token !== undefined && (faults.takeLostCursor() || chance.happens(faults.loseCursorShare)));
  if (lost) {
    throw new GraphError(
      faults.lostCursor.status,
      faults.lostCursor.code,
      "The sync state generation is not found; continuation token is invalid or expired.",
      { location: `${graphBase(deps)}/${source.path}?$deltatoken=` },
    );
  }
  if (isQuiet(cursor, source, token)) return page(c, deps, source, [], { ...cursor, page: 0 }, false);
  if (faults.emptyPages && cursor.page % 2 === 0) {
    return page(c, deps, source, [], { ...cursor, page: cursor.page + 1 }, true);
  }
  const limit = preferences(c).pageSize ?? PAGE_SIZE;
  const now = clock.now();
  const read = source.log.read({
    after: cursor.after,
    since: cursor.since,
    limit,
    now,
    until: now - faults.deltaDelayMs,
    enumeratedFrom: cursor.enumeratedFrom,
  });
  const items: Record<string, unknown>[] = [];
  // Only what is still here is repeated: an item shown again after its removal would stay for ever at the reader.
  if (faults.repeatItemsOnPages && cursor.last !== undefined && cursor.page > 0 && source.log.has(cursor.last)) {
    const again = source.show({ number: cursor.last, kind: "whole" }, cursor);
    if (again !== undefined) items.push(again);
  }
  for (const change of read.changes) {
    const item = source.show(change, cursor);
    if (item !== undefined) items.push(item);
  }
  const given = cursor.given + items.length;
  if (faults.endlessPages) return page(c, deps, source, items, { ...cursor, page: cursor.page + 1 }, true);
  const last = read.changes.at(-1)?.number ?? cursor.last;
  const full = cursor.filter !== undefined && cursor.enumeratedFrom !== null && given >= FILTERED_MAX;
  if (read.more && !full) {
    return page(c, deps, source, items, { ...cursor, after: read.position, page: cursor.page + 1, given, last }, true);
  }
  const after = full ? cursor.enumeratedFrom ?? read.position : read.position;
  const next = { ...cursor, after, since: after, enumeratedFrom: null, page: 0, given: 0, last: undefined };
  return page(c, deps, source, items, next, false);
}

function firstCursor(caller: Caller, source: DeltaSource, generation: number): Cursor {
  return {
    of: source.of,
    user: caller.me.user,
    folder: source.folder?.number ?? 0,
    after: 0,
    since: 0,
    enumeratedFrom: source.log.last,
    page: 0,
    given: 0,
    generation,
    select: source.start.select,
    filter: source.start.filter,
    last: undefined,
  };
}

/** Whether this is the read that comes too early after a notification. Uses the state up. */
function isQuiet(cursor: Cursor, source: DeltaSource, token: string | undefined): boolean {
  if (token === undefined || cursor.page !== 0 || source.folder?.quietOnce !== true) return false;
  source.folder.quietOnce = false;
  return true;
}

function page(
  c: GraphContext,
  deps: GraphDeps,
  source: DeltaSource,
  value: Record<string, unknown>[],
  cursor: Cursor,
  more: boolean,
): Response {
  const link = `${graphBase(deps)}/${source.path}?`;
  const preferred = preferences(c).pageSize;
  return c.json(
    {
      "@odata.context": odataContext(deps, source.of === "messages" ? "Collection(message)" : "Collection(mailFolder)"),
      ...(more
        ? { "@odata.nextLink": `${link}$skiptoken=${writeCursor(cursor)}` }
        : { "@odata.deltaLink": `${link}$deltatoken=${writeCursor(cursor)}` }),
      value,
    },
    200,
    preferred === undefined ? {} : { "preference-applied": `odata.maxpagesize=${preferred}` },
  );
}
