import { Collection, type Item } from "../collection.ts";
import type { Language } from "../content/mail.ts";

/** What a task says. */
export interface TaskContent {
  readonly title: string;
  readonly notes: string;
  readonly status: "open" | "in_progress" | "waiting" | "deferred" | "completed";
  /** `2026-11-24`, or `""`. */
  readonly dueDate: string;
  /** Milliseconds; null for none. */
  readonly remindAt: number | null;
  readonly completedAt: number | null;
  readonly importance: "low" | "normal" | "high";
  /** Every so many weeks on this day; null for none. Google Tasks does not show it. */
  readonly repeatsWeekly: { readonly interval: number; readonly day: number } | null;
  /** Steps of a To Do task; Google has tasks below tasks instead. */
  readonly steps: readonly { readonly text: string; readonly done: boolean }[];
  /** The task that this one is below, by its number; null for none. */
  readonly parent: number | null;
  readonly labels: readonly string[];
  readonly links: readonly { readonly text: string; readonly url: string }[];
  readonly language: Language;
  /** A word that nothing else contains; it stands in the notes. */
  readonly word: string;
}

export type StoredTask = Item<TaskContent>;

/** The task lists of one person. */
export class TaskStore extends Collection<TaskContent> {
  /** Ticks a task off, or opens it again. */
  complete(task: StoredTask, done = true): void {
    this.edit(task, { status: done ? "completed" : "open", completedAt: done ? this.now() : null });
  }

  /** Deletes a task with those below it. */
  override delete(task: StoredTask): void {
    for (const one of this.live()) if (one.content.parent === task.number) super.delete(one);
    super.delete(task);
  }

  /** Moves a task to another list, with those below it. */
  override move(task: StoredTask, list: number): void {
    for (const one of this.live()) if (one.content.parent === task.number) super.move(one, list);
    super.move(task, list);
  }
}
