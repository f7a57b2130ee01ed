/** Where dead letters are kept: by id, by the moment they are due, and newest first for reading. */
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import { DeadLetter } from "../../shared/contracts/messages.ts";
import { TransientError } from "../../shared/contracts/errors.ts";
import { personOf } from "./about.ts";
import { newestFirst } from "../../shared/state/newest_first.ts";
import type { RecordOp, Records, State, StoredRecord } from "../../shared/state/port.ts";

/** A dead letter with the version of its record. */
export interface Kept {
  readonly letter: DeadLetter;
  readonly version: number;
}

/** One page of a list. */
export interface Listed {
  readonly items: readonly DeadLetter[];
  /** Where the next page begins; `""` when there is none. */
  readonly next_cursor: string;
}

/** What is wanted of the letters; `""` for everything. */
export interface LetterFilter {
  readonly subscription: string;
  readonly user_id: string;
  readonly kind: DeadLetter["kind"] | "";
  /** How the reason begins, such as `event_invalid`. */
  readonly reason: string;
}

/** No filter. */
export const EVERY_LETTER: LetterFilter = { subscription: "", user_id: "", kind: "", reason: "" };

/** What a list is narrowed to. */
export interface ListQuery extends LetterFilter {
  /** From an earlier page, `""` for the first. */
  readonly cursor: string;
  readonly limit: number;
}

/** How many records a list looks through for a page: a filter that matches little must not read everything. */
const LOOKED_AT_MAX = 1_000;

/** How many letters are read by one step of reading all. */
const ALL_SLICE = 200;

/** A write that another one overtook is tried again this often. */
const TRIES = 5;

/** The records of one scope, so that a dead letter and its indexes are written in one step. */
export class DeadLetterStore {
  readonly #records: Records;

  constructor(state: State) {
    this.#records = state.records({ system: "dead-letters" });
  }

  /** Keeps the letter; one of the same id is replaced, with its place in the indexes. @throws StoreAwayError */
  async put(letter: DeadLetter): Promise<void> {
    for (let tries = 0; tries < TRIES; tries++) {
      const former = await this.get(letter.dead_letter_id);
      const removed = former === null ? [] : indexOps("delete", former.letter);
      const committed = await this.#records.commit([
        check(letter.dead_letter_id, former?.version ?? 0),
        ...removed,
        { op: "put", collection: COLLECTIONS.deadLetters, id: letter.dead_letter_id, value: letter },
        ...indexOps("put", letter),
      ]);
      if (committed.kind === "committed") return;
    }
    throw new TransientError("dead_letter_contended", "The dead letter is being written elsewhere", { scope: "whole" });
  }

  /** Null when there is none of that id. */
  async get(id: string): Promise<Kept | null> {
    const record = await this.#records.get(COLLECTIONS.deadLetters, id);
    return record === null ? null : { letter: DeadLetter.parse(record.value), version: record.version };
  }

  /** Removes the letter if it is still the one that was read. @returns false when it changed or is gone */
  async remove({ letter, version }: Kept): Promise<boolean> {
    const committed = await this.#records.commit([
      check(letter.dead_letter_id, version),
      { op: "delete", collection: COLLECTIONS.deadLetters, id: letter.dead_letter_id },
      ...indexOps("delete", letter),
    ]);
    return committed.kind === "committed";
  }

  /** Those due by `now_ms`, oldest first, at most `limit`. */
  async due(now_ms: number, limit: number): Promise<readonly Kept[]> {
    const before = new Date(now_ms + 1).toISOString();
    const index = await this.#records.list(COLLECTIONS.dueDeadLetters, { before, limit });
    return await this.#behind(index);
  }

  /** Newest first. */
  async list({ cursor, limit, ...filter }: ListQuery): Promise<Listed> {
    const items: DeadLetter[] = [];
    const [collection, prefix] = filter.user_id === ""
      ? [COLLECTIONS.deadLettersByTime, ""]
      : [COLLECTIONS.deadLettersByPerson, `${filter.user_id}|`];
    let after = cursor;
    for (let looked = 0; looked < LOOKED_AT_MAX;) {
      const index = await this.#records.list(collection, {
        after: prefix + after,
        // `}` is the character behind `|`.
        ...(prefix === "" ? {} : { before: `${filter.user_id}}` }),
        limit,
      });
      looked += index.length;
      for (const { letter } of await this.#behind(index)) {
        after = timeId(letter);
        if (matches(letter, filter)) items.push(letter);
        if (items.length === limit) return { items, next_cursor: after };
      }
      if (index.length < limit) return { items, next_cursor: "" };
      after = index.at(-1)?.id.slice(prefix.length) ?? after;
    }
    return { items, next_cursor: after };
  }

  /** Every letter that is wanted, newest first. */
  async *all(filter: LetterFilter = EVERY_LETTER): AsyncGenerator<DeadLetter> {
    for (let cursor = "";;) {
      const page = await this.list({ ...filter, cursor, limit: ALL_SLICE });
      yield* page.items;
      if (page.next_cursor === "") return;
      cursor = page.next_cursor;
    }
  }

  /** Where a list goes on behind this letter. */
  cursorAfter(letter: DeadLetter): string {
    return timeId(letter);
  }

  async #behind(index: readonly StoredRecord[]): Promise<readonly Kept[]> {
    const found = await Promise.all(index.map(({ id }) => this.get(id.slice(id.lastIndexOf("|") + 1))));
    return found.filter((kept) => kept !== null);
  }
}

function check(id: string, version: number): RecordOp {
  return { op: "check", collection: COLLECTIONS.deadLetters, id, version };
}

function indexOps(op: "put" | "delete", letter: DeadLetter): RecordOp[] {
  const entry = (collection: string, id: string): RecordOp =>
    op === "put" ? { op, collection, id, value: "" } : { op, collection, id };
  const person = personOf(letter);
  return [
    entry(COLLECTIONS.deadLettersByTime, timeId(letter)),
    ...(person === "" ? [] : [entry(COLLECTIONS.deadLettersByPerson, `${person}|${timeId(letter)}`)]),
    ...(letter.retry_at === ""
      ? []
      : [entry(COLLECTIONS.dueDeadLetters, `${letter.retry_at}|${letter.dead_letter_id}`)]),
  ];
}

/** The person is looked for by the index. */
function matches(letter: DeadLetter, { subscription, kind, reason }: LetterFilter): boolean {
  return (subscription === "" || letter.subscription === subscription) && (kind === "" || letter.kind === kind) &&
    letter.reason.startsWith(reason);
}

function timeId({ failed_at, dead_letter_id }: DeadLetter): string {
  return `${newestFirst(Date.parse(failed_at))}|${dead_letter_id}`;
}
