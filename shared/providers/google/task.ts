/** A task as a document. A pure function: nothing is read but what is handed in. */
import { z } from "zod";
import type { ResourceChoice } from "../../contracts/records.ts";
import type { ItemReading, UnboundDocument } from "../port.ts";
import { bodyText, momentOf, NO_MOMENT } from "../text.ts";
import { dateOf, Flag, Line, listOf, refusalOf, Text, versionOf } from "./fields.ts";

const LINKS_MAX = 50;

/** What reading a task needs besides the task. */
export interface TaskReading {
  readonly list: { readonly id: string; readonly title: string };
  readonly choice: ResourceChoice;
}

const GoogleTask = z.object({
  id: z.string().min(1),
  title: Line,
  notes: Text,
  status: Line,
  due: Text,
  completed: Text,
  updated: Text,
  parent: Line,
  webViewLink: Line,
  links: listOf(z.object({ description: Line, link: Line })),
  /** Of a task that was given to the person in a document or a chat. */
  assignmentInfo: z.object({ linkToTask: Line }).nullish(),
});
type GoogleTask = z.infer<typeof GoogleTask>;

/** What tells a deleted task, and how far a list was read. */
export const TaskHead = z.object({ id: z.string().min(1), deleted: Flag, updated: Text });

/** The document of a task, why there can't be one, or that the person does not give it. */
export function todoOf(item: unknown, { list, choice }: TaskReading): ItemReading {
  const named = z.object({ id: z.string() }).safeParse(item);
  const name = { provider_id: named.data?.id ?? "", container: list.id };
  const parsed = GoogleTask.safeParse(item);
  if (!parsed.success) return refusalOf(name, "task", parsed.error);
  const task = parsed.data;
  const document = documentOf(task, list, choice);
  if (choice.since !== "" && document.last_updated < choice.since) return { ...name, left_out: true };
  return { ...name, version: versionOf(task.updated), document };
}

function documentOf(task: GoogleTask, list: TaskReading["list"], choice: ResourceChoice): UnboundDocument {
  const completed = task.status === "completed";
  const links = task.links.map(({ description, link }) => ({ text: description, url: link }));
  const assigned = task.assignmentInfo?.linkToTask ?? "";
  return {
    doc_type: "todo",
    provider: "google",
    provider_id: task.id,
    container: list.id,
    title: task.title,
    url: task.webViewLink,
    last_updated: momentOf(task.updated) || NO_MOMENT,
    list_name: list.title,
    body: bodyText(() => choice.bodies ? task.notes : "", (text) => text).body,
    status: completed ? "completed" : "open",
    // Google keeps the day alone: the time of day that it writes says nothing.
    due_date: dateOf(task.due),
    reminder_at: "",
    completed_at: completed ? momentOf(task.completed) : "",
    created_at: "",
    importance: "normal",
    recurrence: [],
    steps: [],
    parent_id: task.parent,
    labels: [],
    links: [...links, ...(assigned === "" ? [] : [{ text: "", url: assigned }])].filter(({ url }) => url !== "")
      .slice(0, LINKS_MAX),
  };
}
