import type { Container } from "../collection.ts";
import { hash } from "../chance.ts";
import type { StoredTask } from "../tasks/store.ts";
import type { MicrosoftUser } from "./context.ts";
import { changeKey, exactTime } from "./event_shape.ts";

const STATUS = {
  open: "notStarted",
  in_progress: "inProgress",
  waiting: "waitingOnOthers",
  deferred: "deferred",
  completed: "completed",
} as const;
const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** A To Do list as Graph shows it. */
export function listShape(me: MicrosoftUser, list: Container): Record<string, unknown> {
  return {
    "@odata.etag": `W/"${changeKey(me, list)}"`,
    displayName: list.name,
    isOwner: true,
    isShared: false,
    wellknownListName: list.isDefault ? "defaultList" : "none",
    id: me.ids.container("tasks", list.number),
  };
}

/** A To Do task as Graph shows it; its steps only when they are asked for. */
export function taskShape(me: MicrosoftUser, task: StoredTask, expand: readonly string[]): Record<string, unknown> {
  const { content } = task;
  const repeats = content.repeatsWeekly;
  return {
    "@odata.etag": `W/"${changeKey(me, task)}"`,
    importance: content.importance,
    isReminderOn: content.remindAt !== null,
    status: STATUS[content.status],
    title: content.title,
    createdDateTime: exactTime(task.createdAt),
    lastModifiedDateTime: exactTime(task.modifiedAt),
    hasAttachments: false,
    categories: content.labels,
    id: me.ids.item("tasks", task.number),
    body: { content: content.notes, contentType: "text" },
    ...(content.completedAt === null ? {} : { completedDateTime: day(content.completedAt) }),
    ...(content.dueDate === "" ? {} : { dueDateTime: day(Date.parse(content.dueDate)) }),
    ...(content.remindAt === null ? {} : { reminderDateTime: moment(content.remindAt) }),
    ...(repeats === null ? {} : {
      recurrence: {
        pattern: {
          type: "weekly",
          interval: repeats.interval,
          month: 0,
          dayOfMonth: 0,
          daysOfWeek: [DAYS[repeats.day - 1] ?? "monday"],
          firstDayOfWeek: "sunday",
          index: "first",
        },
        range: {
          type: "noEnd",
          startDate: content.dueDate || new Date(task.createdAt).toISOString().slice(0, 10),
          endDate: "0001-01-01",
          recurrenceTimeZone: "UTC",
          numberOfOccurrences: 0,
        },
      },
    }),
    ...(content.links.length === 0 ? {} : {
      linkedResources: content.links.map((link, at) => ({
        id: `${hash("link", me.user, task.number, at).toString(16).padStart(8, "0")}-7321-4cba-9ba0-cdb68e2984c7`,
        applicationName: link.text,
        displayName: link.text,
        externalId: `${task.number}-${at}`,
        webUrl: link.url,
      })),
    }),
    ...(!expand.includes("checklistItems") ? {} : {
      checklistItems: content.steps.map((step, at) => ({
        id: `${hash("step", me.user, task.number, at).toString(16).padStart(8, "0")}-35e2-721a-e235-1a72e2351a72`,
        displayName: step.text,
        createdDateTime: exactTime(task.createdAt),
        isChecked: step.done,
      })),
    }),
  };
}

/** To Do keeps a day as its midnight. */
function day(ms: number): unknown {
  return { dateTime: `${new Date(ms).toISOString().slice(0, 10)}T00:00:00.0000000`, timeZone: "UTC" };
}

function moment(ms: number): unknown {
  return { dateTime: `${new Date(ms).toISOString().slice(0, 19)}.0000000`, timeZone: "UTC" };
}
