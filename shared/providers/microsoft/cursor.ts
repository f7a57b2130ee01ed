/**
 * The cursor of a resource that Graph keeps in containers: mail in folders, events in calendars, contacts in folders,
 * tasks in lists. There is a delta of each container only: a round reads the list of containers, then each container's
 * delta, one page a call. Links are kept whole and never looked into.
 */
import { z } from "zod";

const Container = z.object({
  id: z.string().min(1),
  name: z.string(),
  /** Where the last finished read ended; `""` while the container is being listed from its beginning. */
  link: z.string(),
  /** The next page of the read under way, `""` when none is. */
  page: z.string(),
  /** When the listing that the link goes back to began, milliseconds. */
  begun_ms: z.int(),
  /** True when the person's choice leaves it out. */
  out: z.boolean(),
});
export type Container = z.infer<typeof Container>;

/** What is watched of the read under way, so that a round ends whatever the provider answers. */
export const Walk = z.object({
  pages: z.int(),
  /** How many pages in a row were the same, and what they looked like. */
  same: z.int(),
  print: z.string(),
  /** How often it had to begin anew. */
  restarts: z.int(),
});
export type Walk = z.infer<typeof Walk>;

const Cursor = z.object({
  v: z.literal(2),
  /** What the person's choice was when the reading began (`depthOf`): another one begins it anew. */
  choice: z.string(),
  /** The list of containers: its links, and the containers listed so far while it is read from its beginning. */
  list: z.object({ link: z.string(), page: z.string(), listed: z.array(z.string()) }),
  /** In the order of reading. */
  containers: z.array(Container),
  /** Container id → what it is for, where Graph knows that. */
  roles: z.record(z.string(), z.string()),
  roles_known: z.boolean(),
  /**
   * The newest items of all containers, which a first read begins with: how many pages of them are still to be read
   * before any container's own, and the next one, `""` for the first.
   */
  overview: z.object({ page: z.string(), pages: z.int().nonnegative() }).default({ page: "", pages: 0 }),
  /** The container that is read next; -1 for their list, with which a round begins. */
  at: z.int().min(-1),
  walk: Walk,
  /** While what changed goes ahead of a listing: the container whose listing goes on after that, and its walk. */
  detour: z.object({ id: z.string(), walk: Walk }).nullable().default(null),
});
export type Cursor = z.infer<typeof Cursor>;

/** A read that has just begun. */
export const NEW_WALK: Walk = { pages: 0, same: 0, print: "", restarts: 0 };

/** The list of containers from its beginning. */
export const NEW_LIST: Cursor["list"] = { link: "", page: "", listed: [] };

const BEGINNING: Cursor = {
  v: 2,
  choice: "",
  list: NEW_LIST,
  containers: [],
  roles: {},
  roles_known: false,
  overview: { page: "", pages: 0 },
  at: -1,
  walk: NEW_WALK,
  detour: null,
};

/** The cursor in a text; the beginning for `""` and for a text of another form: reading anew loses nothing. */
export function parseCursor(text: string): Cursor {
  if (text === "") return BEGINNING;
  try {
    return Cursor.parse(JSON.parse(text));
  } catch {
    return BEGINNING;
  }
}

/** The cursor of a first read that shows so many pages of the newest items before it lists anything whole. */
export function newestFirst(pages: number): string {
  return JSON.stringify({ ...BEGINNING, overview: { page: "", pages } } satisfies Cursor);
}

/** More pages than any container has: 20,000 pages are a million mails. */
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

/** The cursor with the next container's turn; `at` is -1 when all had theirs, which ends the round. */
export function advanced(cursor: Cursor, at = cursor.at + 1): Cursor {
  const { detour } = cursor;
  if (detour !== null) {
    const ahead = cursor.containers.findIndex((container, index) => index >= at && isFollowed(container));
    if (ahead !== -1) return { ...cursor, at: ahead, walk: NEW_WALK };
    const back = cursor.containers.findIndex(({ id }) => id === detour.id);
    return { ...cursor, at: Math.max(0, back), walk: detour.walk, detour: null };
  }
  const next = cursor.containers.findIndex((container, index) => index >= at && !container.out);
  return { ...cursor, at: next, walk: NEW_WALK };
}

/**
 * The cursor from which the containers that were listed before are read, before the listing of the present one goes on;
 * the same cursor where it is on that way already, or has nothing to read there.
 */
export function detoured(cursor: Cursor): Cursor {
  const listing = cursor.containers[cursor.at];
  if (cursor.detour !== null || listing === undefined || listing.link !== "") return cursor;
  if (!cursor.containers.some(isFollowed)) return cursor;
  return advanced({ ...cursor, detour: { id: listing.id, walk: cursor.walk } }, 0);
}

function isFollowed({ link, page, out }: Container): boolean {
  return link !== "" && page === "" && !out;
}

/** The container as it is before it was ever read. */
export function unread(container: Container): Container {
  return { ...container, link: "", page: "", begun_ms: 0 };
}

/** The cursor with another state of one container. */
export function withContainer(cursor: Cursor, container: Container): Cursor {
  return { ...cursor, containers: cursor.containers.map((known) => known.id === container.id ? container : known) };
}

/** What the cursor calls a container and knows it to be for. */
export interface ContainerFacts {
  readonly name: string;
  readonly role: string;
}

/** Containers by id. */
export type Containers = ReadonlyMap<string, ContainerFacts>;

/** The containers' names and roles as the cursor knows them. */
export function containersOf(cursor: Cursor): Containers {
  return new Map(cursor.containers.map(({ id, name }) => [id, { name, role: cursor.roles[id] ?? "" }]));
}
