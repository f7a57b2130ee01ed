import type { Desk } from "./desk.ts";
import type { DeskPart, DoneDeskChange } from "./desk_habits.ts";
import type { TrueItem } from "./desk_truth.ts";
import type { LifecycleEvent } from "./graph/watching.ts";
import type { NewMail } from "./content/mail.ts";
import type { ProviderName } from "./oauth/grants.ts";

/** What the provider holds of one mail: what Millrace should come to hold too. */
export interface TrueMail {
  readonly id: string;
  readonly threadId: string;
  readonly subject: string;
  /** The text form of the body. */
  readonly body: string;
  readonly html: string | null;
  /** `Name <address>`. */
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  /** Graph: the folder's id, alias and name. */
  readonly folder: FolderInfo | null;
  /** Gmail: the label ids. */
  readonly labels: readonly string[];
  readonly isRead: boolean;
  readonly flagged: boolean;
  readonly receivedAt: number;
  readonly language: string;
  /** A word that no other mail contains. */
  readonly word: string;
}

/** A folder of Graph, or a label of Gmail. */
export interface FolderInfo {
  readonly id: string;
  readonly name: string;
  /** Graph: `inbox`, `sentitems`, …; null for folders that the person made. */
  readonly alias: string | null;
}

/** What a random change did. */
export interface DoneChange {
  readonly kind: "send" | "edit" | "read" | "flag" | "move" | "trash" | "delete";
  /** The mail's id after the change. */
  readonly id: string;
}

/** One simulated person: what they do with their mail, and what their mailbox truly holds. */
export interface SimulatedPerson {
  readonly user: string;
  readonly provider: ProviderName;
  readonly name: string;
  readonly address: string;
  /** How many mails the mailbox holds. */
  readonly size: number;
  /** Gives the new mail's id. Graph ids are immutable ones here; every method takes default ids too. */
  send(mail?: NewMail): string;
  /** Graph: the mail changes and keeps its id. Gmail, where mails never change: deleted and added with a new id. */
  edit(id: string, change?: NewMail): string;
  setRead(id: string, isRead?: boolean): void;
  flag(id: string, flagged?: boolean): void;
  /** To a folder (id, alias or name) or, for Gmail, to a label in place of INBOX. Gives the id after the move. */
  move(id: string, folder: string): string;
  /** For good. */
  delete(id: string): void;
  /** To the deleted items, or the label TRASH. */
  trash(id: string): string;
  /** Every mail by its id. Composes all contents: costs some 20 µs a mail. */
  truth(): ReadonlyMap<string, TrueMail>;
  /** One mail; undefined if it is not there. */
  find(id: string): TrueMail | undefined;
  /** The newest mail whose subject or body contains the text, among the newest thousand. */
  search(text: string): TrueMail | undefined;
  folders(): readonly FolderInfo[];
  /** Makes a folder, or a label. */
  createFolder(name: string, parent?: string): FolderInfo;
  /** Deletes a folder with what is in it, or a label. */
  deleteFolder(id: string): void;
  /** What the person keeps beside mail: to be changed by a test as it likes. */
  readonly desk: Desk;
  /** What is there of a part of the desk, by the provider's id. */
  items(part: DeskPart): ReadonlyMap<string, TrueItem>;
  /** Does one thing that people do with their mail, at random from the seed. */
  randomChange(): DoneChange;
  /** Does one thing that people do with what they keep beside mail: with one part of it, or any. */
  changeDesk(part?: DeskPart): DoneDeskChange;
  /** Graph: tells the lifecycle address of every subscription; gives how many. Gmail: 0. */
  lifecycle(event: LifecycleEvent): number;
}
