import type { Desk } from "./desk.ts";
import type { DeskPart } from "./desk_habits.ts";

/** What the provider holds of one item beside mail: what Millrace should come to hold too. */
export interface TrueItem {
  readonly part: DeskPart;
  /** The item's number in its store. */
  readonly number: number;
  readonly id: string;
  /** The id of the calendar, address book or list; of a file, of its drive. */
  readonly container: string;
  readonly title: string;
  /** A word that nothing else contains; `""` for folders. */
  readonly word: string;
  /** `single`, `series` or `exception`; the kind of a file; `contact`; `task`. */
  readonly kind: string;
}

/** How a provider names things. */
export interface DeskIds {
  item(part: DeskPart, number: number): string;
  container(part: DeskPart, number: number): string;
}

/** Every item of a part that is there, by the provider's id. What lies in a drive's bin is not. */
export function trueItems(desk: Desk, part: DeskPart, ids: DeskIds): ReadonlyMap<string, TrueItem> {
  const found = new Map<string, TrueItem>();
  const add = (item: { number: number; container: number }, title: string, word: string, kind: string) => {
    const id = ids.item(part, item.number);
    const container = ids.container(part, part === "drive" ? 0 : item.container);
    found.set(id, { part, number: item.number, id, container, title, word, kind });
  };
  switch (part) {
    case "calendar":
      for (const one of desk.calendar.live()) add(one, one.content.title, one.content.word, desk.calendar.kind(one));
      break;
    case "contacts":
      for (const one of desk.contacts.live()) {
        add(one, `${one.content.givenName} ${one.content.familyName}`, one.content.word, "contact");
      }
      break;
    case "drive":
      for (const one of desk.drive.visible()) add(one, one.content.name, one.content.word, one.content.kind);
      break;
    case "tasks":
      for (const one of desk.tasks.live()) add(one, one.content.title, one.content.word, "task");
      break;
  }
  return found;
}
