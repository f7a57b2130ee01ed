import type { Clock } from "../../../shared/contracts/deps.ts";
import { type Chance, chanceOf, hash } from "../chance.ts";
import type { Address, MailContent, NewMail } from "../content/mail.ts";
import type { SimulatorFaults } from "../faults.ts";
import { ownFolderName } from "./folder.ts";
import { GmailHistory, type HistoryType } from "./gmail_history.ts";
import type { OwnLabel } from "./labels.ts";
import { MailStore, type StoredMail } from "./mail_store.ts";

/** A mail of a Gmail mailbox. */
export interface GmailMail extends StoredMail {
  labels: readonly string[];
  historyId: number;
}

/** What a Gmail mailbox is made of. */
export interface GmailMailboxOptions {
  readonly seed: number;
  readonly user: string;
  readonly owner: Address;
  readonly mails: number;
  /** Labels that the person made. */
  readonly labels: number;
  readonly clock: Clock;
  readonly faults: SimulatorFaults;
  /** Told of every change after the first filling. */
  readonly onChange: (mail: GmailMail) => void;
}

const HISTORY_MS = 500 * 24 * 3_600_000;
const THREAD_SHARE = 0.3;

/** The mails and labels of one person, and the history that syncing reads. Contents never change here. */
export class GmailMailbox {
  readonly store: MailStore<GmailMail>;
  readonly history: GmailHistory;
  readonly #options: GmailMailboxOptions;
  readonly #labels = new Map<string, OwnLabel>();
  readonly #tag: string;
  #labelCount = 0;

  constructor(options: GmailMailboxOptions) {
    this.#options = options;
    this.store = new MailStore({ seed: options.seed, owner: options.owner });
    this.history = new GmailHistory({ ...options, chance: chanceOf(options.seed, options.user, "history") });
    this.#tag = (hash("gmail ids", options.seed, options.user) & 0xffff).toString(16).padStart(4, "0");
    for (let index = 0; index < options.labels; index++) this.createLabel(ownFolderName(index));
    this.#fill();
  }

  /** Sixteen hexadecimal digits; a thread has the id of its first mail. */
  id(number: number): string {
    return `19${this.#tag}${number.toString(16).padStart(10, "0")}`;
  }

  find(id: string): GmailMail | undefined {
    if (!/^[0-9a-f]{16}$/.test(id) || id.slice(2, 6) !== this.#tag) return undefined;
    return this.store.find(parseInt(id.slice(6), 16));
  }

  content(mail: GmailMail): MailContent {
    return this.store.content(mail);
  }

  ownLabels(): OwnLabel[] {
    return [...this.#labels.values()];
  }

  createLabel(name: string): OwnLabel {
    const label = { id: `Label_${++this.#labelCount}`, name };
    this.#labels.set(label.id, label);
    return label;
  }

  /** Deletes a label; mails that carry it lose it. */
  deleteLabel(id: string): void {
    this.#labels.delete(id);
    for (const mail of this.store.live) if (mail.labels.includes(id)) this.relabel(mail, [], [id]);
  }

  send(given: NewMail): GmailMail {
    const thread = given.replyTo === undefined ? undefined : this.find(given.replyTo)?.thread;
    const number = this.store.nextNumber;
    const content = this.store.contentOf(given, number, thread ?? number);
    const unread = given.isRead === true ? [] : ["UNREAD"];
    return this.#arrive(given.labels ?? [...unread, "CATEGORY_PERSONAL", "INBOX"], content, thread, 0);
  }

  /** A mail with changed content is another mail, as when a draft is saved: the old one is deleted, a new one added. */
  replace(mail: GmailMail, change: NewMail): GmailMail {
    const { labels, thread, edits } = mail;
    const content = this.store.edited(mail, change);
    this.delete(mail);
    return this.#arrive(labels, content, thread, edits + 1);
  }

  /** Adds and removes labels; says nothing where nothing changes. */
  relabel(mail: GmailMail, add: readonly string[], remove: readonly string[]): void {
    const added = add.filter((label) => !mail.labels.includes(label));
    const removed = remove.filter((label) => mail.labels.includes(label) && !add.includes(label));
    if (removed.length > 0) {
      mail.labels = mail.labels.filter((label) => !removed.includes(label));
      this.#note(mail, "labelsRemoved", removed);
    }
    if (added.length > 0) {
      mail.labels = [...mail.labels, ...added];
      this.#note(mail, "labelsAdded", added);
    }
    if (added.length + removed.length > 0) this.#options.onChange(mail);
  }

  /** Takes a mail away for good. */
  delete(mail: GmailMail): void {
    this.store.remove(mail);
    this.#note(mail, "messagesDeleted", []);
    this.#options.onChange(mail);
  }

  #arrive(
    labels: readonly string[],
    content: MailContent | undefined,
    thread: number | undefined,
    edits: number,
  ): GmailMail {
    const mail = this.#add(this.#options.clock.now(), labels, content, thread, edits);
    this.#options.onChange(mail);
    return mail;
  }

  #fill(): void {
    const { clock, seed, user, mails } = this.#options;
    const chance = chanceOf(seed, user, "first mails");
    const now = clock.now();
    for (let number = 0; number < mails; number++) {
      const age = Math.floor(HISTORY_MS * (1 - (number + 1) / (mails + 1)));
      const joined = number > 0 && chance.happens(THREAD_SHARE)
        ? this.store.at(Math.max(0, number - 1 - chance.below(20)))?.thread
        : undefined;
      this.#add(now - age, this.#firstLabels(chance), undefined, joined, 0);
    }
  }

  #firstLabels(chance: Chance): string[] {
    const labels = [chance.pick(["CATEGORY_PERSONAL", "CATEGORY_PERSONAL", "CATEGORY_UPDATES", "CATEGORY_PROMOTIONS"])];
    if (chance.happens(0.2)) labels.unshift("UNREAD");
    if (chance.happens(0.05)) labels.push("STARRED");
    if (chance.happens(0.15)) labels.push("IMPORTANT");
    if (this.#labels.size > 0 && chance.happens(0.3)) labels.push(chance.pick(this.ownLabels()).id);
    labels.push(
      ...chance.pick([["INBOX"], ["INBOX"], ["INBOX"], ["SENT"], [], [chance.happens(0.3) ? "SPAM" : "INBOX"]]),
    );
    return labels;
  }

  #add(
    at: number,
    labels: readonly string[],
    given: MailContent | undefined,
    joined: number | undefined,
    edits: number,
  ): GmailMail {
    const number = this.store.nextNumber;
    const mail: GmailMail = {
      number,
      thread: joined ?? number,
      receivedAt: at,
      modifiedAt: at,
      version: 0,
      edits,
      given,
      gone: false,
      labels,
      historyId: 0,
    };
    this.store.add(mail);
    this.#note(mail, "messagesAdded", []);
    return mail;
  }

  #note(mail: GmailMail, type: HistoryType, labels: readonly string[]): void {
    mail.version++;
    mail.modifiedAt = this.#options.clock.now();
    mail.historyId = this.history.add({
      type,
      number: mail.number,
      thread: mail.thread,
      labels,
      resulting: mail.labels,
      at: mail.modifiedAt,
    });
  }
}
