/**
 * The cursor of a Gmail mailbox: the history id that was read up to, or the listing under way. Ids that a page named
 * and that were not read yet wait in `pending`, so that one call reads one batch.
 */
import { z } from "zod";

const HistoryId = z.string().regex(/^\d*$/);

const GmailCursor = z.object({
  v: z.literal(1),
  /** Of the choice that every mail so far was read by. */
  depth: z.string(),
  /** Everything up to here was read; `""` before the first listing ended. */
  history: HistoryId,
  /** The next page of the history or of the listing, `""` when none is under way. */
  page: z.string(),
  /** The history id that the next round begins with once this one is done, `""` for the same. */
  next: HistoryId,
  /** The mailbox is being listed from its beginning; `next` was taken before its first page. */
  listing: z.boolean(),
  /** While it is listed: the history id up to which changes were read ahead of that. */
  ahead: HistoryId.default(""),
  pending: z.array(z.string().min(1)),
  pages: z.int(),
  /** Label id → name, of the person's own labels. */
  labels: z.record(z.string(), z.string()),
  /** True when the labels were read in this round: an id that is still unknown then stays so. */
  labels_read: z.boolean(),
  /** What an empty answer named as the newest history id, and when: see `advance`. */
  quiet: z.object({ id: HistoryId, at_ms: z.number() }).nullable(),
});
export type GmailCursor = z.infer<typeof GmailCursor>;

/** The cursor of a listing that begins (anew). The labels' names are read again with it. */
export const BEGINNING: GmailCursor = {
  v: 1,
  depth: "",
  history: "",
  page: "",
  next: "",
  listing: true,
  ahead: "",
  pending: [],
  pages: 0,
  labels: {},
  labels_read: false,
  quiet: null,
};

/** The cursor in a text; the beginning for `""` and for a text of another form: reading anew loses nothing. */
export function parseCursor(text: string): GmailCursor {
  if (text === "") return BEGINNING;
  try {
    return GmailCursor.parse(JSON.parse(text));
  } catch {
    return BEGINNING;
  }
}

/** More pages than any mailbox has: a round that goes on longer is not going to end. */
export const PAGES_MAX = 40_000;

/** The later of two history ids, which are decimal numbers beyond what a double holds exactly. */
export function laterId(a: string, b: string): string {
  if (a === "" || b === "") return a === "" ? b : a;
  return BigInt(a) >= BigInt(b) ? a : b;
}

/** How long after an empty answer its history id is believed. */
const QUIET_MS = 10 * 60 * 1000;

/**
 * Where the next round begins after one that found nothing. Gmail names the newest history id before its index knows
 * the mail behind it, so an empty answer must not move the cursor; but an id that is never moved expires after a week.
 * So the id of an empty answer is taken over once it is ten minutes old.
 */
export function afterQuiet(cursor: GmailCursor, newest: string, now_ms: number): GmailCursor {
  const { quiet } = cursor;
  if (quiet === null) return { ...cursor, quiet: { id: newest, at_ms: now_ms } };
  if (now_ms - quiet.at_ms < QUIET_MS) return cursor;
  return { ...cursor, history: laterId(cursor.history, quiet.id), quiet: { id: newest, at_ms: now_ms } };
}
