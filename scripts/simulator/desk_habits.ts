import type { Chance } from "./chance.ts";
import { correctContact } from "./content/contacts.ts";
import { correctEvent } from "./content/events.ts";
import { correctFile } from "./content/files.ts";
import { correctTask } from "./content/tasks.ts";
import type { Desk } from "./desk.ts";
import type { DeskMaker } from "./desk_maker.ts";
import type { Verb } from "./journal.ts";

/** The parts of a desk. */
export type DeskPart = "calendar" | "contacts" | "drive" | "tasks";

/** What a random change of a desk did. */
export interface DoneDeskChange {
  readonly part: DeskPart;
  readonly verb: Verb;
  /** The item's number. */
  readonly item: number;
}

const FOLDERS_SHARE = 0.15;

/** How often people do what, of the changes of one part. */
const HABITS: Readonly<Record<DeskPart, readonly Verb[]>> = {
  calendar: ["create", "create", "edit", "edit", "edit", "move", "cancel", "delete"],
  contacts: ["create", "edit", "edit", "edit", "move", "delete"],
  drive: ["create", "create", "edit", "edit", "edit", "rename", "move", "trash", "restore", "delete"],
  tasks: ["create", "create", "edit", "edit", "edit", "move", "delete"],
};

/** Does with a desk what people do, at random from the seed. */
export class DeskHabits {
  readonly #desk: Desk;
  readonly #maker: DeskMaker;
  readonly #chance: Chance;

  constructor(desk: Desk, maker: DeskMaker) {
    this.#desk = desk;
    this.#maker = maker;
    this.#chance = maker.chance;
  }

  /** One random change of a part, or of any part. */
  change(part = this.#chance.pick<DeskPart>(["calendar", "contacts", "drive", "tasks"])): DoneDeskChange {
    const store = this.#desk[part];
    const verb = this.#chance.pick(HABITS[part]);
    switch (part) {
      case "calendar":
        this.#changeCalendar(verb);
        break;
      case "contacts":
        this.#changeContacts(verb);
        break;
      case "drive":
        this.#changeDrive(verb);
        break;
      case "tasks":
        this.#changeTasks(verb);
        break;
    }
    const done = store.journal.after(store.journal.last - 1)[0];
    if (done === undefined) throw new RangeError(`Cannot change the empty ${part} of ${this.#desk.owner.address}`);
    return { part, verb: done.verb, item: done.item };
  }

  #changeCalendar(verb: Verb): void {
    const { calendar } = this.#desk;
    const events = calendar.live();
    if (events.length === 0 || verb === "create") return void this.#maker.addEvent();
    const event = this.#chance.pick(events);
    switch (verb) {
      case "delete":
        return calendar.delete(event);
      case "move":
        if (calendar.kind(event) !== "exception") return calendar.move(event, this.#other(calendar, event.container));
        break;
      case "cancel":
        if (calendar.kind(event) === "series") return this.#maker.cancelOne(event);
        break;
      default:
        if (calendar.kind(event) === "series" && this.#chance.happens(0.5)) return this.#maker.exceptOne(event);
    }
    calendar.edit(event, correctEvent(event.content, this.#maker.composition("event", event.number, event.edits + 1)));
  }

  #changeContacts(verb: Verb): void {
    const { contacts } = this.#desk;
    const live = contacts.live();
    if (live.length === 0 || verb === "create") return void this.#maker.addContact();
    const contact = this.#chance.pick(live);
    if (verb === "delete") return contacts.delete(contact);
    if (verb === "move" && contacts.containers().length > 1) {
      return contacts.move(contact, this.#other(contacts, contact.container));
    }
    contacts.edit(contact, correctContact(this.#maker.composition("contact", contact.number, contact.edits + 1)));
  }

  #changeTasks(verb: Verb): void {
    const { tasks } = this.#desk;
    const live = tasks.live();
    if (live.length === 0 || verb === "create") return void this.#maker.addTask();
    const task = this.#chance.pick(live);
    if (verb === "delete") return tasks.delete(task);
    if (verb === "move") return tasks.move(task, this.#other(tasks, task.container));
    if (this.#chance.happens(0.4)) return tasks.complete(task, task.content.status !== "completed");
    tasks.edit(task, correctTask(this.#maker.composition("task", task.number, task.edits + 1)));
  }

  #changeDrive(verb: Verb): void {
    const { drive } = this.#desk;
    const files = drive.visible().filter((one) => one.content.kind !== "folder");
    const trashed = drive.live().filter((one) => one.content.trashed && !drive.at(one.container)?.content.trashed);
    if (files.length === 0 || verb === "create") return void this.#maker.addFile();
    const file = this.#chance.pick(files);
    const folders = drive.visible().filter((one) => one.content.kind === "folder");
    // Folders are renamed, moved and binned too, with what is in them, but less often.
    const item = folders.length > 0 && this.#chance.happens(FOLDERS_SHARE) ? this.#chance.pick(folders) : file;
    switch (verb) {
      case "rename":
        return drive.rename(item, item.content.name.replace(/( \(\d+\))?(\.\w+)?$/, ` (${item.version})$2`));
      case "move": {
        const target = this.#maker.anyFolder();
        if (target.number !== item.container && !drive.contains(item, target)) return drive.move(item, target.number);
        break;
      }
      case "trash":
        return drive.trash(item);
      case "restore":
        if (trashed.length > 0) return drive.restore(this.#chance.pick(trashed));
        break;
      case "delete":
        return drive.delete(file);
    }
    drive.rewrite(file, correctFile(file.content, this.#maker.composition("file", file.number, file.edits + 1)));
  }

  #other(store: { containers(): { number: number }[] }, number: number): number {
    const others = store.containers().filter((one) => one.number !== number);
    return others.length === 0 ? number : this.#chance.pick(others).number;
  }
}
