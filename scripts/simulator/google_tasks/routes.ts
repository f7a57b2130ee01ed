import type { Hono } from "hono";
import type { Container } from "../collection.ts";
import type { GoogleContext, GoogleDeps, GoogleEnv, GoogleUser } from "../gmail/context.ts";
import { GoogleError, invalid } from "../gmail/errors.ts";
import { type GoogleGuard, TASK_SCOPES } from "../gmail/guard.ts";
import { readCount, readPageToken, writePageToken } from "../gmail/paging.ts";
import type { StoredTask } from "../tasks/store.ts";

const BASE = "/google/tasks/v1";
const GOOGLE = "https://www.googleapis.com/tasks/v1";

/** The Tasks API (PROTOCOLS C6, G-29): no notifications and no tokens, only `updatedMin`. */
export function taskRoutes(app: Hono<GoogleEnv>, guard: GoogleGuard, deps: GoogleDeps): void {
  app.get(`${BASE}/users/:user/lists`, guard("tasks.lists", TASK_SCOPES, (c, { me }) => listLists(c, me)));
  app.get(
    `${BASE}/users/:user/lists/:list`,
    guard("tasks.list", TASK_SCOPES, (c, { me }) => c.json(listShape(me, listOf(c, me)))),
  );
  app.get(`${BASE}/lists/:list/tasks`, guard("tasks.tasks", TASK_SCOPES, (c, { me }) => listTasks(c, me, deps)));
  app.get(
    `${BASE}/lists/:list/tasks/:task`,
    guard("tasks.task", TASK_SCOPES, (c, { me }) => {
      const list = listOf(c, me);
      const number = me.ids.parseItem("tasks", c.req.param("task") ?? "");
      const task = seenIn(me, list).find((one) => one.number === number);
      if (task === undefined) throw new GoogleError(404, "notFound", "Task not found.");
      return c.json(taskShape(me, task, list));
    }),
  );
}

function listLists(c: GoogleContext, me: GoogleUser): Response {
  const lists = me.desk.tasks.containers();
  const page = pageOf(c, lists.map((list) => [list.number, list] as const), "lists");
  return c.json({
    kind: "tasks#taskLists",
    etag: `"${me.desk.tasks.containerJournal.last}"`,
    ...page.token,
    items: page.items.map((list) => listShape(me, list)),
  });
}

function listShape(me: GoogleUser, list: Container): Record<string, unknown> {
  const id = me.ids.container("tasks", list.number);
  return {
    kind: "tasks#taskList",
    id,
    etag: `"${list.version}"`,
    title: list.name,
    updated: new Date(list.modifiedAt).toISOString(),
    selfLink: `${GOOGLE}/users/@me/lists/${id}`,
  };
}

function listTasks(c: GoogleContext, me: GoogleUser, { faults, clock }: GoogleDeps): Response {
  const list = listOf(c, me);
  const flag = (name: string, otherwise: boolean) => (c.req.query(name) ?? String(otherwise)) === "true";
  const updatedMin = c.req.query("updatedMin");
  const since = updatedMin === undefined ? -Infinity : Date.parse(updatedMin);
  if (Number.isNaN(since)) throw invalid("Invalid value for: Invalid format", "updatedMin");
  const until = clock.now() - faults.deltaDelayMs;
  const shown = seenIn(me, list).filter((task) => {
    if (task.modifiedAt < since || (updatedMin !== undefined && task.modifiedAt > until)) return false;
    if (isGone(task, list)) return flag("showDeleted", false);
    if (isHidden(task) && !flag("showHidden", false)) return false;
    return task.content.status !== "completed" || flag("showCompleted", true);
  });
  const page = pageOf(c, shown.map((task) => [task.number, task] as const), `tasks ${list.number}`);
  const before = faults.repeatItemsOnPages ? shown.filter((task) => task.number < page.from).slice(-1) : [];
  return c.json({
    kind: "tasks#tasks",
    etag: `"${me.desk.tasks.journal.last}"`,
    ...page.token,
    items: [...before, ...page.items].map((task) => taskShape(me, task, list)),
  });
}

/** Tasks that are in a list or once were. */
function seenIn(me: GoogleUser, list: Container): StoredTask[] {
  const { tasks } = me.desk;
  const numbers = new Set<number>();
  for (const entry of tasks.journal.after(0)) {
    if (entry.container === list.number || entry.from === list.number) numbers.add(entry.item);
  }
  return [...numbers].sort((a, b) => a - b).flatMap((number) => tasks.at(number) ?? []);
}

function isGone(task: StoredTask, list: Container): boolean {
  return task.gone || task.container !== list.number;
}

/** What is ticked off in Google's own applications is hidden; half of them were. */
function isHidden(task: StoredTask): boolean {
  return task.content.status === "completed" && task.number % 2 === 0;
}

function taskShape(me: GoogleUser, task: StoredTask, list: Container): Record<string, unknown> {
  const { content } = task;
  const id = me.ids.item("tasks", task.number);
  const completed = content.status === "completed";
  return {
    kind: "tasks#task",
    id,
    etag: `"${task.number}.${task.version}"`,
    title: content.title,
    updated: new Date(task.modifiedAt).toISOString(),
    selfLink: `${GOOGLE}/lists/${me.ids.container("tasks", list.number)}/tasks/${id}`,
    position: String(task.number).padStart(20, "0"),
    status: completed ? "completed" : "needsAction",
    links: content.links.map(({ text, url }) => ({ type: "generic", description: text, link: url })),
    webViewLink: `https://tasks.google.com/task/${id}?sa=6`,
    ...(content.parent === null ? {} : { parent: me.ids.item("tasks", content.parent) }),
    ...(content.notes === "" ? {} : { notes: content.notes }),
    ...(content.dueDate === "" ? {} : { due: `${content.dueDate}T00:00:00.000Z` }),
    ...(completed && content.completedAt !== null ? { completed: new Date(content.completedAt).toISOString() } : {}),
    ...(isHidden(task) ? { hidden: true } : {}),
    ...(isGone(task, list) ? { deleted: true } : {}),
  };
}

/** One page of numbered things: a token names the number that comes next. */
function pageOf<Thing>(c: GoogleContext, things: readonly (readonly [number, Thing])[], of: string) {
  const limit = readCount(c, 20, 100);
  const text = c.req.query("pageToken");
  const from = text === undefined ? 0 : readPageToken(text, of);
  const rest = things.filter(([number]) => number >= from);
  const next = rest[limit];
  return {
    from,
    items: rest.slice(0, limit).map(([, thing]) => thing),
    token: next === undefined ? {} : { nextPageToken: writePageToken(next[0], of) },
  };
}

function listOf(c: GoogleContext, me: GoogleUser): Container {
  const number = me.ids.parseContainer("tasks", decodeURIComponent(c.req.param("list") ?? ""));
  if (number === undefined) throw new GoogleError(404, "notFound", "Task list not found.");
  return me.desk.tasks.container(number);
}
