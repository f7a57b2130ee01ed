/** A person's contacts in an order, narrowed down, and found by what they are called. */
import { isOneEdit } from "../../shared/index/edit_distance.ts";
import { contactAt, type Listed, listedOf, placeOf } from "./listing.ts";
import type { KeptContact } from "./model.ts";
import type { ContactQuery } from "./port.ts";
import { wordsOf } from "./read/names.ts";
import type { ContactStore } from "./store.ts";

/** Places that are looked through for one page: a filter that matches little must not read everything. */
const LOOKED_AT_MAX = 1_000;
/** Contacts that a search puts in order. */
const FOUND_MAX = 1_000;
const WORDS_MAX = 8;
/** Words of all contacts that are compared with one that was mistyped, and how many are read at a time. */
const VOCABULARY_MAX = 50_000;
const VOCABULARY_PAGE = 2_000;
/** Shorter words are mistyped into others too easily. */
const CORRECTED_LETTERS_MIN = 4;
/** Behind every character that a word can have. */
const LAST_CHARACTER = "\u{10ffff}";

interface Page {
  readonly contacts: readonly KeptContact[];
  /** `""` when there are no more. */
  readonly next_cursor: string;
}

export async function listed(store: ContactStore, query: ContactQuery): Promise<Page> {
  const words = wordsOf(query.q).slice(0, WORDS_MAX);
  const own = await store.own();
  const fits = (contact: KeptContact) => !contact.addresses.every((address) => own.has(address));
  if (words.length > 0) return await found(store, query, words, fits);
  // What was asked for has no word in it.
  if (query.q.trim() !== "") return { contacts: [], next_cursor: "" };
  return await inOrder(store, query, fits);
}

function passes({ kind, domain }: ContactQuery, listed: Listed): boolean {
  return (kind === undefined || listed.kind === kind) && (domain === "" || listed.domains.includes(domain));
}

async function inOrder(
  store: ContactStore,
  query: ContactQuery,
  fits: (contact: KeptContact) => boolean,
): Promise<Page> {
  const contacts: KeptContact[] = [];
  let after = query.cursor;
  for (let looked = 0; looked < LOOKED_AT_MAX;) {
    const places = await store.places(query.sort, after, query.limit);
    looked += places.length;
    const wanted = places.filter(({ listed }) => passes(query, listed));
    const read = new Map(
      await Promise.all(wanted.map(async ({ id }) => [id, await store.get(contactAt(id))] as const)),
    );
    for (const { id } of places) {
      after = id;
      const contact = read.get(id) ?? null;
      if (contact !== null && fits(contact)) contacts.push(contact);
      if (contacts.length === query.limit) return { contacts, next_cursor: after };
    }
    if (places.length < query.limit) return { contacts, next_cursor: "" };
  }
  return { contacts, next_cursor: after };
}

async function found(
  store: ContactStore,
  query: ContactQuery,
  words: readonly string[],
  fits: (contact: KeptContact) => boolean,
): Promise<Page> {
  const matches = await Promise.all(words.map((word) => withWord(store, word)));
  const ids = [...matches[0] ?? []].filter((id) => matches.every((match) => match.has(id))).slice(0, FOUND_MAX);
  const read = (await Promise.all(ids.map((id) => store.get(id)))).filter((contact) => contact !== null);
  const places = read.filter((contact) => fits(contact) && passes(query, listedOf(contact)))
    .map((contact) => ({ contact, place: placeOf(query.sort, contact) }))
    .sort((a, b) => a.place < b.place ? -1 : 1).filter(({ place }) => place > query.cursor);
  const shown = places.slice(0, query.limit);
  const next_cursor = places.length > shown.length ? shown.at(-1)?.place ?? "" : "";
  return { contacts: shown.map(({ contact }) => contact), next_cursor };
}

/** The contacts with a word that begins so; when there is none, those with one that begins almost so. */
async function withWord(store: ContactStore, word: string): Promise<ReadonlySet<string>> {
  const exact = await store.words(word, `${word}${LAST_CHARACTER}`, FOUND_MAX);
  if (exact.length > 0 || [...word].length < CORRECTED_LETTERS_MIN) return new Set(exact.map(contactAt));
  const similar = new Set<string>();
  let after = "";
  for (let looked = 0; looked < VOCABULARY_MAX;) {
    const ids = await store.words(after, "", VOCABULARY_PAGE);
    for (const id of ids) if (beginsLike(id.slice(0, id.lastIndexOf("|")), word)) similar.add(contactAt(id));
    looked += ids.length;
    after = ids.at(-1) ?? after;
    if (ids.length < VOCABULARY_PAGE) break;
  }
  return similar;
}

/** Whether one typing error makes the beginning of a word of what was asked for. */
function beginsLike(word: string, asked: string): boolean {
  const letters = [...word], length = [...asked].length;
  return [length - 1, length, length + 1].some((until) =>
    until <= letters.length && isOneEdit(letters.slice(0, until).join(""), asked)
  );
}
