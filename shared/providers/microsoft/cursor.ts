/**
 * The cursor of a Microsoft mailbox. Graph has no delta over all mails, only one per folder: a round reads the folder
 * list's delta, then each folder's, one page a call. Links are kept whole and never looked into.
 */
import { z } from "zod";

const Role = z.enum(["inbox", "sent", "drafts", "archive", "junk", "trash", "outbox"]);
export type Role = z.infer<typeof Role>;

const Folder = z.object({
  id: z.string().min(1),
  name: z.string(),
  /** Where the last finished read ended; `""` while the folder is being listed from its beginning. */
  link: z.string(),
  /** The next page of the read under way, `""` when none is. */
  page: z.string(),
});
export type Folder = z.infer<typeof Folder>;

/** What is watched of the read under way, so that a round ends whatever the provider answers. */
const Walk = z.object({
  pages: z.int(),
  /** How many pages in a row were the same, and what they looked like. */
  same: z.int(),
  print: z.string(),
  /** How often it had to begin anew. */
  restarts: z.int(),
});
export type Walk = z.infer<typeof Walk>;

const MailCursor = z.object({
  v: z.literal(1),
  /** The folder list: its links, and the folders listed so far while it is read from its beginning. */
  tree: z.object({ link: z.string(), page: z.string(), listed: z.array(z.string()) }),
  /** In the order of reading. */
  folders: z.array(Folder),
  /** Folder id → role. The names of folders are localised, so roles come from Graph's aliases. */
  roles: z.record(z.string(), Role),
  roles_known: z.boolean(),
  /** The folder that is read next; -1 for the folder list, with which a round begins. */
  at: z.int().min(-1),
  walk: Walk,
});
export type MailCursor = z.infer<typeof MailCursor>;

/** A read that has just begun. */
export const NEW_WALK: Walk = { pages: 0, same: 0, print: "", restarts: 0 };

const BEGINNING: MailCursor = {
  v: 1,
  tree: { link: "", page: "", listed: [] },
  folders: [],
  roles: {},
  roles_known: false,
  at: -1,
  walk: NEW_WALK,
};

/** The cursor in a text; the beginning for `""` and for a text of another form: reading anew loses nothing. */
export function parseCursor(text: string): MailCursor {
  if (text === "") return BEGINNING;
  try {
    return MailCursor.parse(JSON.parse(text));
  } catch {
    return BEGINNING;
  }
}

/** More pages than any folder has: 20,000 pages are a million mails. */
const PAGES_MAX = 20_000;
/** Deltas that repeat one page for ever, always with another link, have been seen. */
const SAME_PAGES_MAX = 10;
/** Links that are lost again and again before they lead anywhere. */
const RESTARTS_MAX = 3;

/** The walk after one more page. @param print what the page looked like */
export function walked(walk: Walk, print: string): Walk {
  const same = walk.pages > 0 && print === walk.print ? walk.same + 1 : 0;
  return { ...walk, pages: walk.pages + 1, same, print };
}

/** True when this read will not end by itself and has to be given up for this round. */
export function isEndless(walk: Walk): boolean {
  return walk.pages >= PAGES_MAX || walk.same >= SAME_PAGES_MAX || walk.restarts > RESTARTS_MAX;
}

/** The cursor with the next folder's turn; `at` is -1 when all had theirs, which ends the round. */
export function advanced(cursor: MailCursor, at = cursor.at + 1): MailCursor {
  return { ...cursor, at: at < cursor.folders.length ? at : -1, walk: NEW_WALK };
}

/** The cursor with another state of one folder. */
export function withFolder(cursor: MailCursor, folder: Folder): MailCursor {
  return { ...cursor, folders: cursor.folders.map((known) => known.id === folder.id ? folder : known) };
}
