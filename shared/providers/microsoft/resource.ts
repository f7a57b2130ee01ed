/** What each resource of an account at Microsoft is to the provider: one of these for mail, calendar, contacts, ... */
import type { Deps } from "../../contracts/deps.ts";
import type { ResourceName } from "../../contracts/ids.ts";
import type { Extract } from "../office_file.ts";
import type { ChangePage, ItemName, LookedUp, Mailbox, OfferedContainer } from "../port.ts";

/** What a resource is read through. */
export interface Reading {
  readonly deps: Deps;
  readonly mailbox: Mailbox;
  /** Graph's address with its version. */
  readonly base: string;
  /** Reads the text of files. */
  readonly extract: Extract;
}

/** One resource. */
export interface GraphResource {
  readonly resource: ResourceName;
  /** The delegated permission that a person is asked for. */
  readonly scope: string;
  /** Permissions of which each allows to read it, in lower case. */
  readonly read_by: readonly string[];
  readonly subscription: SubscriptionForm;
  /** What a first read begins with, where that is not the plain beginning. */
  readonly first_cursor?: string;
  changes(reading: Reading, cursor: string, urgent?: boolean): Promise<ChangePage>;
  lookup(reading: Reading, items: readonly ItemName[], cursor: string): Promise<readonly LookedUp[]>;
  /** What a person may choose among (`Provider.containers`). */
  containers(reading: Reading, parent: string): Promise<readonly OfferedContainer[]>;
  /** The parts that a subscription each watches, as the cursor knows them. */
  targets(cursor: string): readonly string[];
}

/** How Graph notifies about a resource. */
export interface SubscriptionForm {
  /** What is watched, e.g. `/me/messages`. */
  path(target: string): string;
  /** Whether a subscription that Graph lists watches the same: it gives the path back in another form. */
  watches(listed_path: string, target: string): boolean;
  readonly change_types: string;
  /** A little below what is allowed, which leaves room for a slow request. */
  readonly life_minutes: number;
  /** Permissions of which one is needed besides reading, in lower case; empty where reading is enough. */
  readonly needs: readonly string[];
}

/** Outlook's resources may be watched for less than 7 days (10,080 minutes). */
export const OUTLOOK_LIFE_MINUTES = 10_070;

/** The one target of a resource that is watched as a whole. */
export const WHOLE: readonly string[] = [""];
