import { type Chance, chanceOf } from "../chance.ts";
import { formatAddress, type NewMail } from "../content/mail.ts";
import type { Folder } from "../mailbox/folder.ts";
import type { MicrosoftMail } from "../mailbox/microsoft_mailbox.ts";
import type { Desk } from "../desk.ts";
import type { DeskPart, DoneDeskChange } from "../desk_habits.ts";
import { type TrueItem, trueItems } from "../desk_truth.ts";
import type { DoneChange, FolderInfo, SimulatedPerson, TrueMail } from "../person.ts";
import { randomChange } from "../random_change.ts";
import type { MicrosoftUser } from "./context.ts";
import { eventId } from "./event_shape.ts";
import type { Notifier } from "./notifications.ts";
import type { LifecycleEvent } from "./watching.ts";

const SEARCHED_MAX = 1_000;

/** A person whose mail is at Microsoft. */
export class MicrosoftPerson implements SimulatedPerson {
  readonly provider = "microsoft";
  readonly #me: MicrosoftUser;
  readonly #notifier: Notifier;
  readonly #chance: Chance;

  constructor(me: MicrosoftUser, notifier: Notifier, seed: number) {
    this.#me = me;
    this.#notifier = notifier;
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
    return this.#id(this.#me.mailbox.send(mail));
  }

  edit(id: string, change: NewMail = {}): string {
    const mail = this.#mail(id);
    this.#me.mailbox.edit(mail, change);
    return this.#id(mail);
  }

  setRead(id: string, isRead = true): void {
    this.#me.mailbox.setRead(this.#mail(id), isRead);
  }

  flag(id: string, flagged = true): void {
    this.#me.mailbox.flag(this.#mail(id), flagged);
  }

  move(id: string, folder: string): string {
    const mail = this.#mail(id);
    this.#me.mailbox.move(mail, this.#folder(folder));
    return this.#id(mail);
  }

  delete(id: string): void {
    this.#me.mailbox.delete(this.#mail(id));
  }

  trash(id: string): string {
    return this.move(id, "deleteditems");
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
    return this.#me.mailbox.listFolders().map(info);
  }

  createFolder(name: string, parent?: string): FolderInfo {
    return info(this.#me.mailbox.createFolder(name, parent === undefined ? undefined : this.#folder(parent)));
  }

  deleteFolder(id: string): void {
    this.#me.mailbox.deleteFolder(this.#folder(id));
  }

  items(part: DeskPart): ReadonlyMap<string, TrueItem> {
    const { desk, ids } = this.#me;
    return trueItems(desk, part, {
      container: (of, number) => ids.container(of, number),
      item: (of, number) => {
        const event = of === "calendar" ? desk.calendar.at(number) : undefined;
        return event === undefined ? ids.item(of, number) : eventId(this.#me, event, true);
      },
    });
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

  lifecycle(event: LifecycleEvent): number {
    return this.#notifier.lifecycle(this.user, event);
  }

  #id(mail: MicrosoftMail): string {
    return this.#me.mailbox.id(mail, true);
  }

  #mail(id: string): MicrosoftMail {
    const mail = this.#me.mailbox.find(id);
    if (mail === undefined) throw new RangeError(`Cannot find mail "${id}" of ${this.user}`);
    return mail;
  }

  #folder(key: string): Folder {
    const folder = this.#me.mailbox.folder(key);
    if (folder === undefined) throw new RangeError(`Cannot find folder "${key}" of ${this.user}`);
    return folder;
  }

  #true(mail: MicrosoftMail): TrueMail {
    const content = this.#me.mailbox.content(mail);
    return {
      id: this.#id(mail),
      threadId: String(mail.thread),
      subject: content.subject,
      body: content.text,
      html: content.html,
      from: formatAddress(content.from),
      to: content.to.map(formatAddress),
      cc: content.cc.map(formatAddress),
      folder: info(mail.folder),
      labels: [],
      isRead: mail.isRead,
      flagged: mail.flagged,
      receivedAt: mail.receivedAt,
      language: content.language,
      word: content.word,
    };
  }
}

function info(folder: Folder): FolderInfo {
  return { id: folder.id, name: folder.name, alias: folder.alias ?? null };
}
