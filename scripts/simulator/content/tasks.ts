import type { TaskContent } from "../tasks/store.ts";
import { type DeskComposition, settingOf } from "./setting.ts";

const DAY_MS = 24 * 3_600_000;

/** Something to do in the weeks around now. */
export function composeTask(composition: DeskComposition): TaskContent {
  const { chance, phrases, fill, word, reference, language, company } = settingOf(composition);
  const at = composition.now + (chance.below(40) - 12) * DAY_MS;
  const done = at < composition.now && chance.happens(0.7);
  return {
    title: fill(chance.pick(phrases.tasks)),
    notes: reference,
    status: done ? "completed" : chance.pick(["open", "open", "open", "in_progress", "waiting", "deferred"]),
    dueDate: chance.happens(0.7) ? new Date(at).toISOString().slice(0, 10) : "",
    remindAt: chance.happens(0.3) ? Math.floor(at / DAY_MS) * DAY_MS + 8 * 3_600_000 : null,
    completedAt: done ? at : null,
    importance: chance.pick(["normal", "normal", "normal", "high", "low"]),
    repeatsWeekly: chance.happens(0.1) ? { interval: 1, day: 1 + chance.below(5) } : null,
    steps: chance.happens(0.3) ? phrases.steps.map((text) => ({ text, done: chance.happens(0.4) })) : [],
    parent: null,
    labels: chance.happens(0.2) ? [fill("{topic}")] : [],
    links: chance.happens(0.2) ? [{ text: company.name, url: `https://${company.domain}/` }] : [],
    language,
    word,
  };
}

/** What an edit makes of a task: notes with another word. */
export function correctTask(composition: DeskComposition): Partial<TaskContent> {
  const { notes, word } = composeTask(composition);
  return { notes, word };
}
