/** Google Tasks: polled by the time of the last change, for there is neither a sync token nor a notification. */
import { z } from "zod";
import { choiceOf } from "../choice.ts";
import { away } from "../http.ts";
import { inTurns } from "../in_turns.ts";
import type { ChangePage, ItemName, LookedUp, PageItem, Refusal, Removal } from "../port.ts";
import { momentOf } from "../text.ts";
import { noPush } from "./channels.ts";
import { refusedBy } from "./errors.ts";
import { Line, listOf } from "./fields.ts";
import type { GoogleOptions, GoogleReader, GoogleResource } from "./resource.ts";
import { TaskHead, type TaskReading, todoOf } from "./task.ts";
import {
  anew,
  type ListState,
  newList,
  NO_LISTING,
  PAGES_MAX,
  parseTasksCursor,
  type TasksCursor,
  underChoice,
  walkOf,
  withList,
} from "./tasks_cursor.ts";

const PER_PAGE = 100;

/** Tasks are looked up one by one, so many at once. */
const LOOKUPS_AT_ONCE = 3;

const Lists = z.object({
  items: listOf(z.object({ id: z.string().min(1), title: Line })),
  nextPageToken: z.string().nullish(),
});
const Tasks = z.object({ items: listOf(z.unknown()), nextPageToken: z.string().nullish() });

/** Google Tasks. A task that is moved to another list keeps its id. */
export function openTasks(options: GoogleOptions): GoogleResource {
  return {
    scopes: ["https://www.googleapis.com/auth/tasks.readonly", "https://www.googleapis.com/auth/tasks"],
    id_scope: "account",
    notifications: noPush("Google does not notify about tasks"),
    changes: (mailbox, cursor) => readTaskChanges({ ...options, mailbox }, cursor),
    lookup: (mailbox, items, cursor) => lookupTasks({ ...options, mailbox }, items, parseTasksCursor(cursor)),
  };
}

/** One page: of the list of lists, which begins a round, or of one list after the other. */
async function readTaskChanges(reader: GoogleReader, text: string): Promise<ChangePage> {
  const choice = choiceOf(reader.mailbox.connection, "todos");
  const { cursor, left_out } = underChoice(parseTasksCursor(text), choice);
  const list = cursor.lists.find(({ id }) => id === cursor.queue[0]);
  if (list !== undefined) return { ...await readList(reader, cursor, list), left_out_containers: left_out };
  const listing = await readLists(reader, cursor);
  const { cursor: after, left_out: more } = underChoice(listing.cursor, choice);
  const queue = listing.done ? after.lists.filter(({ withdrawn }) => !withdrawn).map(({ id }) => id) : [];
  return {
    ...pageOf({ ...after, queue }, listing.done && queue.length === 0),
    gone_containers: listing.gone,
    left_out_containers: [...left_out, ...more],
  };
}

function pageOf(cursor: TasksCursor, done: boolean): ChangePage {
  return {
    documents: [],
    removals: [],
    partial: [],
    refused: [],
    cursor: JSON.stringify(cursor),
    done,
    enumeration: null,
    gone_containers: [],
  };
}

/** Reads the next page of the list of lists; with the last one it is known which are gone. */
async function readLists({ mailbox, urls }: GoogleReader, cursor: TasksCursor) {
  const { page, ids } = cursor.listing;
  const query = new URLSearchParams({ maxResults: String(PER_PAGE) });
  if (page !== "") query.set("pageToken", page);
  const answer = await mailbox.request(`${urls.tasks}/users/@me/lists?${query}`);
  if (page !== "" && (answer.status === 400 || answer.status === 404)) {
    throw away("A page of the task lists is lost");
  }
  if (answer.status !== 200) throw refusedBy(answer, "list the task lists");
  const parsed = Lists.safeParse(answer.json);
  if (!parsed.success) throw away("Google's answer is not a list of task lists", parsed.error);
  const lists = new Map(cursor.lists.map((list) => [list.id, list]));
  for (const { id, title } of parsed.data.items) {
    const known = lists.get(id) ?? newList(id, title);
    // Every task carries the name of its list: under another one they are read again.
    lists.set(id, known.title === title ? known : { ...anew(known), title });
  }
  const listed = new Set([...ids, ...parsed.data.items.map(({ id }) => id)]);
  const next = parsed.data.nextPageToken ?? "";
  const done = next === "";
  const gone = done ? [...lists.keys()].filter((id) => !listed.has(id)) : [];
  for (const id of gone) lists.delete(id);
  const listing = done ? NO_LISTING : { page: next, ids: [...listed] };
  return { cursor: { ...cursor, lists: [...lists.values()], listing }, gone, done };
}

