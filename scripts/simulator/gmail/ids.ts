import { hash } from "../chance.ts";
import type { StoredEvent } from "../calendar/store.ts";
import { instantOf } from "../calendar/recurrence.ts";
import type { Desk } from "../desk.ts";
import type { DeskPart } from "../desk_habits.ts";

/** What an event's id names: an event by number, or an occurrence of a series by its local planned start. */
export interface NamedEvent {
  readonly number: number;
  readonly planned?: string;
}

/** Ids of what a person keeps at Google beside mail, in the forms that Google gives them. */
export class GoogleIds {
  readonly #desk: Desk;
  readonly #tag: string;

  constructor(desk: Desk, seed: number, user: string) {
    this.#desk = desk;
    this.#tag = hash("google desk ids", seed, user).toString(16).padStart(8, "0");
  }

  item(part: DeskPart, number: number): string {
    switch (part) {
      case "calendar":
        return this.event(number);
      case "contacts":
        return `people/c${this.#decimal(number)}`;
      case "tasks":
        return btoa(`${this.#tag}:t:${number}`).replace(/=+$/, "");
      case "drive":
        return `1${this.#tag}${number.toString(36).padStart(6, "0")}_mine-dQrPsTuVwXyZ`;
    }
  }

  /** The id of a calendar or list. There is one address book; a drive is its root folder. */
  container(part: DeskPart, number: number): string {
    switch (part) {
      case "calendar":
        return number === 0
          ? this.#desk.owner.address
          : `c_${this.#tag}${number.toString(16).padStart(6, "0")}@group.calendar.google.com`;
      case "contacts":
        return "people/me";
      case "tasks":
        return btoa(`${this.#tag}:l:${number}`).replace(/=+$/, "");
      case "drive":
        return `0A${this.#tag}Uk9PVA`;
    }
  }

  /** The number of the calendar or list that an id names; undefined for none of this person's. */
  parseContainer(part: "calendar" | "tasks", id: string): number | undefined {
    const store = this.#desk[part];
    if (part === "calendar" && id === "primary") return 0;
    if (part === "tasks" && id === "@default") return 0;
    return store.containers().find((one) => this.container(part, one.number) === id)?.number;
  }

  /** The number of a contact, a task or a file. */
  parseItem(part: "contacts" | "drive" | "tasks", id: string): number | undefined {
    const number = part === "contacts"
      ? Number(/^people\/c([1-9]\d{9,})$/.exec(id)?.[1] ?? NaN) - this.#base
      : part === "tasks"
      ? Number(decoded(id).split(":")[2] ?? NaN)
      : parseInt(id.slice(9, 15), 36);
    return Number.isInteger(number) && number >= 0 && this.item(part, number) === id ? number : undefined;
  }

  /** An event's id; an exception has that of the occurrence whose place it takes. */
  event(number: number): string {
    const series = this.#desk.calendar.at(number)?.content.series;
    if (series !== null && series !== undefined) return this.occurrence(series.number, series.planned);
    return `${this.#tag.replace(/[^0-9a-v]/g, "0")}${number.toString(32).padStart(10, "0")}`;
  }

  /** The id of an occurrence: that of its series with the planned start, as a day or as a moment in UTC. */
  occurrence(series: number, planned: string): string {
    return `${this.event(series)}_${plannedForm(this.#desk.calendar.at(series), planned)}`;
  }

  parseEvent(id: string): NamedEvent | undefined {
    const [bare = "", form] = id.split("_");
    const number = parseInt(bare.slice(8), 32);
    const event = this.#desk.calendar.at(number);
    if (event === undefined || this.event(number) !== bare) return undefined;
    if (form === undefined) return { number };
    const planned = localForm(event, form);
    return planned === undefined ? undefined : { number, planned };
  }

  get #base(): number {
    return 1_000_000_000 + (parseInt(this.#tag, 16) % 1_000_000) * 1_000_000;
  }

  #decimal(number: number): string {
    return String(this.#base + number);
  }
}

function decoded(id: string): string {
  try {
    return atob(id);
  } catch {
    return "";
  }
}

function plannedForm(series: StoredEvent | undefined, planned: string): string {
  if (series === undefined) throw new RangeError(`Cannot name an occurrence of no series at ${planned}`);
  if (series.content.allDay) return planned.slice(0, 10).replaceAll("-", "");
  const moment = new Date(instantOf(planned, series.content.zone)).toISOString();
  return `${moment.slice(0, 19).replace(/[-:]/g, "")}Z`;
}

function localForm(series: StoredEvent, form: string): string | undefined {
  const [, date, time] = /^(\d{8})(?:T(\d{6})Z)?$/.exec(form) ?? [];
  if (date === undefined) return undefined;
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  if (time === undefined) return `${day}T00:00:00`;
  const moment = `${day}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}Z`;
  if (!Number.isFinite(Date.parse(moment))) return undefined;
  return Temporal.Instant.from(moment).toZonedDateTimeISO(series.content.zone).toPlainDateTime().toString({
    smallestUnit: "second",
  });
}
