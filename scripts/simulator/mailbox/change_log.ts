/**
 * What changed in one collection (the messages of a folder, the folders of a mailbox), in order, each item once at the
 * place of its last change. A position in the log is all that a delta token needs, reading from it costs what has
 * changed since, and a full enumeration is reading from the beginning.
 */
export class ChangeLog {
  #entries: Record[] = [];
  readonly #records = new Map<number, Record>();
  readonly #pending: { due: number; number: number }[] = [];
  #sequence = 0;

  /** The place of the last change. */
  get last(): number {
    return this.#sequence;
  }

  /** Notes that an item is there, new or changed; `partial` if all that changed is its `isRead`. */
  put(number: number, at: number, partial = false): void {
    const record = this.#records.get(number);
    // An item that a reader was told is gone has to come back whole.
    const whole = !partial || record === undefined || record.removed;
    const sequence = ++this.#sequence;
    const wholeAt = whole ? sequence : record.wholeAt;
    this.#append({ number, sequence, wholeAt, at, member: true, removed: false });
  }

  /** Notes that an item is here again, but leaves the log saying that it is gone (a fault of the real thing). */
  putUnseen(number: number): void {
    const record = this.#records.get(number);
    if (record !== undefined) record.member = true;
  }

  /** Notes that an item is no longer here. */
  remove(number: number, at: number): void {
    const sequence = ++this.#sequence;
    this.#append({ number, sequence, wholeAt: sequence, at, member: false, removed: true });
  }

  /** The same, but the log shows it only at `due`, if the item has not come back by then. */
  removeLater(number: number, due: number): void {
    const record = this.#records.get(number);
    if (record !== undefined) record.member = false;
    this.#pending.push({ due, number });
  }

  /** Whether the item has ever been here. */
  knows(number: number): boolean {
    return this.#records.has(number);
  }

  has(number: number): boolean {
    return this.#records.get(number)?.member === true;
  }

  /** Items that are here. Walks the whole log: for tests and small collections only. */
  *members(): Generator<number> {
    for (const record of this.#entries) if (record.member && this.#isLatest(record)) yield record.number;
  }

  /** Up to `limit` changes after a position, no newer than `options.until` (milliseconds). */
  read(options: LogReading): LogPage {
    this.#showDue(options.now);
    const changes: LogChange[] = [];
    let position = options.after;
    let at = this.#indexAfter(options.after);
    for (; at < this.#entries.length; at++) {
      const entry = this.#entries[at];
      if (entry === undefined || entry.at > options.until) break;
      const change = this.#isLatest(entry) ? seen(entry, options) : undefined;
      if (change !== undefined && changes.length >= options.limit) return { changes, position, more: true };
      position = entry.sequence;
      if (change !== undefined) changes.push(change);
    }
    return { changes, position, more: false };
  }

  #showDue(now: number): void {
    while (this.#pending[0] !== undefined && this.#pending[0].due <= now) {
      const pending = this.#pending.shift();
      if (pending !== undefined && !this.has(pending.number)) this.remove(pending.number, pending.due);
    }
  }

  #append(record: Record): void {
    this.#records.set(record.number, record);
    this.#entries.push(record);
    if (this.#entries.length > 2 * this.#records.size + 1_000) {
      this.#entries = this.#entries.filter((entry) => this.#isLatest(entry));
    }
  }

  #isLatest(record: Record): boolean {
    return this.#records.get(record.number) === record;
  }

  #indexAfter(position: number): number {
    let low = 0, high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.sequence ?? Infinity) <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

interface Record {
  readonly number: number;
  readonly sequence: number;
  /** Place of the last change that was more than `isRead`. */
  readonly wholeAt: number;
  readonly at: number;
  member: boolean;
  readonly removed: boolean;
}

/** From where and how far to read. */
export interface LogReading {
  readonly after: number;
  /** Where the round began: what changed as a whole since then is told as a whole, on whichever page it comes. */
  readonly since: number;
  readonly limit: number;
  readonly now: number;
  readonly until: number;
  /** For the round that enumerates everything: the log's last place at its start. What was gone by then is not told. */
  readonly enumeratedFrom: number | null;
}

/** One item's change: there and whole, there with only `isRead` changed, or gone. */
export interface LogChange {
  readonly number: number;
  readonly kind: "whole" | "partial" | "removed";
}

/** Changes, the position after them, and whether there is more to read. */
export interface LogPage {
  readonly changes: LogChange[];
  readonly position: number;
  readonly more: boolean;
}

function seen(record: Record, options: LogReading): LogChange | undefined {
  if (record.removed) {
    const early = options.enumeratedFrom !== null && record.sequence <= options.enumeratedFrom;
    if (!early) return { number: record.number, kind: "removed" };
    return record.member ? { number: record.number, kind: "whole" } : undefined;
  }
  if (options.enumeratedFrom !== null) return record.member ? { number: record.number, kind: "whole" } : undefined;
  const whole = record.wholeAt > options.since;
  return { number: record.number, kind: whole ? "whole" : "partial" };
}
