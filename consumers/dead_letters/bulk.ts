/** Many dead letters at once: counted, handed back at a bounded rate, given up. */
import type { Clock } from "../../shared/contracts/deps.ts";
import { PermanentError, reasonOf } from "../../shared/contracts/errors.ts";
import type { DeadLetter } from "../../shared/contracts/messages.ts";
import { codeOf } from "./codes.ts";
import type { Replayed } from "./replay.ts";
import type { DeadLetterStore, Kept, LetterFilter } from "./store.ts";

/** Which letters: those that match, or those that are named, which then need match nothing. */
export interface Wanted extends LetterFilter {
  /** Empty: all that match. */
  readonly ids: readonly string[];
  /** From an earlier answer, `""` for the beginning. */
  readonly cursor: string;
  /** How many at most. */
  readonly limit: number;
}

/** What was done with one part of the wanted letters. */
export interface Bulk {
  readonly done: number;
  /** Of these, read anew at their provider because they were old. */
  readonly refetched: number;
  /** Those that stay, and why. */
  readonly failed: readonly { readonly id: string; readonly reason: string }[];
  /** `""` when all that were wanted have had their turn. */
  readonly next_cursor: string;
}

/** Letters that have subscription, kind and code of the reason in common. */
export interface LetterGroup {
  readonly subscription: string;
  readonly kind: DeadLetter["kind"];
  readonly code: string;
  readonly count: number;
  readonly oldest: string;
  readonly newest: string;
}

/** All that match, by group, the largest first. */
export interface LetterSummary {
  readonly count: number;
  /** There are more: only so many were looked at. */
  readonly truncated: boolean;
  readonly groups: readonly LetterGroup[];
}

const SUMMARY_MAX = 10_000;
const GROUPS_MAX = 100;
const PAGE = 200;

/** So many are on their way at once: a store that takes its time does not lower the rate. */
const AT_ONCE_MAX = 50;

/** A request ends after so long; its answer says where the next one goes on. */
const REQUEST_MS_MAX = 20_000;

/** Counts what matches. */
export async function summarise(store: DeadLetterStore, filter: LetterFilter): Promise<LetterSummary> {
  const groups = new Map<string, LetterGroup>();
  let count = 0;
  for await (const { subscription, kind, reason, failed_at } of store.all(filter)) {
    if (count === SUMMARY_MAX) return { count, truncated: true, groups: largest(groups) };
    count++;
    const code = codeOf(reason);
    const key = `${subscription}|${kind}|${code}`;
    const known = groups.get(key);
    groups.set(key, {
      subscription,
      kind,
      code,
      count: (known?.count ?? 0) + 1,
      // Newest first, so the last one that is met is the oldest.
      oldest: failed_at,
      newest: known?.newest ?? failed_at,
    });
  }
  return { count, truncated: false, groups: largest(groups) };
}

function largest(groups: ReadonlyMap<string, LetterGroup>): LetterGroup[] {
  return [...groups.values()].sort((a, b) => b.count - a.count).slice(0, GROUPS_MAX);
}

/** The letters that are wanted, each with the cursor behind it. */
async function* wantedLetters(store: DeadLetterStore, wanted: Wanted): AsyncGenerator<{ kept: Kept; cursor: string }> {
  if (wanted.ids.length > 0) {
    const first = wanted.cursor === "" ? 0 : wanted.ids.indexOf(wanted.cursor) + 1;
    for (const id of wanted.ids.slice(first)) {
      const kept = await store.get(id);
      if (kept !== null) yield { kept, cursor: id };
    }
    return;
  }
  for (let cursor = wanted.cursor;;) {
    const page = await store.list({ ...wanted, cursor, limit: PAGE });
    for (const { dead_letter_id } of page.items) {
      const kept = await store.get(dead_letter_id);
      if (kept !== null) yield { kept, cursor: store.cursorAfter(kept.letter) };
    }
    if (page.next_cursor === "") return;
    cursor = page.next_cursor;
  }
}

/** What handing back many needs. */
export interface PacedPorts {
  readonly store: DeadLetterStore;
  readonly clock: Clock;
  /** Hands one back; durable when it resolves. */
  readonly replay: (kept: Kept) => Promise<Replayed>;
}

/**
 * Hands back what is wanted, `per_second` at most: each begins at its own moment, however long the others take. Ends
 * after 20 s, or when the signal is aborted; what has begun then is waited for.
 * @throws StoreAwayError when a store does not answer; what was not handed back stays
 */
export async function replayPaced(
  { store, clock, replay }: PacedPorts,
  wanted: Wanted,
  per_second: number,
  signal: AbortSignal,
): Promise<Bulk> {
  const started = clock.now();
  const running = new Set<Promise<void>>();
  const failed: { id: string; reason: string }[] = [];
  let begun = 0, refetched = 0, stopped: unknown, next_cursor = "";
  const one = async (kept: Kept) => {
    try {
      if (await replay(kept) === "refetch") refetched++;
    } catch (error) {
      if (error instanceof PermanentError) failed.push({ id: kept.letter.dead_letter_id, reason: reasonOf(error) });
      else stopped ??= error;
    }
  };
  for await (const { kept, cursor } of wantedLetters(store, wanted)) {
    const due_ms = started + begun * 1_000 / per_second;
    if (begun === wanted.limit || due_ms - started >= REQUEST_MS_MAX || signal.aborted) break;
    const wait_ms = due_ms - clock.now();
    if (wait_ms >= 1) await clock.sleep(wait_ms);
    while (running.size >= AT_ONCE_MAX) await Promise.race(running);
    if (stopped !== undefined) break;
    begun++;
    const running_one: Promise<void> = one(kept).finally(() => running.delete(running_one));
    running.add(running_one);
    next_cursor = cursor;
  }
  await Promise.all(running);
  if (stopped !== undefined) throw stopped;
  const more = begun === wanted.limit || signal.aborted || begun * 1_000 / per_second >= REQUEST_MS_MAX;
  return { done: begun - failed.length, refetched, failed, next_cursor: more ? next_cursor : "" };
}

/** Gives up what is wanted. */
export async function discardMany(store: DeadLetterStore, wanted: Wanted): Promise<Bulk> {
  const failed: { id: string; reason: string }[] = [];
  let done = 0, next_cursor = "";
  for await (const { kept, cursor } of wantedLetters(store, wanted)) {
    if (done + failed.length === wanted.limit) return { done, refetched: 0, failed, next_cursor };
    if (await store.remove(kept)) done++;
    else failed.push({ id: kept.letter.dead_letter_id, reason: "It changed meanwhile, look at it again" });
    next_cursor = cursor;
  }
  return { done, refetched: 0, failed, next_cursor: "" };
}
