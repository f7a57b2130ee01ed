/**
 * The language of the search field, as people know it from mail: words and `"phrases"`, `-not`, and
 * `from: to: subject: in: type: provider: has: is: before: after: on:`, each with an optional minus before it. What is
 * not one of these names is a word: `re:` and `10:30` are searched for.
 */
import type { DocType, ProviderName } from "../contracts/names.ts";
import { period } from "./period.ts";
import type { Asked, Condition, Mark } from "./port.ts";
import { QueryError } from "./query_error.ts";
import { queryWords, QUOTES } from "./query_words.ts";

/** A filter as it was typed. */
interface Typed {
  readonly name: Name;
  readonly value: string;
  readonly negated: boolean;
  /** Where it begins and how long it is, UTF-16 units. */
  readonly at: number;
  readonly length: number;
}

const NAMES = ["from", "to", "subject", "in", "type", "provider", "has", "is", "before", "after", "on"] as const;
type Name = typeof NAMES[number];

const TYPES: Readonly<Record<string, readonly DocType[]>> = {
  email: ["email"],
  mail: ["email"],
  calendar: ["calendar"],
  event: ["calendar"],
  meeting: ["calendar"],
  contact: ["contact"],
  person: ["contact"],
  todo: ["todo"],
  task: ["todo"],
  word_document: ["word_document"],
  word: ["word_document"],
  sheet_document: ["sheet_document"],
  sheet: ["sheet_document"],
  excel: ["sheet_document"],
  presentation_document: ["presentation_document"],
  presentation: ["presentation_document"],
  slides: ["presentation_document"],
  powerpoint: ["presentation_document"],
  document: ["word_document", "sheet_document", "presentation_document"],
  file: ["word_document", "sheet_document", "presentation_document"],
};
const TYPE_NAMES: readonly DocType[] = [...new Set(Object.values(TYPES).flat())];

const PROVIDERS: Readonly<Record<string, readonly ProviderName[]>> = {
  microsoft: ["microsoft"],
  outlook: ["microsoft"],
  google: ["google"],
  gmail: ["google"],
  import: ["import"],
};
const PROVIDER_NAMES: readonly ProviderName[] = [...new Set(Object.values(PROVIDERS).flat())];

const HAS: Readonly<Record<string, Mark>> = { attachment: "attachment", attachments: "attachment" };

/** With false for the words that say that a mark is not there. */
const IS: Readonly<Record<string, readonly [mark: Mark, there: boolean]>> = {
  unread: ["unread", true],
  read: ["unread", false],
  flagged: ["flagged", true],
  starred: ["flagged", true],
  draft: ["draft", true],
  important: ["important", true],
  done: ["done", true],
  open: ["done", false],
  cancelled: ["cancelled", true],
};

/** Other words for the roles of folders. */
const PLACES: Readonly<Record<string, string>> = { spam: "junk", bin: "trash", draft: "drafts" };

/** Filters looked at: a query is typed by hand. */
const FILTERS_MAX = 32;

/** Quoted texts and words, so that what stands in quotes is never taken for a filter. */
const PIECE = new RegExp(`(-?)(?:(${NAMES.join("|")}):("[^"]*(?:"|$)|[^\\s"]\\S*)?|"[^"]*(?:"|$)|\\S+)`, "giu");

/**
 * Reads a query as it was typed.
 * @param time the present and the time zone (IANA) whose days are meant
 * @throws QueryError when a filter's value can't be understood, with its place in the text
 */
