import type { Chance } from "../chance.ts";
import { composeMail, correct } from "../content/compose.ts";
import { type Address, asHtml, type MailContent, type NewMail, parseAddress } from "../content/mail.ts";

/** What every mailbox keeps of a mail. Content is composed again from the seed when asked for, to hold many mails. */
export interface StoredMail {
  readonly number: number;
  /** Number of the first mail of the thread. */
  readonly thread: number;
  readonly receivedAt: number;
  modifiedAt: number;
  /** Counts every change; becomes etag and change key. */
  version: number;
  /** How often the content was edited. */
  edits: number;
  /** Content that is not what the seed gives: sent or edited by hand. */
  given: MailContent | undefined;
  gone: boolean;
}

/** What the start of a mailbox needs to know. */
export interface MailStoreOptions {
  readonly seed: number;
  readonly owner: Address;
}

/** The mails of one mailbox by number, those still there among them, and their content. */
export class MailStore<Mail extends StoredMail> {
  readonly owner: Address;
  readonly #seed: number;
  readonly #mails: Mail[] = [];
  readonly #live: Mail[] = [];
  readonly #placeInLive = new Map<number, number>();
  readonly #threads = new Map<number, number>();

  constructor(options: MailStoreOptions) {
    this.owner = options.owner;
    this.#seed = options.seed;
  }

  /** The number that the next mail will have. */
  get nextNumber(): number {
    return this.#mails.length;
  }

  /** How many mails are there. */
  get size(): number {
    return this.#live.length;
  }

  /** How many threads have a mail that is there. */
  get threads(): number {
    return this.#threads.size;
  }

  /** Mails that are there, in no particular order. */
  get live(): readonly Mail[] {
    return this.#live;
  }

  add(mail: Mail): void {
    if (mail.number !== this.#mails.length) throw new RangeError(`Cannot add mail ${mail.number} out of turn`);
    this.#mails.push(mail);
    this.#placeInLive.set(mail.number, this.#live.length);
    this.#live.push(mail);
    this.#countThread(mail.thread, 1);
  }

  /** Takes a mail away for good; its number is not used again. */
  remove(mail: Mail): void {
    const place = this.#placeInLive.get(mail.number);
    const last = this.#live.pop();
    if (place === undefined || last === undefined) throw new RangeError(`Cannot remove mail ${mail.number} twice`);
    this.#placeInLive.delete(mail.number);
    if (last !== mail) {
      this.#live[place] = last;
      this.#placeInLive.set(last.number, place);
    }
    mail.gone = true;
    mail.given = undefined;
    this.#countThread(mail.thread, -1);
  }

  #countThread(thread: number, by: number): void {
    const count = (this.#threads.get(thread) ?? 0) + by;
    if (count === 0) this.#threads.delete(thread);
    else this.#threads.set(thread, count);
  }

  /** The mail of this number, gone ones included. */
  at(number: number): Mail | undefined {
    return this.#mails[number];
  }

  /** The mail of this number if it is there. */
  find(number: number | undefined): Mail | undefined {
    const mail = number === undefined ? undefined : this.#mails[number];
    return mail?.gone === false ? mail : undefined;
  }

  /** Any mail that is there, or undefined in an empty mailbox. */
  any(chance: Chance): Mail | undefined {
    return this.#live.length === 0 ? undefined : chance.pick(this.#live);
  }

  content(mail: StoredMail): MailContent {
    if (mail.given !== undefined) return mail.given;
    return composeMail({ seed: this.#seed, owner: this.owner, number: mail.number, thread: mail.thread });
  }

  /** Content for a mail about to get number `number`: what is given over what the seed would make. */
  contentOf(given: NewMail, number: number, thread: number): MailContent | undefined {
    const keys: (keyof NewMail)[] = [
      "subject",
      "body",
      "html",
      "from",
      "to",
      "cc",
      "headers",
      "importance",
      "attachment",
    ];
    if (!keys.some((key) => given[key] !== undefined)) return undefined;
    return this.#apply(composeMail({ seed: this.#seed, owner: this.owner, number, thread }), given);
  }

  /** Changes a mail's content; with nothing given, to a correction that has a distinct word of its own. */
  edit(mail: Mail, change: NewMail): void {
    mail.given = this.edited(mail, change);
    mail.edits++;
  }

  /** What an edit makes of a mail's content. */
  edited(mail: Mail, change: NewMail): MailContent {
    const before = this.content(mail);
    const bare = change.subject === undefined && change.body === undefined && change.html === undefined;
    return bare ? correct(before, this.owner, mail.number, mail.edits + 1) : this.#apply(before, change);
  }

  #apply(base: MailContent, given: NewMail): MailContent {
    const text = given.body ?? base.text;
    const html = given.html !== undefined ? given.html : given.body !== undefined ? asHtml(text) : base.html;
    // A given text is the whole text: the word that stands for the mail is then one of the caller's choice.
    const word = given.body !== undefined ? (longestWord(given.body) ?? base.word) : base.word;
    return {
      ...base,
      subject: given.subject ?? base.subject,
      text,
      html,
      word,
      from: given.from === undefined ? base.from : parseAddress(given.from),
      to: given.to === undefined ? base.to : given.to.map(parseAddress),
      cc: given.cc === undefined ? base.cc : given.cc.map(parseAddress),
      headers: given.headers ?? base.headers,
      importance: given.importance ?? base.importance,
      attachment: given.attachment === undefined ? base.attachment : given.attachment,
    };
  }
}

function longestWord(text: string): string | undefined {
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.reduce<string | undefined>((best, next) => next.length > (best?.length ?? 0) ? next : best, undefined);
}
