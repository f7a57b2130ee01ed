import assert from "node:assert/strict";
import fc from "fast-check";
import { Todo } from "../../shared/contracts/documents.ts";
import { taskOf } from "../../shared/providers/microsoft/task.ts";
import { placed } from "./microsoft_place.ts";
import { mutated } from "./random_removal.ts";

const UnboundTodo = Todo.omit({ doc_id: true, connection_id: true });
const PLACE = placed("Field work");

const FULL = {
  "@odata.etag": 'W/"1"',
  id: "task-1",
  title: "Mow",
  body: { contentType: "html", content: "<div>Behind the <i>barn</i></div>" },
  status: "waitingOnOthers",
  importance: "low",
  categories: ["Green"],
  createdDateTime: "2026-07-22T10:39:03.7937971Z",
  lastModifiedDateTime: "2026-07-22T12:02:10.8835421Z",
  isReminderOn: true,
  reminderDateTime: { dateTime: "2026-08-25T09:00:00.0000000", timeZone: "W. Europe Standard Time" },
  dueDateTime: { dateTime: "2026-08-25T00:00:00.0000000", timeZone: "UTC" },
  completedDateTime: { dateTime: "2026-08-24T00:00:00.0000000", timeZone: "UTC" },
  recurrence: {
    pattern: { type: "daily", interval: 2 },
    range: { type: "endDate", endDate: "2026-12-31", recurrenceTimeZone: "UTC" },
  },
  checklistItems: [
    { displayName: "Rake", isChecked: false, createdDateTime: "2026-07-22T11:00:00Z" },
    { displayName: "Fuel", isChecked: true, createdDateTime: "2026-07-22T10:00:00Z" },
  ],
  linkedResources: [
    { displayName: "Mail", applicationName: "Outlook", webUrl: "https://outlook.example/1" },
    { displayName: "", applicationName: "Planner", webUrl: "https://planner.example/1" },
    { displayName: "Nowhere", applicationName: "", webUrl: "" },
  ],
};

function read(item: unknown, place = PLACE) {
  const outcome = taskOf(item, place);
  assert.ok("document" in outcome, JSON.stringify(outcome));
  return { ...outcome, todo: UnboundTodo.parse(outcome.document) };
}

Deno.test("taskOf() maps every member of a whole task", () => {
  const { version, todo } = read(FULL);
  assert.equal(version, Date.parse("2026-07-22T12:02:10.883Z"));
  assert.deepEqual(todo, {
    doc_type: "todo",
    provider: "microsoft",
    provider_id: "task-1",
    container: "container-1",
    title: "Mow",
    url: "",
    last_updated: "2026-07-22T12:02:10.883Z",
    list_name: "Field work",
    body: "Behind the barn",
    status: "waiting",
    due_date: "2026-08-25",
    reminder_at: "2026-08-25T07:00:00.000Z",
    completed_at: "2026-08-24T00:00:00.000Z",
    created_at: "2026-07-22T10:39:03.793Z",
    importance: "low",
    recurrence: ["RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20261231"],
    steps: [{ text: "Fuel", done: true }, { text: "Rake", done: false }],
    parent_id: "",
    labels: ["Green"],
    links: [
      { text: "Mail", url: "https://outlook.example/1" },
      { text: "Planner", url: "https://planner.example/1" },
    ],
  });
});

Deno.test("taskOf() knows each state, and no reminder that is switched off", () => {
  const states = ["notStarted", "inProgress", "completed", "waitingOnOthers", "deferred", "", "constructor"];
  assert.deepEqual(states.map((status) => read({ ...FULL, status }).todo.status), [
    "open",
    "in_progress",
    "completed",
    "waiting",
    "deferred",
    "open",
    "open",
  ]);
  assert.equal(read({ ...FULL, isReminderOn: false }).todo.reminder_at, "");
});

Deno.test("taskOf() takes null and an absent member for the same nothing", () => {
  const bare = read({ id: "1" }).todo;
  const names = Object.keys(FULL).filter((name) => name !== "id");
  assert.deepEqual(read({ id: "1", ...Object.fromEntries(names.map((name) => [name, null])) }).todo, bare);
});

Deno.test("taskOf() gives what the person chose", () => {
  assert.equal(read(FULL, placed("", { bodies: false })).todo.body, "");
  const late = placed("", { since: "2026-09-01T00:00:00.000Z" });
  assert.deepEqual(taskOf(FULL, late), { left_out: true, provider_id: "task-1", container: "container-1" });
  assert.ok("document" in taskOf(FULL, placed("", { since: "2026-07-22T12:00:00.000Z" })), "changed since");
});

Deno.test("taskOf() gives a valid document or a refusal for any mutation of a task", () => {
  fc.assert(
    fc.property(mutated(FULL), (item) => {
      const outcome = taskOf(item, PLACE);
      if ("document" in outcome) UnboundTodo.parse(outcome.document);
      else assert.ok("reason" in outcome && outcome.reason !== "");
    }),
    { numRuns: 1_500 },
  );
});
