/** Tasks: what becomes of one, and rounds over scripted lists. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Todo } from "../../shared/contracts/documents.ts";
import type { ResourceChoice } from "../../shared/contracts/records.ts";
import { choiceOf } from "../../shared/providers/choice.ts";
import { todoOf } from "../../shared/providers/google/task.ts";
import type { ChangePage, Mailbox, OpenedProvider } from "../../shared/providers/port.ts";
import { openedGoogle, testDeps } from "./opened.ts";
import { mutated } from "./random_removal.ts";
import { type ScriptedAnswer, scriptedMailbox } from "./scripted_mailbox.ts";

const UnboundTodo = Todo.omit({ doc_id: true, connection_id: true });
const LIST = { id: "list", title: "Errands" };
const choose = (choice: Partial<ResourceChoice> = {}): ResourceChoice => ({
  ...choiceOf({ choices: [] }, "todos"),
  ...choice,
});

const FULL = {
  kind: "tasks#task",
  id: "t1",
  etag: '"x"',
  title: "Buy boots",
  updated: "2026-03-01T10:00:00.000Z",
  parent: "t0",
  position: "0000",
  notes: "Size 42\nbrown",
  status: "completed",
  due: "2026-03-05T00:00:00.000Z",
  completed: "2026-03-01T09:59:58.000Z",
  hidden: true,
  links: [{ type: "email", description: "Invoice", link: "https://mail.google.com/mail/#all/1" }, {}],
  webViewLink: "https://tasks.google.com/task/t1",
  assignmentInfo: { linkToTask: "https://docs.google.com/document/d/1", surfaceType: "DOCUMENT" },
};

Deno.test("todoOf() reads a whole task", () => {
  const read = todoOf(FULL, { list: LIST, choice: choose() });
  assert.ok("document" in read);
  assert.equal(read.version, Date.parse("2026-03-01T10:00:00Z"));
  assert.deepEqual(UnboundTodo.parse(read.document), {
    doc_type: "todo",
    provider: "google",
    provider_id: "t1",
    container: "list",
    title: "Buy boots",
    url: "https://tasks.google.com/task/t1",
    last_updated: "2026-03-01T10:00:00.000Z",
    list_name: "Errands",
    body: "Size 42\nbrown",
    status: "completed",
    due_date: "2026-03-05",
    reminder_at: "",
    completed_at: "2026-03-01T09:59:58.000Z",
    created_at: "",
    importance: "normal",
    recurrence: [],
    steps: [],
    parent_id: "t0",
    labels: [],
    links: [
      { text: "Invoice", url: "https://mail.google.com/mail/#all/1" },
      { text: "", url: "https://docs.google.com/document/d/1" },
    ],
  });
});

Deno.test("todoOf() gives what the choice gives", () => {
  const read = todoOf(FULL, { list: LIST, choice: choose({ bodies: false }) });
  assert.ok("document" in read && read.document.doc_type === "todo");
  assert.equal(read.document.body, "");
  const old = todoOf(FULL, { list: LIST, choice: choose({ since: "2026-03-01T10:00:00.001Z" }) });
  assert.deepEqual(old, { provider_id: "t1", container: "list", left_out: true });
});

Deno.test("todoOf() gives a valid document or a refusal whatever is missing or odd", () => {
  fc.assert(fc.property(mutated(FULL), (item) => {
    const outcome = todoOf(item, { list: LIST, choice: choose() });
    if ("document" in outcome) UnboundTodo.parse(outcome.document);
    else assert.ok("reason" in outcome && outcome.reason !== "");
  }));
});

const BASE = "https://tasks.googleapis.com/tasks/v1";
const SHOWN = "maxResults=100&showCompleted=true&showDeleted=true&showHidden=true&showAssigned=true";

interface Script {
  lists?: (query: URLSearchParams) => ScriptedAnswer;
  tasks?: (list: string, query: URLSearchParams) => ScriptedAnswer;
  found?: Record<string, ScriptedAnswer>;
  choice?: Partial<ResourceChoice>;
}

function scripted(script: Script) {
  const mailbox = scriptedMailbox((url) => {
    const { pathname, searchParams } = new URL(url);
    if (pathname === "/tasks/v1/users/@me/lists") {
      return script.lists?.(searchParams) ?? { json: { items: [{ id: "a=", title: "A" }] } };
    }
    const [, list = "", task = ""] = /^\/tasks\/v1\/lists\/([^/]+)\/tasks(?:\/([^/]+))?$/.exec(pathname) ?? [];
    assert.notEqual(list, "", url);
    if (task !== "") return script.found?.[`${decodeURIComponent(list)}/${task}`] ?? { status: 404 };
    return script.tasks?.(decodeURIComponent(list), searchParams) ?? { json: { items: [] } };
  });
  const choices = script.choice === undefined ? [] : [choose(script.choice)];
  return { ...mailbox, connection: { ...mailbox.connection, choices } };
}

async function round(mailbox: Mailbox, cursor = "", provider: OpenedProvider = openedGoogle()) {
  const pages: ChangePage[] = [];
  for (let next = cursor;;) {
    assert.ok(pages.length < 40, "the round ends");
    const page = await provider.changes(mailbox, "todos", next);
    pages.push(page);
    next = page.cursor;
    if (page.done) return { pages, cursor: next };
  }
}

const task = (id: string, updated: string, over: object = {}) => ({ id, updated, ...over });
const idsOf = (pages: readonly ChangePage[], kind: "documents" | "removals") =>
  pages.flatMap((page) => page[kind].map(({ provider_id }) => provider_id));

Deno.test("tasks: each list is enumerated, then polled from the latest change that was seen, with an overlap", async () => {
  const mailbox = scripted({
    lists: (query) =>
      query.has("pageToken")
        ? { json: { items: [{ id: "b", title: "B" }] } }
        : { json: { items: [{ id: "a=", title: "A" }], nextPageToken: "l=2" } },
    tasks: (list, query) => {
      if (list !== "a=") return { json: {} };
      if (query.has("updatedMin")) {
        return { json: { items: [task("t1", "2026-03-01T10:00:00.000Z", { deleted: true })] } };
      }
      if (query.has("pageToken")) return { json: { items: [task("t2", "2026-03-01T09:00:00.000Z")] } };
      const items = [task("t1", "2026-03-01T10:00:00.000Z"), task("t9", "2026-02-01T10:00:00.000Z", { deleted: true })];
      return { json: { items, nextPageToken: "t=2" } };
    },
  });
  const first = await round(mailbox);
  assert.deepEqual(mailbox.asked.map(({ url }) => url), [
    `${BASE}/users/@me/lists?maxResults=100`,
    `${BASE}/users/@me/lists?maxResults=100&pageToken=l%3D2`,
    `${BASE}/lists/a%3D/tasks?${SHOWN}`,
    `${BASE}/lists/a%3D/tasks?${SHOWN}&pageToken=t%3D2`,
    `${BASE}/lists/b/tasks?${SHOWN}`,
  ]);
  assert.deepEqual(first.pages.flatMap((page) => page.enumeration ?? []), [
    { container: "a=", started: true, finished: false },
    { container: "a=", started: false, finished: true },
    { container: "b", started: true, finished: true },
  ]);
  assert.deepEqual([idsOf(first.pages, "documents"), idsOf(first.pages, "removals")], [["t1", "t2"], []]);
  mailbox.asked.length = 0;
  const second = await round(mailbox, first.cursor);
  assert.equal(mailbox.asked[2]?.url, `${BASE}/lists/a%3D/tasks?${SHOWN}&updatedMin=2026-03-01T09%3A58%3A00.000Z`);
  assert.deepEqual(second.pages.flatMap((page) => page.removals), [
    { provider_id: "t1", container: "a=", doc_type: "todo" },
  ]);
});

Deno.test("tasks: a list that was not read for a week is enumerated", async () => {
  const deps = testDeps();
  const provider = openedGoogle(deps);
  const mailbox = scripted({ tasks: () => ({ json: { items: [task("t", "2026-03-01T10:00:00.000Z")] } }) });
  let { cursor } = await round(mailbox, "", provider);
  await deps.clock.advance(6 * 24 * 3_600_000);
  const second = await round(mailbox, cursor, provider);
  assert.deepEqual(second.pages.flatMap((page) => page.enumeration ?? []), []);
  cursor = second.cursor;
  await deps.clock.advance(7 * 24 * 3_600_000);
  const third = await round(mailbox, cursor, provider);
  assert.deepEqual(third.pages.flatMap((page) => page.enumeration?.container ?? []), ["a="]);
});

Deno.test("tasks: a list that is gone is said so, and one with another name is read again", async () => {
  const answers = [
    [{ id: "a", title: "A" }, { id: "b", title: "B" }],
    [{ id: "a", title: "Another" }],
  ];
  const mailbox = scripted({
    lists: () => ({ json: { items: answers.shift() } }),
    tasks: () => ({ json: { items: [task("t", "2026-03-01T10:00:00.000Z")] } }),
  });
  const first = await round(mailbox);
  const second = await round(mailbox, first.cursor);
  assert.deepEqual(second.pages.flatMap((page) => page.gone_containers), ["b"]);
  assert.deepEqual(second.pages.flatMap((page) => page.enumeration?.container ?? []), ["a"]);
});

Deno.test("tasks: a lost page and a list that vanishes end the list's part of the round, and no more", async () => {
  const lists = () => ({ json: { items: [{ id: "a", title: "A" }, { id: "b", title: "B" }] } });
  let lost = true;
  const mailbox = scripted({
    lists,
    tasks: (list, query) => {
      if (list === "b" || !lost) return { json: { items: [task(`in ${list}`, "2026-03-01T10:00:00.000Z")] } };
      return query.has("pageToken") ? { status: 400 } : { json: { items: [], nextPageToken: "p" } };
    },
  });
  const first = await round(mailbox);
  assert.deepEqual(idsOf(first.pages, "documents"), ["in b"]);
  lost = false;
  const second = await round(mailbox, first.cursor);
  assert.deepEqual(idsOf(second.pages, "documents"), ["in a", "in b"]);
  assert.deepEqual(second.pages.flatMap((page) => page.enumeration?.container ?? []), ["a"]);
  const vanished = await round(scripted({ lists, tasks: () => ({ status: 404 }) }), second.cursor);
  assert.deepEqual(vanished.pages.at(-1)?.done, true);
});

Deno.test("tasks: what a choice leaves out is said once, and what it takes back is enumerated", async () => {
  const lists = () => ({ json: { items: [{ id: "a", title: "A" }, { id: "b", title: "B" }] } });
  const tasks = () => ({ json: { items: [task("t", "2026-03-01T10:00:00.000Z")] } });
  const first = await round(scripted({ lists, tasks }));
  const out = { lists, tasks, choice: { containers_in: ["a"] } };
  const second = await round(scripted(out), first.cursor);
  assert.deepEqual(second.pages.flatMap((page) => page.left_out_containers ?? []), ["b"]);
  assert.deepEqual(
    (await round(scripted(out), second.cursor)).pages.flatMap((page) => page.left_out_containers ?? []),
    [],
  );
  const items = [{ provider_id: "t", container: "b" }];
  assert.deepEqual(await openedGoogle().lookup(scripted(out), "todos", items, second.cursor), [{ kind: "left_out" }]);
  const back = await round(scripted({ lists, tasks }), second.cursor);
  assert.deepEqual(back.pages.flatMap((page) => page.enumeration?.container ?? []), ["b"]);
});

Deno.test("tasks: lookup() tells found, gone, refused and unknown, in the order of the items", async () => {
  const mailbox = scripted({
    found: {
      "a/found": { json: { id: "found", title: "Found" } },
      "a/deleted": { json: { id: "deleted", deleted: true } },
      "a/bad": { json: { id: "bad", links: 1 } },
      "a/odd": { status: 403 },
    },
  });
  const items = ["odd", "found", "missing", "deleted", "bad"].map((provider_id) => ({ provider_id, container: "a" }));
  const answers = await openedGoogle().lookup(mailbox, "todos", items);
  assert.deepEqual(answers.map(({ kind }) => kind), ["unknown", "found", "gone", "gone", "refused"]);
});
