import type { Clock } from "../../shared/contracts/deps.ts";
import type { StoredEvent } from "./calendar/store.ts";
import { starts } from "./calendar/recurrence.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { composeContact, correctContact } from "./content/contacts.ts";
import { composeEvent, correctEvent } from "./content/events.ts";
import { composeFile, composeFolder, correctFile } from "./content/files.ts";
import { DESK_PHRASES } from "./content/desk_phrases.ts";
import type { DeskComposition } from "./content/setting.ts";
import { composeTask, correctTask } from "./content/tasks.ts";
import type { Desk, DeskSize } from "./desk.ts";
import { ROOT, type StoredFile } from "./drive/store.ts";
import type { Verb } from "./journal.ts";
import type { ProviderName } from "./oauth/grants.ts";

/** The parts of a desk. */
export type DeskPart = "calendar" | "contacts" | "drive" | "tasks";

/** What a random change of a desk did. */
export interface DoneDeskChange {
  readonly part: DeskPart;
  readonly verb: Verb;
  /** The item's number. */
  readonly item: number;
}

const EXCEPTIONS_SHARE = 0.5;
const FOLDERS_SHARE = 0.15;
const YEAR_MS = 366 * 24 * 3_600_000;

/** How often people do what, of the changes of one part. */
const HABITS: Readonly<Record<DeskPart, readonly Verb[]>> = {
  calendar: ["create", "create", "edit", "edit", "edit", "move", "cancel", "delete"],
  contacts: ["create", "edit", "edit", "edit", "move", "delete"],
  drive: ["create", "create", "edit", "edit", "edit", "rename", "move", "trash", "restore", "delete"],
  tasks: ["create", "create", "edit", "edit", "edit", "move", "delete"],
};

/** Fills a desk, and does with it what people do, at random from the seed. */
export class DeskHabits {
  readonly #desk: Desk;
  readonly #seed: number;
  readonly #clock: Clock;
  readonly #provider: ProviderName;
  readonly #chance: Chance;

  constructor(options: { desk: Desk; seed: number; clock: Clock; provider: ProviderName }) {
    this.#desk = options.desk;
    this.#seed = options.seed;
    this.#clock = options.clock;
    this.#provider = options.provider;
    this.#chance = chanceOf(options.seed, options.desk.owner.address, "desk");
  }

