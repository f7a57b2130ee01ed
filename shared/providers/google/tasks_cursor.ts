/** The cursor of a person's task lists: for each one how far it was read. */
import { z } from "zod";
import type { ResourceChoice } from "../../contracts/records.ts";
import { depthOf, includes } from "../choice.ts";

/** More pages than any list has: a round of one that goes on longer is not going to end. */
export const PAGES_MAX = 2_000;

/** What was updated so long before the newest task that was seen is read once more: changes are shown late. */
const OVERLAP_MS = 2 * 60 * 1000;

/** Deleted tasks are not told of for ever: a list that was not read for so long is enumerated. */
const ENUMERATED_AFTER_MS = 7 * 24 * 60 * 60 * 1000;

const ListState = z.object({
  id: z.string().min(1),
  title: z.string(),
  /** The latest change that was read, ISO 8601; `""` before the first enumeration ended. */
  seen: z.string(),
  /** When it was read to its end the last time. */
  read_at_ms: z.number(),
  /** The walk under way, null between rounds: from when, and the latest change in it so far. */
  walk: z.object({ since: z.string(), seen: z.string(), page: z.string(), pages: z.int() }).nullable(),
  /** The choice leaves it out, and that was said. */
  withdrawn: z.boolean(),
});
export type ListState = z.infer<typeof ListState>;
type Walk = NonNullable<ListState["walk"]>;

const TasksCursor = z.object({
  v: z.literal(1),
  /** Of the choice that every task so far was read by. */
  depth: z.string(),
  /** The list of lists that is being read: its next page and the ids so far. */
  listing: z.object({ page: z.string(), ids: z.array(z.string()) }),
  lists: z.array(ListState),
  /** The lists that this round has still to read; empty when the list of lists comes next. */
  queue: z.array(z.string()),
});
export type TasksCursor = z.infer<typeof TasksCursor>;

/** The list of lists has not been begun. */
export const NO_LISTING: TasksCursor["listing"] = { page: "", ids: [] };

const BEGINNING: TasksCursor = { v: 1, depth: "", listing: NO_LISTING, lists: [], queue: [] };

/** The cursor in a text; the beginning for `""` and for a text of another form: reading anew loses nothing. */
export function parseTasksCursor(text: string): TasksCursor {
  try {
    return TasksCursor.parse(JSON.parse(text));
  } catch {
    return BEGINNING;
  }
}

/** A list that was not read yet. */
export function newList(id: string, title: string): ListState {
  return { id, title, seen: "", read_at_ms: 0, walk: null, withdrawn: false };
}

/** A list whose tasks are to be read from the beginning. */
export function anew(list: ListState): ListState {
  return { ...list, seen: "", walk: null };
}

/** The walk that goes on, or the one that begins now. */
export function walkOf(list: ListState, now_ms: number): Walk {
  if (list.walk !== null) return list.walk;
  const seen_ms = Date.parse(list.seen);
  const known = Number.isFinite(seen_ms) && now_ms - list.read_at_ms < ENUMERATED_AFTER_MS;
  return {
    since: known ? new Date(seen_ms - OVERLAP_MS).toISOString() : "",
    seen: known ? list.seen : "",
    page: "",
    pages: 0,
  };
}

/** The cursor with one list in another state. */
export function withList(cursor: TasksCursor, list: ListState): TasksCursor {
  return { ...cursor, lists: cursor.lists.map((one) => one.id === list.id ? list : one) };
}

/** The cursor under a choice, and the lists that it newly leaves out. */
export function underChoice(
  cursor: TasksCursor,
  choice: ResourceChoice,
): { readonly cursor: TasksCursor; readonly left_out: readonly string[] } {
  const depth = depthOf(choice);
  const left_out: string[] = [];
  const lists = cursor.lists.map((list): ListState => {
    const withdrawn = !includes(choice, [list.id]);
    if (withdrawn && !list.withdrawn) left_out.push(list.id);
    if (depth === cursor.depth && withdrawn === list.withdrawn) return list;
    return { ...anew(list), withdrawn };
  });
  const queue = cursor.queue.filter((id) => lists.some((one) => one.id === id && !one.withdrawn));
  return { cursor: { ...cursor, depth, lists, queue }, left_out };
}
