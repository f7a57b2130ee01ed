/** What else a typed word may mean among a person's documents: other spellings, and names that were mistyped. */
import { type Database, type StatementSync, text } from "../../sqlite/mod.ts";
import { isOneEdit } from "../edit_distance.ts";
import { otherSpellings } from "../fold.ts";
import type { Term } from "../query_words.ts";
import { tokens } from "../tokens.ts";
import { endOf, namesLike, peopleFrom } from "./people.ts";
import { vocabularyTable, wordsTable } from "./schema.ts";

/** A term and what counts as it. */
export interface Meaning {
  readonly term: Term;
  /** The term first. */
  readonly spellings: readonly Term[];
}

/** A word of letters, or a name like `O'Connor`; what is put together otherwise is taken as it is typed. */
const NAME = /^[\p{L}\p{Mn}'’-]+$/u;

/** Shorter words have too many neighbours. */
const SPELLED_LETTERS_MIN = 4;

/** Words like a mistyped one, beside names. */
const ALIKE_MAX = 8;
const ALIKE_LETTERS_MIN = 5;
/** Letters at the begin that are taken to be right when a word that is no name is looked for. */
const ALIKE_BEGIN = 3;
const ALIKE_READ_MAX = 20_000;

/** The words of one person's documents. */
export class Lexicon {
  readonly #db: Database;
  readonly #user_no: number;
  readonly #one: StatementSync;

  constructor(db: Database, user_no: number) {
    this.#db = db;
    this.#user_no = user_no;
    const table = wordsTable(user_no);
    this.#one = db.prepareRecent(`SELECT 1 FROM ${table} WHERE ${table} MATCH ? LIMIT 1`);
  }

  /** The term with the other words that are meant by it, all of them in use. */
  meaning(term: Term): Meaning {
    const words = NAME.test(term.text) ? tokens(term.text).map(({ word }) => word) : [];
    const typed = words.join(" ");
    if ([...typed].length < SPELLED_LETTERS_MIN) return { term, spellings: [term] };
    const others = (words.length > 1 ? [] : otherSpellings(term.text))
      .filter((text) => this.#exists(text) || (term.prefix && this.#isBeginOfName(text)))
      .map((text): Term => ({ text, prefix: term.prefix }));
    const corrected = others.length > 0 || this.#exists(typed) ? [] : this.#alike(term, typed);
    return { term, spellings: [term, ...others, ...corrected.map((text) => ({ text, prefix: false }))] };
  }

  #exists(word: string): boolean {
    return this.#one.get(`"${word}"`) !== undefined;
  }

  #isBeginOfName(text: string): boolean {
    return peopleFrom(this.#db, this.#user_no, text, 1).length > 0;
  }

  #alike(term: Term, typed: string): string[] {
    const names = namesLike(this.#db, this.#user_no, typed).filter((name) => this.#exists(name));
    if (names.length > 0) return names.slice(0, ALIKE_MAX);
    if (typed.length < ALIKE_LETTERS_MIN || typed.includes(" ")) return [];
    if (term.prefix && this.#wordsFrom(typed, 1).length > 0) return [];
    return this.#wordsFrom(typed.slice(0, ALIKE_BEGIN), ALIKE_READ_MAX)
      .filter((word) => isOneEdit(word, typed)).slice(0, ALIKE_MAX);
  }

  #wordsFrom(begin: string, limit: number): string[] {
    const rows = this.#db.prepareRecent(
      `SELECT term FROM ${vocabularyTable(this.#user_no)} WHERE term >= ? AND term < ? LIMIT ?`,
    ).all(begin, endOf(begin), limit);
    return rows.map((row) => text(row, "term"));
  }
}