  /** Containers with the person's names for them, and so many items. */
  fill(size: DeskSize): void {
    const { calendar, contacts, drive, tasks } = this.#desk;
    const names = DESK_PHRASES.en;
    for (const name of names.calendars) calendar.addContainer(name);
    for (const name of names.lists) tasks.addContainer(name);
    contacts.addContainer("Contacts");
    if (this.#provider === "microsoft") contacts.addContainer("Suppliers");
    for (const [at, name] of names.folders.entries()) {
      const parent = at === 2 ? drive.nextNumber - 1 : ROOT;
      drive.create(parent, composeFolder(name, this.#composition("file", drive.nextNumber)));
    }
    for (let count = 0; count < size.events; count++) this.addEvent();
    for (let count = 0; count < size.contacts; count++) this.addContact();
    for (let count = 0; count < size.files; count++) this.addFile();
    for (let count = 0; count < size.tasks; count++) this.addTask();
  }

  /** An event; one that is a series may have a changed and a cancelled occurrence. */
  addEvent(): StoredEvent {
    const { calendar } = this.#desk;
    const service = this.#provider === "microsoft" ? "teams" : "meet";
    const content = composeEvent(this.#composition("event", calendar.nextNumber), service);
    const event = calendar.create(this.#chance.pick(calendar.containers()).number, content);
    if (content.recurrence !== null && this.#chance.happens(EXCEPTIONS_SHARE)) {
      this.#exceptOne(event);
      this.#cancelOne(event);
    }
    return event;
  }

  addContact() {
    const { contacts } = this.#desk;
    const content = composeContact(this.#composition("contact", contacts.nextNumber));
    return contacts.create(this.#chance.pick(contacts.containers()).number, content);
  }

  addFile() {
    const { drive } = this.#desk;
    return drive.create(this.#anyFolder().number, composeFile(this.#composition("file", drive.nextNumber)));
  }

  addTask() {
    const { tasks } = this.#desk;
    const content = composeTask(this.#composition("task", tasks.nextNumber));
    return tasks.create(this.#chance.pick(tasks.containers()).number, content);
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
    if (events.length === 0 || verb === "create") return void this.addEvent();
    const event = this.#chance.pick(events);
    switch (verb) {
      case "delete":
        return calendar.delete(event);
      case "move":
        if (calendar.kind(event) !== "exception") return calendar.move(event, this.#other(calendar, event.container));
        break;
      case "cancel":
        if (calendar.kind(event) === "series") return this.#cancelOne(event);
        break;
      default:
        if (calendar.kind(event) === "series" && this.#chance.happens(0.5)) return this.#exceptOne(event);
    }
    calendar.edit(event, correctEvent(event.content, this.#composition("event", event.number, event.edits + 1)));
  }

  #changeContacts(verb: Verb): void {
    const { contacts } = this.#desk;
    const live = contacts.live();
    if (live.length === 0 || verb === "create") return void this.addContact();
    const contact = this.#chance.pick(live);
    if (verb === "delete") return contacts.delete(contact);
    if (verb === "move" && contacts.containers().length > 1) {
      return contacts.move(contact, this.#other(contacts, contact.container));
    }
    contacts.edit(contact, correctContact(this.#composition("contact", contact.number, contact.edits + 1)));
  }

  #changeTasks(verb: Verb): void {
    const { tasks } = this.#desk;
    const live = tasks.live();
    if (live.length === 0 || verb === "create") return void this.addTask();
    const task = this.#chance.pick(live);
    if (verb === "delete") return tasks.delete(task);
    if (verb === "move") return tasks.move(task, this.#other(tasks, task.container));
    if (this.#chance.happens(0.4)) return tasks.complete(task, task.content.status !== "completed");
    tasks.edit(task, correctTask(this.#composition("task", task.number, task.edits + 1)));
  }

  #changeDrive(verb: Verb): void {
    const { drive } = this.#desk;
    const files = drive.visible().filter((one) => one.content.kind !== "folder");
    const trashed = drive.live().filter((one) => one.content.trashed && !drive.at(one.container)?.content.trashed);
    if (files.length === 0 || verb === "create") return void this.addFile();
    const file = this.#chance.pick(files);
    const folders = drive.visible().filter((one) => one.content.kind === "folder");
    // Folders are renamed, moved and binned too, with what is in them, but less often.
    const item = folders.length > 0 && this.#chance.happens(FOLDERS_SHARE) ? this.#chance.pick(folders) : file;
    switch (verb) {
      case "rename":
        return drive.rename(item, item.content.name.replace(/( \(\d+\))?(\.\w+)?$/, ` (${item.version})$2`));
      case "move": {
        const target = this.#anyFolder();
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
    drive.rewrite(file, correctFile(file.content, this.#composition("file", file.number, file.edits + 1)));
  }

  /** The root, or a folder that is not in the bin. */
  #anyFolder(): StoredFile {
    const { drive } = this.#desk;
    return this.#chance.pick(drive.live().filter((one) => one.content.kind === "folder" && !one.content.trashed));
  }

  #other(store: { containers(): { number: number }[] }, number: number): number {
    const others = store.containers().filter((one) => one.number !== number);
    return others.length === 0 ? number : this.#chance.pick(others).number;
  }

  #exceptOne(series: StoredEvent): void {
    const { calendar } = this.#desk;
    const planned = this.#anyPlanned(series);
    if (planned === undefined) return this.#cancelOne(series);
    const composition = this.#composition("event", calendar.nextNumber);
    calendar.except(
      series,
      planned,
      correctEvent({ ...series.content, start: planned, recurrence: null }, composition),
    );
  }

  #cancelOne(series: StoredEvent): void {
    const planned = this.#anyPlanned(series);
    if (planned === undefined) this.#desk.calendar.delete(series);
    else this.#desk.calendar.cancelOccurrence(series, planned);
  }

  /** The planned start of an occurrence that is there as the series planned it. */
  #anyPlanned(series: StoredEvent): string | undefined {
    const { calendar } = this.#desk;
    const { start, recurrence } = series.content;
    if (recurrence === null) return undefined;
    const out = new Set<string | undefined>(calendar.cancelledOf(series));
    for (const one of calendar.exceptions(series)) out.add(one.content.series?.planned);
    const upTo = new Date(this.#clock.now() + YEAR_MS).toISOString().slice(0, 19);
    const all = [...starts(start, recurrence, upTo)].slice(0, 30).filter((one) => !out.has(one));
    return all.length === 0 ? undefined : this.#chance.pick(all);
  }

  #composition(of: DeskComposition["of"], number: number, edits = 0): DeskComposition {
    return { seed: this.#seed, owner: this.#desk.owner, of, number, edits, now: this.#clock.now() };
  }
}