/** Reads the next page of a list: everything in it, or what was updated since it was read. */
async function readList(reader: GoogleReader, cursor: TasksCursor, list: ListState): Promise<ChangePage> {
  const { mailbox, urls, deps } = reader;
  const walk = walkOf(list, deps.clock.now());
  // Completed tasks are hidden ones in Google's own clients.
  const query = new URLSearchParams({
    maxResults: String(PER_PAGE),
    showCompleted: "true",
    showDeleted: "true",
    showHidden: "true",
    showAssigned: "true",
  });
  if (walk.since !== "") query.set("updatedMin", walk.since);
  if (walk.page !== "") query.set("pageToken", walk.page);
  const answer = await mailbox.request(`${urls.tasks}/lists/${encodeURIComponent(list.id)}/tasks?${query}`);
  const rest = cursor.queue.slice(1);
  if (answer.status === 404 || answer.status === 410) {
    // The list went after its name was read: the next round's list of lists tells.
    return pageOf({ ...withList(cursor, anew(list)), queue: rest }, rest.length === 0);
  }
  if (answer.status === 400 && walk.page !== "") {
    // The page is lost: what was read of this list counts, the rest is read from where the walk began.
    deps.counters.add("provider_cursors_lost_total", { provider: "google" });
    return pageOf({ ...withList(cursor, { ...list, walk: null }), queue: rest }, rest.length === 0);
  }
  if (answer.status !== 200) throw refusedBy(answer, "list the tasks");
  const parsed = Tasks.safeParse(answer.json);
  if (!parsed.success) throw away("Google's answer is not a list of tasks", parsed.error);
  const choice = choiceOf(mailbox.connection, "todos");
  const { documents, removals, refused, seen } = sort(parsed.data.items, { list, choice });
  const pages = walk.pages + 1;
  const cut = pages >= PAGES_MAX;
  const page = cut ? "" : parsed.data.nextPageToken ?? "";
  const ended = page === "";
  const latest = seen > walk.seen ? seen : walk.seen;
  const after: ListState = ended
    // Of a walk that was cut nobody knows what it did not see.
    ? { ...list, walk: null, ...(cut ? {} : { seen: latest, read_at_ms: deps.clock.now() }) }
    : { ...list, walk: { ...walk, seen: latest, page, pages } };
  const queue = ended ? rest : cursor.queue;
  const enumerating = walk.since === "";
  return {
    ...pageOf({ ...withList(cursor, after), queue }, queue.length === 0),
    documents,
    // In an enumeration absence says it, for less.
    removals: enumerating ? [] : removals,
    refused,
    enumeration: enumerating ? { container: list.id, started: walk.page === "", finished: ended && !cut } : null,
  };
}

/** Each task once, by what became of it last, and the latest change among them. */
function sort(items: readonly unknown[], reading: TaskReading) {
  const container = reading.list.id;
  const documents = new Map<string, PageItem>();
  const removals = new Map<string, Removal>();
  const refused: Refusal[] = [];
  let seen = "";
  for (const item of items) {
    const head = TaskHead.safeParse(item);
    if (!head.success) {
      refused.push({ provider_id: "", container, reason: "A task without an id", field: "id" });
      continue;
    }
    const { id: provider_id, deleted, updated } = head.data;
    const moment = momentOf(updated);
    if (moment > seen) seen = moment;
    if (deleted) {
      documents.delete(provider_id);
      removals.set(provider_id, { provider_id, container, doc_type: "todo" });
    } else {
      removals.delete(provider_id);
      documents.set(provider_id, { provider_id, container, read: () => todoOf(item, reading) });
    }
  }
  return { documents: [...documents.values()], removals: [...removals.values()], refused, seen };
}

/** Reads tasks by id, in the list that they were seen in. */
async function lookupTasks(
  reader: GoogleReader,
  items: readonly ItemName[],
  cursor: TasksCursor,
): Promise<readonly LookedUp[]> {
  const turn = inTurns(LOOKUPS_AT_ONCE);
  const choice = choiceOf(reader.mailbox.connection, "todos");
  return await Promise.all(items.map((item): Promise<LookedUp> => {
    const list = cursor.lists.find(({ id }) => id === item.container) ?? newList(item.container, "");
    if (list.withdrawn) return Promise.resolve({ kind: "left_out" });
    return turn(() => lookupTask(reader, item, { list, choice }));
  }));
}

async function lookupTask({ mailbox, urls }: GoogleReader, item: ItemName, reading: TaskReading): Promise<LookedUp> {
  const path = `lists/${encodeURIComponent(item.container)}/tasks/${encodeURIComponent(item.provider_id)}`;
  const answer = await mailbox.request(`${urls.tasks}/${path}`);
  if (answer.status === 404 || answer.status === 410) return { kind: "gone" };
  const head = TaskHead.safeParse(answer.json);
  if (answer.status !== 200 || !head.success) return { kind: "unknown" };
  if (head.data.deleted) return { kind: "gone" };
  const read = todoOf(answer.json, reading);
  if ("left_out" in read) return { kind: "left_out" };
  return "reason" in read ? { kind: "refused", refusal: read } : { kind: "found", read };
}
