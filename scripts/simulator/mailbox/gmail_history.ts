import type { Chance } from "../chance.ts";
import type { SimulatorFaults } from "../faults.ts";

export type HistoryType = "messagesAdded" | "messagesDeleted" | "labelsAdded" | "labelsRemoved";

/** One thing that happened. A record without a type carries only `messages` (PROTOCOLS G-16). */
export interface HistoryRecord {
  readonly id: number;
  readonly type: HistoryType | undefined;
  readonly number: number;
  readonly thread: number;
  /** The labels added or removed. */
  readonly labels: readonly string[];
  /** The mail's labels afterwards. */
  readonly resulting: readonly string[];
  readonly at: number;
}

/** Everything that happened in a mailbox, by increasing id. Ids are not contiguous. */
export class GmailHistory {
  #records: HistoryRecord[] = [];
  #last: number;
  #floor: number;
  readonly #chance: Chance;
  readonly #faults: SimulatorFaults;

  constructor(options: { chance: Chance; faults: SimulatorFaults }) {
    this.#chance = options.chance;
    this.#faults = options.faults;
    this.#last = 1_000 + options.chance.below(9_000);
    this.#floor = this.#last;
  }

  /** The mailbox's present history id. */
  get last(): number {
    return this.#last;
  }

  /** Notes what happened; gives the id. */
  add(record: Omit<HistoryRecord, "id">): number {
    if (this.#chance.happens(this.#faults.bareHistory)) {
      this.#records.push({ ...record, id: this.#nextId(), type: undefined, labels: [] });
    }
    const id = this.#nextId();
    this.#records.push({ ...record, id });
    return id;
  }

  /** Whether reading can start at this id: not when it is too old, nor when it was never issued by this mailbox. */
  reaches(start: number): boolean {
    return start >= this.#floor && start <= this.#last;
  }

  /** Forgets everything up to now: every id issued before is too old. */
  forget(): void {
    this.#records = [];
    this.#floor = this.#nextId();
  }

  /** Up to `limit` records after `start` that are wanted and no newer than `until`. */
  read(start: number, until: number, limit: number, wanted: (record: HistoryRecord) => boolean): {
    records: HistoryRecord[];
    more: boolean;
    /** The id up to which the reading has come. */
    upTo: number;
  } {
    const records: HistoryRecord[] = [];
    for (let at = this.#indexAfter(start); at < this.#records.length; at++) {
      const record = this.#records[at];
      if (record === undefined || record.at > until) return { records, more: false, upTo: records.at(-1)?.id ?? start };
      if (!wanted(record)) continue;
      if (records.length >= limit) return { records, more: true, upTo: records.at(-1)?.id ?? start };
      records.push(record);
    }
    return { records, more: false, upTo: this.#last };
  }

  #nextId(): number {
    this.#last += 1 + this.#chance.below(24);
    return this.#last;
  }

  #indexAfter(id: number): number {
    let low = 0, high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#records[middle]?.id ?? Infinity) <= id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
