import type { Clock } from "../../shared/contracts/deps.ts";
import { starts } from "./calendar/recurrence.ts";
import type { StoredEvent } from "./calendar/store.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { composeContact } from "./content/contacts.ts";
import { DESK_PHRASES } from "./content/desk_phrases.ts";
import { composeEvent, correctEvent } from "./content/events.ts";
import { composeFile, composeFolder } from "./content/files.ts";
import type { DeskComposition } from "./content/setting.ts";
import { composeTask } from "./content/tasks.ts";
import type { Desk, DeskSize } from "./desk.ts";
import { ROOT, type StoredFile } from "./drive/store.ts";
import type { ProviderName } from "./oauth/grants.ts";

/** Whose desk, and what chance makes of it. */
export interface DeskMakerOptions {
  readonly desk: Desk;
  readonly seed: number;
  readonly clock: Clock;
  readonly provider: ProviderName;
}

const EXCEPTIONS_SHARE = 0.5;
const YEAR_MS = 366 * 24 * 3_600_000;

/** Puts things on a desk, made up from the seed. */
export class DeskMaker {
  readonly chance: Chance;
  readonly #desk: Desk;
  readonly #seed: number;
  readonly #clock: Clock;
  readonly #provider: ProviderName;

  constructor(options: DeskMakerOptions) {
    this.#desk = options.desk;
    this.#seed = options.seed;
    this.#clock = options.clock;
    this.#provider = options.provider;
    this.chance = chanceOf(options.seed, options.desk.owner.address, "desk");
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
      drive.create(parent, composeFolder(name, this.composition("file", drive.nextNumber)));
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
    const content = composeEvent(this.composition("event", calendar.nextNumber), service);
    const event = calendar.create(this.chance.pick(calendar.containers()).number, content);
    if (content.recurrence !== null && this.chance.happens(EXCEPTIONS_SHARE)) {
      this.exceptOne(event);
      this.cancelOne(event);
    }
    return event;
  }

  addContact() {
    const { contacts } = this.#desk;
    const content = composeContact(this.composition("contact", contacts.nextNumber));
    return contacts.create(this.chance.pick(contacts.containers()).number, content);
  }

  addFile() {
    const { drive } = this.#desk;
    return drive.create(this.anyFolder().number, composeFile(this.composition("file", drive.nextNumber)));
  }

  addTask() {
    const { tasks } = this.#desk;
    const content = composeTask(this.composition("task", tasks.nextNumber));
    return tasks.create(this.chance.pick(tasks.containers()).number, content);
  }

  /** The root, or a folder that is not in the bin. */
  anyFolder(): StoredFile {
    const { drive } = this.#desk;
    return this.chance.pick(drive.live().filter((one) => one.content.kind === "folder" && !one.content.trashed));
  }

  /** Makes one occurrence of a series different; cancels one where none is left as planned. */
  exceptOne(series: StoredEvent): void {
    const { calendar } = this.#desk;
    const planned = this.#anyPlanned(series);
    if (planned === undefined) return this.cancelOne(series);
    const composition = this.composition("event", calendar.nextNumber);
    const length = Temporal.PlainDateTime.from(series.content.start).until(series.content.end);
    const end = Temporal.PlainDateTime.from(planned).add(length).toString({ smallestUnit: "second" });
    const occurrence = { ...series.content, start: planned, end, recurrence: null };
    calendar.except(series, planned, correctEvent(occurrence, composition));
  }

  /** Takes one occurrence out of a series; the series itself where none is left. */
  cancelOne(series: StoredEvent): void {
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
    return all.length === 0 ? undefined : this.chance.pick(all);
  }

  /** What an item is composed from. */
  composition(of: DeskComposition["of"], number: number, edits = 0): DeskComposition {
    return { seed: this.#seed, owner: this.#desk.owner, of, number, edits, now: this.#clock.now() };
  }
}
