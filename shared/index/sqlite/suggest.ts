/** What a person may be about to type: people and subjects of their own documents. */
import { type Database, integer, text } from "../../sqlite/mod.ts";
import type { Suggestion } from "../port.ts";
import { queryWords } from "../query_words.ts";
import { fold } from "../fold.ts";
import { tokens } from "../tokens.ts";
import { allOf, within } from "./match_expression.ts";
import { type KnownPerson, peopleFrom } from "./people.ts";
import { wordsTable } from "./schema.ts";
import { joinUnspaced, splitUnspaced } from "./stored_text.ts";

/** People looked at for one suggestion. */
const PEOPLE_MAX = 60;
/** Titles looked at, the newest that arrived. */
const TITLES_MAX = 60;
/** Documents counted for a person: beyond it more is as good as most. */
const COUNTED_MAX = 500;

/** People first, then subjects; both may fill the list. */
export function suggest(db: Database, user_no: number, typed: string, limit: number): Suggestion[] {
  if (typed.trim() === "") return [];
  const people = suggestPeople(db, user_no, typed);
  const subjects = suggestSubjects(db, user_no, typed);
  // Some room for subjects, however many people there are.
  const room = Math.max(limit - subjects.length, Math.ceil(limit / 2));
  return [...people.slice(0, room), ...subjects].slice(0, limit);
}

function suggestPeople(db: Database, user_no: number, typed: string): Suggestion[] {
  const asked = fold(typed.trim());
  const words = asked.includes("@") ? [asked] : tokens(asked).map(({ word }) => word);
  const last = words.pop();
  if (last === undefined) return [];
  const byAddress = new Map<string, KnownPerson>();
  for (const person of peopleFrom(db, user_no, last, PEOPLE_MAX)) {
    const own = new Set(tokens(`${person.name} ${person.address}`).map(({ word }) => word));
    const key = person.address || fold(person.name);
    if (words.every((word) => own.has(word)) && (byAddress.get(key)?.name ?? "") === "") byAddress.set(key, person);
  }
  return [...byAddress.values()].map((person) => ({ person, documents: documentsOf(db, user_no, person) }))
    .filter(({ documents }) => documents > 0)
    .sort((a, b) => b.documents - a.documents || (a.person.address < b.person.address ? -1 : 1))
    .map(({ person }) => ({ kind: "person", ...person }));
}

/** How many documents have the person now, at most {@linkcode COUNTED_MAX}. */
function documentsOf(db: Database, user_no: number, { name, address }: KnownPerson): number {
  const table = wordsTable(user_no);
  const phrase = `"${splitUnspaced(address || name).replaceAll('"', '""')}"`;
  const row = db.prepareOnce(
    `SELECT count(*) AS documents FROM (SELECT 1 FROM ${table} WHERE ${table} MATCH ? LIMIT ${COUNTED_MAX})`,
  ).get(within("authors recipients others", phrase));
  return integer(row, "documents");
}

/** `Re:`, `Fwd:`, `AW:` and `WG:`, as often as they stand there. */
const ANSWER = /^(?:\s*(?:re|fwd?|aw|wg|sv|antw)\s*:)+\s*/iu;

function suggestSubjects(db: Database, user_no: number, typed: string): Suggestion[] {
  const { wanted } = queryWords(typed);
  if (wanted.length === 0) return [];
  const table = wordsTable(user_no);
  const match = within("title", allOf(wanted.map((term) => ({ term, spellings: [term] }))));
  const rows = db.prepareOnce(
    `SELECT (SELECT title FROM texts WHERE id = ${table}.rowid) AS title
     FROM ${table} WHERE ${table} MATCH ? ORDER BY rowid DESC LIMIT ${TITLES_MAX}`,
  ).all(match);
  const titles = new Map<string, { title: string; count: number }>();
  for (const row of rows) {
    const title = joinUnspaced(text(row, "title")).replace(ANSWER, "").trim();
    const known = titles.get(fold(title));
    if (known !== undefined) known.count++;
    else if (title !== "") titles.set(fold(title), { title, count: 1 });
  }
  return [...titles.values()].sort((a, b) => b.count - a.count).map(({ title }) => ({ kind: "subject", title }));
}
