/** The statement of a search. Texts stand in it as names of parameters only; all else is ours, or a number. */
import { fold, otherSpellings } from "../fold.ts";
import type { Condition, SearchQuery } from "../port.ts";
import { queryWords, type Term } from "../query_words.ts";
import { tokens } from "../tokens.ts";
import { foldedName } from "./item.ts";
import { cleanText } from "./text.ts";

/** Shorter beginnings match half the mailbox and say nothing. */
const PREFIX_CHARACTERS_MIN = 2;

/** Shorter words have too many other spellings. */
const SPELLED_LETTERS_MIN = 4;

/** A word of letters; what is put together otherwise is taken as it is typed. */
const NAME = /^[\p{L}\p{Mn}]+$/u;

/** A condition of YQL and the parameters that it names. */
export interface Where {
  readonly yql: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Gathers texts as parameters. */
class Parameters {
  readonly values: Record<string, string> = {};
  #next = 0;

  /** The text's name in the statement. */
  add(text: string): string {
    const name = `w${this.#next++}`;
    this.values[name] = text;
    return `@${name}`;
  }
}

/** What a query looks for, pages aside; null when no document can meet it. */
export function whereOf(query: SearchQuery): Where | null {
  if (query.words.unfindable) return null;
  const parameters = new Parameters();
  const parts = ["deleted = false"];
  for (const term of query.words.wanted) parts.push(meaningOf("default", term, parameters));
  for (const term of query.words.unwanted) parts.push(`!(${termOf("default", term, parameters)})`);
  for (const condition of query.conditions) {
    const yql = conditionOf(condition, parameters);
    if (yql === "" && !condition.negated) return null;
    if (yql !== "") parts.push(condition.negated ? `!(${yql})` : yql);
  }
  // From closed lists, both.
  if (query.types.length > 0) parts.push(`(${query.types.map((type) => `doc_type contains "${type}"`).join(" or ")})`);
  if (query.providers.length > 0) {
    parts.push(`(${query.providers.map((name) => `provider contains "${name}"`).join(" or ")})`);
  }
  if (query.after !== "") parts.push(`happened_at >= ${integer(Date.parse(query.after))}`);
  if (query.before !== "") parts.push(`happened_at < ${integer(Date.parse(query.before))}`);
  return { yql: parts.join(" and "), parameters: parameters.values };
}

/** What somebody is typing, in one field. */
export function whereTyped(field: "names" | "title", typed: string): Where | null {
  const { wanted } = queryWords(typed);
  if (wanted.length === 0) return null;
  const parameters = new Parameters();
  const parts = wanted.map((term) => termOf(field, term, parameters));
  return { yql: ["deleted = false", ...parts].join(" and "), parameters: parameters.values };
}

/** Vespa takes no parameters for numbers. @throws TypeError when it is none */
export function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new TypeError(`Cannot ask for ${value}: it is no integer`);
  return String(value);
}

function conditionOf(condition: Condition, parameters: Parameters): string {
  switch (condition.field) {
    case "mark":
      return `marks contains "${condition.value}"`;
    case "in": {
      const name = foldedName(condition.value);
      return name === "" ? "" : `folders contains ${parameters.add(name)}`;
    }
    case "subject":
      return allOf("title", queryWords(`"${condition.value.replaceAll('"', " ")}"`).wanted, parameters);
    case "from":
    case "to": {
      const value = cleanText(condition.value.trim());
      const [addresses, names] = condition.field === "from"
        ? ["authors", "author_names"]
        : ["recipients", "recipient_names"];
      if (value.includes("@")) {
        return tokens(value).length === 0 ? "" : `${addresses} contains ${parameters.add(value.toLowerCase())}`;
      }
      return allOf(names, queryWords(`${value} `).wanted, parameters);
    }
  }
}

function allOf(field: string, terms: readonly Term[], parameters: Parameters): string {
  const parts = terms.map((term) => meaningOf(field, term, parameters));
  return parts.length > 1 ? `(${parts.join(" and ")})` : parts.join();
}

/** The term, or one of its other spellings. */
function meaningOf(field: string, term: Term, parameters: Parameters): string {
  const others = NAME.test(term.text) && [...fold(term.text)].length >= SPELLED_LETTERS_MIN
    ? otherSpellings(term.text)
    : [];
  const spellings = [term, ...others.map((text): Term => ({ text, prefix: term.prefix }))];
  return anyOf(spellings.map((spelling) => termOf(field, spelling, parameters)));
}

function termOf(field: string, { text, prefix }: Term, parameters: Parameters): string {
  const words = tokens(cleanText(text)).map(({ word }) => word);
  const last = words.at(-1);
  // Its text was nothing but what Vespa refuses.
  if (last === undefined) return "false";
  const whole = exactly(field, words, parameters);
  if (!prefix || [...last].length < PREFIX_CHARACTERS_MIN) return whole;
  const begun = `${field} contains ({prefix:true}${parameters.add(last)})`;
  // The whole word beside it, so that it counts more. A phrase can't end in a beginning.
  return words.length === 1
    ? anyOf([whole, begun])
    : anyOf([whole, `(${exactly(field, words.slice(0, -1), parameters)} and ${begun})`]);
}

function exactly(field: string, words: readonly string[], parameters: Parameters): string {
  const names = words.map((word) => parameters.add(word));
  return `${field} contains ${names.length === 1 ? names.join() : `phrase(${names.join(", ")})`}`;
}

function anyOf(parts: readonly string[]): string {
  return parts.length === 1 ? parts.join() : `(${parts.join(" or ")})`;
}
