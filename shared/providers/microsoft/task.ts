/** A To Do task as a document. A pure function: nothing is read but what is handed in. */
import { z } from "zod";
import type { Todo } from "../../contracts/documents.ts";
import type { ItemReading } from "../port.ts";
import { momentOf, NO_MOMENT } from "../text.ts";
import {
  Body,
  contentOf,
  dateOf,
  Flag,
  importanceOf,
  instantOf,
  isBefore,
  Moment,
  refusalOf,
  Text,
  Texts,
  versionOf,
  ZonedTime,
} from "./fields.ts";
import type { ItemPlace } from "./kind.ts";
import { Recurrence, recurrenceRule } from "./recurrence.ts";

/** The members of a task that are used; all but the id may be absent. */
const GraphTask = z.object({
  id: z.string().min(1),
  title: Text,
  body: Body,
  status: Text,
  importance: Text,
  categories: Texts,
  createdDateTime: Moment,
  lastModifiedDateTime: Moment,
  dueDateTime: ZonedTime,
  reminderDateTime: ZonedTime,
  completedDateTime: ZonedTime,
  isReminderOn: Flag,
  recurrence: Recurrence,
  checklistItems: z.array(z.object({ displayName: Text, isChecked: Flag, createdDateTime: Text })).nullish(),
  linkedResources: z.array(z.object({ displayName: Text, applicationName: Text, webUrl: Text })).nullish(),
});
type GraphTask = z.infer<typeof GraphTask>;

const STATES: ReadonlyMap<string, Todo["status"]> = new Map([
  ["inprogress", "in_progress"],
  ["waitingonothers", "waiting"],
  ["deferred", "deferred"],
  ["completed", "completed"],
]);

/** Bounds far above what people have. */
const STEPS_MAX = 100;
const LINKS_MAX = 50;

/** The document of a task, or why there is none. */
export function taskOf(item: unknown, place: ItemPlace): ItemReading {
  const parsed = GraphTask.safeParse(item);
  if (!parsed.success) return refusalOf(item, place.container, "task", parsed.error);
  const task = parsed.data;
  const { container, containers, choice, html } = place;
  const fields = fieldsOf(task);
  if (isBefore(choice, fields.last_updated)) return { left_out: true, provider_id: task.id, container };
  return {
    provider_id: task.id,
    container,
    version: versionOf(task.lastModifiedDateTime),
    document: {
      ...fields,
      container,
      list_name: containers.get(container)?.name ?? "",
      body: choice.bodies ? contentOf(task.body, html).body : "",
    },
  };
}

function fieldsOf(task: GraphTask) {
  const created_at = momentOf(task.createdDateTime);
  const steps = (task.checklistItems ?? []).toSorted((a, b) =>
    Date.parse(a.createdDateTime) - Date.parse(b.createdDateTime) || 0
  );
  return {
    doc_type: "todo" as const,
    provider: "microsoft" as const,
    provider_id: task.id,
    title: task.title,
    // Graph tells of no page that shows a task.
    url: "",
    last_updated: momentOf(task.lastModifiedDateTime) || created_at || NO_MOMENT,
    status: STATES.get(task.status.toLowerCase()) ?? "open" as const,
    due_date: dateOf(task.dueDateTime),
    reminder_at: task.isReminderOn ? instantOf(task.reminderDateTime) : "",
    completed_at: instantOf(task.completedDateTime),
    created_at,
    importance: importanceOf(task.importance),
    recurrence: recurrenceRule(task.recurrence, true),
    steps: steps.slice(0, STEPS_MAX).map(({ displayName, isChecked }) => ({ text: displayName, done: isChecked })),
    parent_id: "",
    labels: task.categories,
    links: (task.linkedResources ?? []).filter(({ webUrl }) => webUrl !== "")
      .map(({ displayName, applicationName, webUrl }) => ({ text: displayName || applicationName, url: webUrl })).slice(
        0,
        LINKS_MAX,
      ),
  };
}
