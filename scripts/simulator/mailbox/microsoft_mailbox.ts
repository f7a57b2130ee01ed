import { type Chance, chanceOf } from "../chance.ts";
import type { Clock } from "../../../shared/contracts/deps.ts";
import type { Address, MailContent, NewMail } from "../content/mail.ts";
import type { SimulatorFaults } from "../faults.ts";
import { ChangeLog } from "./change_log.ts";
import { type Folder, FOLDER_NAMES, ownFolderName, WELL_KNOWN, type WellKnown } from "./folder.ts";
import { MailStore, type StoredMail } from "./mail_store.ts";
import { MicrosoftIds } from "./microsoft_ids.ts";

/** A mail of a Microsoft mailbox. */
export interface MicrosoftMail extends StoredMail {
  folder: Folder;
  isRead: boolean;
  flagged: boolean;
  moves: number;
  /** Counted only while the fault is on by which immutable ids change too. */
  immutableMoves: number;
}

/** What a subscription is told of. */
export interface MailChange {
  readonly mail: MicrosoftMail;
  readonly changeType: "created" | "updated" | "deleted";
  readonly folder: Folder;
}

/** What a mailbox is made of. */
export interface MicrosoftMailboxOptions {
  readonly seed: number;
  readonly user: string;
  readonly owner: Address;
  readonly mails: number;
  readonly folders: number;
  /** The folders that every mailbox has; some accounts lack one or the other. */
  readonly wellKnown?: readonly WellKnown[] | undefined;
  readonly clock: Clock;
  readonly faults: SimulatorFaults;
  /** Told of every change after the first filling. */
  readonly onChange: (change: MailChange) => void;
}

const HISTORY_MS = 500 * 24 * 3_600_000;
const THREAD_SHARE = 0.3;

/** The mails and folders of one person, and the logs that delta reads. */
export class MicrosoftMailbox {
  readonly store: MailStore<MicrosoftMail>;
  readonly ids: MicrosoftIds;
  /** Folders by number; 0 is the root, which is not listed. */
  readonly folders: (Folder | undefined)[] = [undefined];
  readonly folderLog = new ChangeLog();
  readonly #options: MicrosoftMailboxOptions;

  constructor(options: MicrosoftMailboxOptions) {
    this.#options = options;
    this.store = new MailStore({ seed: options.seed, owner: options.owner });
    this.ids = new MicrosoftIds(options.seed, options.user);
    for (const alias of options.wellKnown ?? WELL_KNOWN) this.createFolder(FOLDER_NAMES.en[alias], undefined, alias);
    for (let index = 0; index < options.folders; index++) {
      this.createFolder(ownFolderName(index), index % 4 === 3 ? this.byAlias("inbox") : undefined);
    }
    this.#fill(options.mails);
  }

  byAlias(alias: WellKnown): Folder {
    const folder = this.folders.find((one) => one?.alias === alias);
    if (folder === undefined) throw new RangeError(`Cannot find folder ${alias}`);
    return folder;
  }

  /** A folder by id, alias or name; undefined if there is none. */
  folder(key: string): Folder | undefined {
    const alias = key.toLowerCase();
    return this.folders.find((one) => one?.gone === false && (one.id === key || one.alias === alias)) ??
      this.folders.find((one) => one?.gone === false && one.name === key);
  }

  /** Folders that are there. */
  listFolders(): Folder[] {
    return this.folders.filter((one): one is Folder => one?.gone === false);
  }

  createFolder(name: string, parent?: Folder, alias?: WellKnown): Folder {
    const number = this.folders.length;
    const id = this.ids.folder(number);
    const folder: Folder = {
      number,
      id,
      alias,
      name,
      parent,
      log: new ChangeLog(),
      total: 0,
      unread: 0,
      gone: false,
      quietOnce: false,
    };
    this.folders.push(folder);
    this.#touch(folder);
    if (parent !== undefined) this.#touch(parent);
    return folder;
  }

  renameFolder(folder: Folder, name: string): void {
    folder.name = name;
    this.#touch(folder);
  }

