/** The people of a person's documents, for suggestions and for names that are mistyped. */
import { type Database, text } from "../../sqlite/mod.ts";
import { deletions, isOneEdit } from "../edit_distance.ts";
import { fold } from "../fold.ts";
import type { IndexDocument } from "../port.ts";
import { tokens } from "../tokens.ts";
import { cleanText } from "./stored_text.ts";

/** Names that are found by one edit; shorter ones are mistyped into others too easily. */
const NAME_LETTERS_MIN = 5;
const NAME_LETTERS_MAX = 24;

/** Words of one name that are kept. */
const NAME_WORDS_MAX = 8;

/** A person as they are kept. */
export interface KnownPerson {
  readonly name: string;
  readonly address: string;
}

/** Keeps who is new among a document's people. Inside a transaction. */
export function keepPeople(db: Database, user_no: number, people: IndexDocument["people"]): void {
  const add = db.prepare("INSERT OR IGNORE INTO people (user_no, word, address, name) VALUES (?, ?, ?, ?)");
  for (const person of people) {
    const name = cleanText(person.name), address = cleanText(person.address).toLowerCase();
    const whole = address || fold(name);
    // The first row tells whether the others are there.
    if (whole === "" || add.run(user_no, whole, address, name).changes === 0) continue;
    const words = wordsOf(name, address).filter((word) => word !== whole);
    for (const word of words) add.run(user_no, word, address, name);
    keepDeletions(db, user_no, [...words, ...joinedNames(name)]);
  }
}

function wordsOf(name: string, address: string): string[] {
  const local = address.slice(0, Math.max(0, address.lastIndexOf("@")));
  return [...new Set([...tokens(name).slice(0, NAME_WORDS_MAX), ...tokens(local)].map(({ word }) => word))];
}

/** `O'Connor` is two words for the index, `o connor`, and one for people. */
function joinedNames(name: string): string[] {
  return name.split(/\s+/u).filter((part) => /['’-]/u.test(part)).map((part) =>
    tokens(part).map(({ word }) => word).join(" ")
  );
}

/** @param names words, or several with a space between them */
function keepDeletions(db: Database, user_no: number, names: readonly string[]): void {
  const add = db.prepare("INSERT OR IGNORE INTO name_deletions (user_no, deletion, word) VALUES (?, ?, ?)");
  for (const name of names) {
    const letters = name.replaceAll(" ", "");
    if (letters.length < NAME_LETTERS_MIN || letters.length > NAME_LETTERS_MAX || !LETTERS.test(letters)) continue;
    for (const deletion of deletions(letters)) {
      // The whole comes first: when it is there, so are the others.
      if (add.run(user_no, deletion, name).changes === 0 && deletion === letters) break;
    }
  }
}

const LETTERS = /^\p{L}+$/u;

/**
 * Names that are at most one edit away from what was typed and are written otherwise, folded; none when that is too
 * short or too long for one. Spaces do not count.
 */
export function namesLike(db: Database, user_no: number, typed: string): string[] {
  const letters = typed.replaceAll(" ", "");
  if (letters.length < NAME_LETTERS_MIN - 1 || letters.length > NAME_LETTERS_MAX + 1) return [];
  const rows = db.prepare(
    `SELECT DISTINCT word FROM name_deletions
     WHERE user_no = ? AND deletion IN (SELECT value FROM json_each(?)) ORDER BY word LIMIT 100`,
  ).all(user_no, JSON.stringify(deletions(letters)));
  return rows.map((row) => text(row, "word"))
    .filter((name) => name !== typed && isOneEdit(name.replaceAll(" ", ""), letters));
}

/** The end of what begins with a text. */
export function endOf(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}

/** People of whom a word begins like this, by the word, at most `limit`. */
export function peopleFrom(db: Database, user_no: number, prefix: string, limit: number): KnownPerson[] {
  const rows = db.prepare(
    `SELECT DISTINCT name, address FROM people WHERE user_no = ? AND word >= ? AND word < ? ORDER BY word LIMIT ?`,
  ).all(user_no, prefix, endOf(prefix), limit);
  return rows.map((row) => ({ name: text(row, "name"), address: text(row, "address") }));
}
