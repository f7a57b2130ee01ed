import type { Hono } from "hono";
import type { Container } from "../collection.ts";
import { type GraphContext, type GraphDeps, type GraphEnv, type MicrosoftUser, odataContext } from "./context.ts";
import { answerDeskDelta } from "./desk_delta.ts";
import { GraphError } from "./errors.ts";
import { type graphGuard, TASK_SCOPES } from "./guard.ts";
import { answerList } from "./lists.ts";
import { selected } from "./select.ts";
import { listShape, taskShape } from "./task_shape.ts";

/** Routes of To Do below `base`, `/me` or `/users/{id}`. */
export function todoRoutes(
  app: Hono<GraphEnv>,
  base: string,
  guard: ReturnType<typeof graphGuard>,
  deps: GraphDeps,
): void {
  const context = (me: MicrosoftUser, rest: string) => `users('${encodeURIComponent(me.address)}')/todo/${rest}`;
  app.get(
    `${base}/todo/lists`,
    guard("graph.todo.lists", TASK_SCOPES, (c, { me }) => {
      const items = me.desk.tasks.containers().map((one) => listShape(me, one));
      return answerList(c, deps, { path: "me/todo/lists", type: context(me, "lists"), items, pageSize: 100 });
    }),
  );
  app.get(
    `${base}/todo/lists/delta`,
    guard("graph.todo.lists.delta", TASK_SCOPES, (c, caller) => {
      const { tasks } = caller.me.desk;
      return answerDeskDelta(c, caller, deps, {
        of: "lists",
        journal: tasks.containerJournal,
        path: "me/todo/lists/delta",
        type: "Collection(todoTaskList)",
        query: ["$select"],
        // The documentation prints a skip token in its deltaLink too.
        tokens: { delta: "$skiptoken", next: "$skiptoken" },
        concerns: () => true,
        show: ({ item, entries }) => {
          const list = tasks.container(item);
          if (!list.gone) return [listShape(caller.me, list)];
          const id = caller.me.ids.container("tasks", item);
          return entries.length === 0 ? [] : [{ id, "@removed": { reason: "deleted" } }];
        },
      });
    }),
  );
  app.get(
    `${base}/todo/lists/:listId`,
    guard("graph.todo.list", TASK_SCOPES, (c, { me }) => {
      return c.json({
        "@odata.context": odataContext(deps, context(me, "lists/$entity")),
        ...listShape(me, listOf(c, me)),
      });
    }),
  );
  app.get(
    `${base}/todo/lists/:listId/tasks`,
    guard("graph.todo.tasks", TASK_SCOPES, (c, { me }) => {
      const list = listOf(c, me);
      const items = me.desk.tasks.in(list.number).map((one) => taskShape(me, one, expanded(c.req.query("$expand"))));
      const id = me.ids.container("tasks", list.number);
      return answerList(c, deps, {
        path: `me/todo/lists/${id}/tasks`,
        type: context(me, `lists('${id}')/tasks`),
        items,
      });
    }),
  );
  app.get(
    `${base}/todo/lists/:listId/tasks/delta`,
    guard("graph.todo.tasks.delta", TASK_SCOPES, (c, caller) => {
      const { me } = caller;
      const list = listOf(c, me);
      return answerDeskDelta(c, caller, deps, {
        of: `tasks/${list.number}`,
        journal: me.desk.tasks.journal,
        path: `me/todo/lists/${me.ids.container("tasks", list.number)}/tasks/delta`,
        type: "Collection(todoTask)",
        query: ["$select", "$expand"],
        tokens: { delta: "$deltatoken", next: "$skiptoken" },
        concerns: (entry) => entry.container === list.number || entry.from === list.number,
        show: ({ item, entries }, query) => {
          const task = me.desk.tasks.at(item);
          if (task === undefined) return [];
          if (!task.gone && task.container === list.number) {
            const shape = taskShape(me, task, expanded(query.$expand));
            const names = query.$select?.split(",").concat("checklistItems", "linkedResources");
            return [selected(shape, names)];
          }
          return entries.length === 0 ? [] : [{ id: me.ids.item("tasks", item), "@removed": { reason: "deleted" } }];
        },
      });
    }),
  );
  app.get(
    `${base}/todo/lists/:listId/tasks/:taskId`,
    guard("graph.todo.task", TASK_SCOPES, (c, { me }) => {
      const list = listOf(c, me);
      const named = me.ids.parseItem("tasks", c.req.param("taskId") ?? "");
      const task = named === undefined ? undefined : me.desk.tasks.find(named.number);
      if (task === undefined || task.container !== list.number) throw missing();
      const type = { "@odata.context": odataContext(deps, context(me, "lists/tasks/$entity")) };
      return c.json({ ...type, ...taskShape(me, task, expanded(c.req.query("$expand"))) });
    }),
  );
}

function expanded(text: string | undefined): string[] {
  return text?.split(",").map((name) => name.trim()) ?? [];
}

function listOf(c: GraphContext, me: MicrosoftUser): Container {
  const number = me.ids.parseContainer("tasks", c.req.param("listId") ?? "");
  const found = me.desk.tasks.containers().find((one) => one.number === number);
  if (found === undefined) throw missing();
  return found;
}

function missing(): GraphError {
  return new GraphError(404, "itemNotFound", "The item is not found in the store.");
}