  /** Deletes a folder with all that is in it. */
  deleteFolder(folder: Folder): void {
    if (folder.alias !== undefined) throw new RangeError(`Cannot delete the ${folder.alias} folder`);
    for (const child of this.listFolders()) if (child.parent === folder) this.deleteFolder(child);
    for (const number of [...folder.log.members()]) {
      const mail = this.store.find(number);
      if (mail !== undefined) this.delete(mail);
    }
    folder.gone = true;
    this.folderLog.remove(folder.number, this.#now());
  }

  content(mail: MicrosoftMail): MailContent {
    return this.store.content(mail);
  }

  /** The mail of an id that holds now; undefined if there is none, or if the id went stale by a move. */
  find(id: string): MicrosoftMail | undefined {
    const parts = this.ids.parse(id);
    const mail = this.store.find(parts?.number);
    if (mail === undefined || parts === undefined) return undefined;
    return parts.moves === (parts.immutable ? mail.immutableMoves : mail.moves) ? mail : undefined;
  }

  id(mail: MicrosoftMail, immutable: boolean): string {
    return this.ids.message({ number: mail.number, immutable, moves: immutable ? mail.immutableMoves : mail.moves });
  }

  send(given: NewMail): MicrosoftMail {
    const folder = given.folder === undefined ? this.byAlias("inbox") : this.folder(given.folder);
    if (folder === undefined) throw new RangeError(`Cannot send to folder "${given.folder}": there is none`);
    const thread = given.replyTo === undefined ? undefined : this.find(given.replyTo)?.thread;
    const mail = this.#add(folder, this.#now(), given, thread);
    this.#options.onChange({ mail, changeType: "created", folder });
    return mail;
  }

  edit(mail: MicrosoftMail, change: NewMail): void {
    this.store.edit(mail, change);
    this.#changed(mail);
  }

  setRead(mail: MicrosoftMail, isRead: boolean): void {
    if (mail.isRead === isRead) return;
    mail.isRead = isRead;
    mail.folder.unread += isRead ? -1 : 1;
    this.#changed(mail, this.#options.faults.partialItems);
    this.#touch(mail.folder);
  }

  flag(mail: MicrosoftMail, flagged: boolean): void {
    mail.flagged = flagged;
    this.#changed(mail);
  }

  move(mail: MicrosoftMail, target: Folder): void {
    const { faults, onChange } = this.#options;
    const from = mail.folder;
    if (from === target) return;
    const now = this.#now();
    this.#note(mail, now);
    this.#leave(mail);
    if (faults.lateRemovals > 0) from.log.removeLater(mail.number, now + faults.lateRemovals);
    else from.log.remove(mail.number, now);
    onChange({ mail: { ...mail }, changeType: "deleted", folder: from });
    mail.moves++;
    if (faults.immutableIdsChange) mail.immutableMoves++;
    const known = faults.loseMovedBack && target.log.knows(mail.number);
    mail.folder = target;
    this.#enter(mail);
    if (known) target.log.putUnseen(mail.number);
    else target.log.put(mail.number, now);
    onChange({ mail, changeType: "created", folder: target });
  }

  /** Takes a mail away for good. */
  delete(mail: MicrosoftMail): void {
    const folder = mail.folder;
    this.#leave(mail);
    folder.log.remove(mail.number, this.#now());
    this.store.remove(mail);
    this.#options.onChange({ mail, changeType: "deleted", folder });
  }

  #fill(mails: number): void {
    const { clock, seed, user } = this.#options;
    const chance = chanceOf(seed, user, "first mails");
    const now = clock.now();
    for (let number = 0; number < mails; number++) {
      const age = Math.floor(HISTORY_MS * (1 - (number + 1) / (mails + 1)));
      const mail = this.#add(
        this.#anyFolder(chance),
        now - age,
        {},
        this.#anyThread(chance, number),
        chance.happens(0.8),
      );
      if (chance.happens(0.05)) mail.flagged = true;
    }
  }

  #anyFolder(chance: Chance): Folder {
    const own = this.folders.filter((one): one is Folder => one !== undefined && one.alias === undefined);
    if (own.length > 0 && chance.happens(0.4)) return chance.pick(own);
    const filled = ["inbox", "inbox", "inbox", "sentitems", "archive", "junkemail"] as const;
    return this.byAlias(chance.pick(filled.filter((alias) => this.folders.some((one) => one?.alias === alias))));
  }

  #anyThread(chance: Chance, number: number): number | undefined {
    if (number === 0 || !chance.happens(THREAD_SHARE)) return undefined;
    return this.store.at(Math.max(0, number - 1 - chance.below(20)))?.thread;
  }

  #add(folder: Folder, at: number, given: NewMail, joined: number | undefined, isRead = false): MicrosoftMail {
    const number = this.store.nextNumber;
    const thread = joined ?? number;
    const mail: MicrosoftMail = {
      number,
      thread,
      receivedAt: at,
      modifiedAt: at,
      version: 1,
      edits: 0,
      given: this.store.contentOf(given, number, thread),
      gone: false,
      folder,
      isRead: given.isRead ?? isRead,
      flagged: false,
      moves: 0,
      immutableMoves: 0,
    };
    this.store.add(mail);
    this.#enter(mail);
    folder.log.put(number, at);
    return mail;
  }

  #changed(mail: MicrosoftMail, partial = false): void {
    const now = this.#now();
    this.#note(mail, now);
    mail.folder.log.put(mail.number, now, partial);
    this.#options.onChange({ mail, changeType: "updated", folder: mail.folder });
  }

  #note(mail: MicrosoftMail, now: number): void {
    mail.version++;
    mail.modifiedAt = now;
  }

  #enter(mail: MicrosoftMail): void {
    mail.folder.total++;
    if (!mail.isRead) mail.folder.unread++;
    this.#touch(mail.folder);
  }

  #leave(mail: MicrosoftMail): void {
    mail.folder.total--;
    if (!mail.isRead) mail.folder.unread--;
    this.#touch(mail.folder);
  }

  #touch(folder: Folder): void {
    this.folderLog.put(folder.number, this.#now());
  }

  #now(): number {
    return this.#options.clock.now();
  }
}
