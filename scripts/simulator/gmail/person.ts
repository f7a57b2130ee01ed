import { type Chance, chanceOf } from "../chance.ts";
import { formatAddress, type NewMail } from "../content/mail.ts";
import type { GmailMail } from "../mailbox/gmail_mailbox.ts";
import { SYSTEM_LABELS } from "../mailbox/labels.ts";
import type { Desk } from "../desk.ts";
import type { DeskPart, DoneDeskChange } from "../desk_habits.ts";
import { type TrueItem, trueItems } from "../desk_truth.ts";
import type { DoneChange, FolderInfo, SimulatedPerson, TrueMail } from "../person.ts";
import { randomChange } from "../random_change.ts";
import type { GoogleUser } from "./context.ts";

const SEARCHED_MAX = 1_000;

/** A person whose mail is at Google. */
export class GooglePerson implements SimulatedPerson {
  readonly provider = "google";
  readonly #me: GoogleUser;
  readonly #chance: Chance;

  constructor(me: GoogleUser, seed: number) {
    this.#me = me;
    this.#chance = chanceOf(seed, me.user, "changes");
  }

  get user(): string {
    return this.#me.user;
  }
  get name(): string {
    return this.#me.name;
  }
  get address(): string {
    return this.#me.address;
  }
  get desk(): Desk {
    return this.#me.desk;
  }
  get size(): number {
    return this.#me.mailbox.store.size;
  }

  send(mail: NewMail = {}): string {
    const labels = mail.folder === undefined ? mail.labels : [this.#label(mail.folder), "UNREAD"];
    return this.#id(this.#me.mailbox.send({ ...mail, ...(labels === undefined ? {} : { labels }) }));
  }

  edit(id: string, change: NewMail = {}): string {
    return this.#id(this.#me.mailbox.replace(this.#mail(id), change));
  }

  setRead(id: string, isRead = true): void {
    this.#me.mailbox.relabel(this.#mail(id), isRead ? [] : ["UNREAD"], isRead ? ["UNREAD"] : []);
  }

  flag(id: string, flagged = true): void {
    this.#me.mailbox.relabel(this.#mail(id), flagged ? ["STARRED"] : [], flagged ? [] : ["STARRED"]);
  }

  move(id: string, folder: string): string {
    const mail = this.#mail(id);
    const label = this.#label(folder);
    const places = ["INBOX", "TRASH", "SPAM", ...this.#me.mailbox.ownLabels().map((one) => one.id)];
    this.#me.mailbox.relabel(mail, [label], places);
    return id;
  }

  delete(id: string): void {
    this.#me.mailbox.delete(this.#mail(id));
  }

  trash(id: string): string {
    this.#me.mailbox.relabel(this.#mail(id), ["TRASH"], ["INBOX"]);
    return id;
  }

  truth(): ReadonlyMap<string, TrueMail> {
    return new Map(this.#me.mailbox.store.live.map((mail) => [this.#id(mail), this.#true(mail)]));
  }

  find(id: string): TrueMail | undefined {
    const mail = this.#me.mailbox.find(id);
    return mail === undefined ? undefined : this.#true(mail);
  }

  search(text: string): TrueMail | undefined {
    const { store } = this.#me.mailbox;
    for (let number = store.nextNumber - 1; number >= Math.max(0, store.nextNumber - SEARCHED_MAX); number--) {
      const mail = store.find(number);
      if (mail === undefined) continue;
      const found = this.#true(mail);
      if (found.subject.includes(text) || found.body.includes(text)) return found;
    }
    return undefined;
  }

  folders(): readonly FolderInfo[] {
    const own = this.#me.mailbox.ownLabels().map(({ id, name }) => ({ id, name, alias: null }));
    return [{ id: "INBOX", name: "INBOX", alias: "inbox" }, ...own];
  }

  createFolder(name: string): FolderInfo {
    return { ...this.#me.mailbox.createLabel(name), alias: null };
  }

  deleteFolder(id: string): void {
    this.#me.mailbox.deleteLabel(this.#label(id));
  }

  items(part: DeskPart): ReadonlyMap<string, TrueItem> {
    if (part === "drive") return this.#files();
    return trueItems(this.#me.desk, part, this.#me.ids);
  }

  changeDesk(part?: DeskPart): DoneDeskChange {
    return this.#me.habits.change(part);
  }

  randomChange(): DoneChange {
    return randomChange(this, this.#chance, () => {
      const mail = this.#me.mailbox.store.any(this.#chance);
      return mail === undefined ? undefined : this.#id(mail);
    });
  }

  /** Gmail has no such events. */
  lifecycle(): number {
    return 0;
  }

  /** The files of all drives that the person reaches. */
  #files(): ReadonlyMap<string, TrueItem> {
    const { drives, desk } = this.#me;
    const found = new Map<string, TrueItem>();
    for (const drive of drives.reached()) {
      const container = drive.id === "" ? this.#me.ids.container("drive", 0) : drive.id;
      const ids = { item: (_: DeskPart, number: number) => drives.id(drive, number), container: () => container };
      for (const [id, item] of trueItems({ ...desk, drive: drive.store }, "drive", ids)) {
        if (drives.reaches(drive, drive.store.at(item.number))) found.set(id, item);
      }
    }
    return found;
  }

  #id(mail: GmailMail): string {
    return this.#me.mailbox.id(mail.number);
  }

  #mail(id: string): GmailMail {
    const mail = this.#me.mailbox.find(id);
    if (mail === undefined) throw new RangeError(`Cannot find mail "${id}" of ${this.user}`);
    return mail;
  }

  #label(key: string): string {
    const own = this.#me.mailbox.ownLabels().find((one) => one.id === key || one.name === key);
    const system = SYSTEM_LABELS.find((one) => one.id === key.toUpperCase());
    const label = own?.id ?? system?.id;
    if (label === undefined) throw new RangeError(`Cannot find label "${key}" of ${this.user}`);
    return label;
  }

  #true(mail: GmailMail): TrueMail {
    const content = this.#me.mailbox.content(mail);
    return {
      id: this.#id(mail),
      threadId: this.#me.mailbox.id(mail.thread),
      subject: content.subject,
      body: content.text,
      html: content.html,
      from: formatAddress(content.from),
      to: content.to.map(formatAddress),
      cc: content.cc.map(formatAddress),
      folder: null,
      labels: mail.labels,
      isRead: !mail.labels.includes("UNREAD"),
      flagged: mail.labels.includes("STARRED"),
      receivedAt: mail.receivedAt,
      language: content.language,
      word: content.word,
    };
  }
}
