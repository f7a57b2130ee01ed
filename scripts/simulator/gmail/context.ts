import type { Context } from "hono";
import type { Clock } from "../../../shared/contracts/deps.ts";
import type { Chance } from "../chance.ts";
import type { CallCounts } from "../counts.ts";
import type { SimulatorFaults } from "../faults.ts";
import type { GmailMailbox } from "../mailbox/gmail_mailbox.ts";
import type { Desk } from "../desk.ts";
import type { DeskHabits } from "../desk_habits.ts";
import type { Drives } from "../google_drive/drives.ts";
import type { Grant, Grants } from "../oauth/grants.ts";
import type { Channels } from "./channels.ts";
import type { GoogleIds } from "./ids.ts";
import type { Watches } from "./watches.ts";

/** A person with a Google account. */
export interface GoogleUser {
  readonly user: string;
  /** The account's number, `sub` in sign-in answers. */
  readonly subject: string;
  readonly name: string;
  readonly address: string;
  readonly mailbox: GmailMailbox;
  readonly desk: Desk;
  readonly habits: DeskHabits;
  readonly ids: GoogleIds;
  readonly drives: Drives;
  /** The next history read finds nothing yet. */
  quietOnce: boolean;
  /** Collections beside mail of which the next read finds nothing yet, such as `events/0`. */
  readonly quiet: Set<string>;
}

/** What the Google side is built on. */
export interface GoogleDeps {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly faults: SimulatorFaults;
  readonly counts: CallCounts;
  readonly grants: Grants;
  readonly users: ReadonlyMap<string, GoogleUser>;
  readonly watches: Watches;
  readonly channels: Channels;
}

/** `inner` marks a request that came inside a batch. */
export type GoogleEnv = { Bindings: { inner?: boolean } };
export type GoogleContext = Context<GoogleEnv>;

/** Who calls, and what they may. */
export interface GoogleCaller {
  readonly me: GoogleUser;
  readonly grant: Grant;
}
