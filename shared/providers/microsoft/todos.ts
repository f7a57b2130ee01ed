/** To Do: tasks in lists. */
import { contained, containersRead } from "./contained.ts";
import { ITEMS_PER_PAGE, LIST_HEADERS, preferring } from "./graph.ts";
import type { ContainedKind } from "./kind.ts";
import type { GraphResource } from "./resource.ts";
import { taskOf } from "./task.ts";

/** A task's steps and links come with it only where they are asked for. */
const EXPAND = "$expand=checklistItems,linkedResources";

const listUrl = (list: string) => `/me/todo/lists/${encodeURIComponent(list)}`;

const kind: ContainedKind = {
  resource: "todos",
  doc_type: "todo",
  headers: preferring(ITEMS_PER_PAGE),
  list: {
    url: "/me/todo/lists/delta",
    headers: LIST_HEADERS,
    form: "delta",
    name_member: "displayName",
    itemUrl: listUrl,
    unlisted: [],
    order: [],
  },
  firstUrl: (list) => `${listUrl(list)}/tasks/delta?${EXPAND}`,
  containerOf: (_, seen_in) => seen_in,
  itemUrl: ({ provider_id, container }) => `${listUrl(container)}/tasks/${encodeURIComponent(provider_id)}?${EXPAND}`,
  read: taskOf,
};

export const todos: GraphResource = {
  resource: "todos",
  scope: "Tasks.Read",
  read_by: ["tasks.read", "tasks.readwrite"],
  subscription: {
    path: (list) => `${listUrl(list)}/tasks`,
    watches: (path, list) => /\/tasks$/i.test(path) && decoded(path).includes(list),
    change_types: "created,updated,deleted",
    // Less than 3 days (4,230 minutes).
    life_minutes: 4_220,
    needs: ["tasks.readwrite"],
  },
  ...contained(kind),
  targets: containersRead,
};

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