export function readQuery(q: string, time: { readonly now_ms: number; readonly zone: string }): Asked {
  const { filters, rest } = takeFilters(q.replace(QUOTES, '"'));
  const conditions: Condition[] = [];
  let after = "", before = "";
  const only = (from: string, until: string) => {
    if (from !== "" && (after === "" || Date.parse(from) > Date.parse(after))) after = from;
    if (until !== "" && (before === "" || Date.parse(until) < Date.parse(before))) before = until;
  };
  const types = new Choice(TYPE_NAMES), providers = new Choice(PROVIDER_NAMES);
  for (const filter of filters) {
    const { name, value, negated } = filter;
    switch (name) {
      case "from":
      case "to":
      case "subject":
        conditions.push({ field: name, value, negated });
        break;
      case "in":
        if (value.toLowerCase() === "anywhere") break;
        conditions.push({ field: name, value: PLACES[value.toLowerCase()] ?? value, negated });
        break;
      case "type":
        types.take(known(filter, TYPES), negated);
        break;
      case "provider":
        providers.take(known(filter, PROVIDERS), negated);
        break;
      case "has":
        conditions.push({ field: "mark", value: known(filter, HAS), negated });
        break;
      case "is": {
        const [mark, there] = known(filter, IS);
        conditions.push({ field: "mark", value: mark, negated: negated === there });
        break;
      }
      case "before":
      case "after":
      case "on": {
        const { start, end } = dates(filter, time);
        if (name === "on") only(start, end);
        else if ((name === "before") === negated) only(start, "");
        else only("", start);
      }
    }
  }
  const words = queryWords(rest);
  const nothing = types.isEmpty || providers.isEmpty;
  return {
    words: nothing ? { ...words, unfindable: true } : words,
    types: types.list,
    providers: providers.list,
    conditions,
    after,
    before,
  };
}

/** A closed list of which filters leave some: those that were named, without those that were named with a minus. */
class Choice<T> {
  readonly #all: readonly T[];
  readonly #wanted = new Set<T>();
  readonly #unwanted = new Set<T>();

  constructor(all: readonly T[]) {
    this.#all = all;
  }

  take(members: readonly T[], negated: boolean): void {
    for (const member of members) (negated ? this.#unwanted : this.#wanted).add(member);
  }

  get #left(): T[] {
    return this.#all.filter((one) => (this.#wanted.size === 0 || this.#wanted.has(one)) && !this.#unwanted.has(one));
  }

  get isEmpty(): boolean {
    return this.#left.length === 0;
  }

  /** Empty when nothing was named. */
  get list(): T[] {
    return this.#wanted.size + this.#unwanted.size === 0 ? [] : this.#left;
  }
}

function isName(text: string): text is Name {
  return NAMES.some((name) => name === text);
}

/** The filters of a text, and the text with white space in their places. */
function takeFilters(text: string): { readonly filters: readonly Typed[]; readonly rest: string } {
  const filters: Typed[] = [];
  let rest = "", end = 0;
  for (const match of text.matchAll(PIECE)) {
    const name = match[2]?.toLowerCase();
    if (name === undefined || !isName(name)) continue;
    const value = (match[3] ?? "").replace(/^"|"$/g, "").trim();
    const place = { at: match.index, length: match[0].length };
    rest += `${text.slice(end, place.at)} `;
    end = place.at + place.length;
    // A name without a value at the end has only begun.
    if (value === "" && end === text.trimEnd().length) continue;
    if (value === "") throw new QueryError(`"${name}:" has no value: write it right after the colon`, place);
    filters.push({ name, value, negated: match[1] === "-", ...place });
    if (filters.length > FILTERS_MAX) throw new QueryError(`there are more than ${FILTERS_MAX} filters`, place);
  }
  return { filters, rest: rest + text.slice(end) };
}

function known<T>(filter: Typed, values: Readonly<Record<string, T>>): T {
  const value = filter.value.toLowerCase();
  const found = Object.hasOwn(values, value) ? values[value] : undefined;
  if (found !== undefined) return found;
  throw new QueryError(`"${filter.name}:" knows ${Object.keys(values).join(", ")}`, filter);
}

function dates(filter: Typed, time: { readonly now_ms: number; readonly zone: string }) {
  if (filter.name === "on" && filter.negated) {
    throw new QueryError(`"on:" can't be left out: use "before:" and "after:"`, filter);
  }
  const found = period(filter.value, time);
  if (found !== null) return found;
  throw new QueryError(
    `"${filter.name}:" takes a day (2026-01-31), month (2026-01), year (2026), today, yesterday or tomorrow`,
    filter,
  );
}
