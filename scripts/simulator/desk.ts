import type { Clock } from "../../shared/contracts/deps.ts";
import { CalendarStore } from "./calendar/store.ts";
import { ContactStore } from "./contacts/store.ts";
import type { Address } from "./content/mail.ts";
import { DriveStore } from "./drive/store.ts";
import { TaskStore } from "./tasks/store.ts";

/** What a person keeps beside mail, whoever the provider is. */
export interface Desk {
  readonly owner: Address;
  readonly calendar: CalendarStore;
  readonly contacts: ContactStore;
  readonly drive: DriveStore;
  readonly tasks: TaskStore;
}

/** How much of each a desk holds at first. */
export interface DeskSize {
  /** Events, a series counted once. */
  readonly events: number;
  readonly contacts: number;
  readonly files: number;
  readonly tasks: number;
}

/** An empty desk. */
export function newDesk(clock: Clock, owner: Address): Desk {
  return {
    owner,
    calendar: new CalendarStore(clock),
    contacts: new ContactStore(clock),
    drive: new DriveStore(clock, owner),
    tasks: new TaskStore(clock),
  };
}
