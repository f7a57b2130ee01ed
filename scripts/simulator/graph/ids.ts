import { hash } from "../chance.ts";
import type { DeskPart } from "../desk_habits.ts";

/** Letters by which an id tells what it names. */
const ITEM = { calendar: "V", contacts: "C", drive: "D", tasks: "T" } as const;
const CONTAINER = { calendar: "K", contacts: "B", drive: "R", tasks: "L" } as const;
const FORM = /^(AAMkAD|AAkALg)([0-9A-F]{8})-([A-Z])([0-9a-z]{5})(?:_([0-9T-]+))?AAA=$/;
const DRIVE_FORM = /^01([0-9A-F]{8})([0-9A-Z]{6})$/;

/** What an id names: an item or container by number, or an occurrence of a series by when it was planned. */
export interface NamedItem {
  readonly number: number;
  /** `2026-11-24T09:00:00` for an occurrence of the series `number`. */
  readonly planned?: string;
}

/**
 * Ids of what a person keeps at Microsoft beside mail. Outlook's items have an immutable id and a default one, which
 * differ here in their beginning only; containers and files have one id each.
 */
export class GraphIds {
  readonly #tag: string;
  readonly #driveId: string;

  constructor(seed: number, user: string) {
    const digest = hash("graph desk ids", seed, user);
    this.#tag = digest.toString(16).toUpperCase().padStart(8, "0");
    this.#driveId = `b!${this.#tag}_${hash("drive", seed, user).toString(36)}-Q`;
  }

  /** The immutable id of an item. */
  item(part: DeskPart, number: number, immutable = true): string {
    if (part === "drive") return `01${this.#tag}${number.toString(36).toUpperCase().padStart(6, "0")}`;
    return this.#outlook(ITEM[part], number, immutable, "");
  }

  /** The id of an occurrence that is computed from a series. */
  occurrence(series: number, planned: string, immutable = true): string {
    return this.#outlook(ITEM.calendar, series, immutable, `_${planned.replaceAll(":", "-")}`);
  }

  /** The id of a calendar, contact folder or task list; of a drive for any number. */
  container(part: DeskPart, number: number): string {
    return part === "drive" ? this.#driveId : this.#outlook(CONTAINER[part], number, false, "");
  }

  /** What an item's id names; undefined if it is none of this person's. */
  parseItem(part: DeskPart, id: string): NamedItem | undefined {
    if (part === "drive") {
      const [, tag, number] = DRIVE_FORM.exec(id) ?? [];
      return tag === this.#tag && number !== undefined ? { number: parseInt(number, 36) } : undefined;
    }
    const [, , tag, letter, number, planned] = FORM.exec(id) ?? [];
    if (tag !== this.#tag || letter !== ITEM[part] || number === undefined) return undefined;
    const named = { number: parseInt(number, 36) };
    return planned === undefined ? named : { ...named, planned: planned.replace(/-(\d\d)-(\d\d)$/, ":$1:$2") };
  }

  /** The number of a container; undefined if it is none of this person's. */
  parseContainer(part: DeskPart, id: string): number | undefined {
    const [, , tag, letter, number] = FORM.exec(id) ?? [];
    return tag === this.#tag && letter === CONTAINER[part] && number !== undefined ? parseInt(number, 36) : undefined;
  }

  #outlook(letter: string, number: number, immutable: boolean, place: string): string {
    const form = immutable ? "AAkALg" : "AAMkAD";
    return `${form}${this.#tag}-${letter}${number.toString(36).padStart(5, "0")}${place}AAA=`;
  }
}
