/** The statements that the adapter sends, read by a grammar of their own: what is not in it is a test's failure. */
import { tokens } from "../../shared/index/tokens.ts";
import type { Schema } from "./vespa_package.ts";

type Fields = Readonly<Record<string, unknown>>;
type Parameters = Readonly<Record<string, string | number | boolean>>;
type Predicate = (item: Fields) => boolean;

const TOKEN = /\s*(@\w+|"[^"]*"|-?\d+|[<>]=?|!|=|[(){}|:,*]|\w+(?:\(\))?)/gy;

/** Reads one statement from left to right. */
class Reader {
  readonly #tokens: string[];
  #at = 0;
  readonly #schema: Schema;
  readonly #parameters: Parameters;
  /** Words and phrases that a hit is scored and marked by. */
  readonly terms: { readonly field: string; readonly words: readonly string[]; readonly prefix: boolean }[] = [];
  #negations = 0;

  constructor(yql: string, schema: Schema, parameters: Parameters) {
    this.#schema = schema;
    this.#parameters = parameters;
    this.#tokens = [];
    TOKEN.lastIndex = 0;
    let end = 0;
    for (const match of yql.matchAll(TOKEN)) {
      this.#tokens.push(match[1] ?? "");
      end = match.index + match[0].length;
    }
    if (yql.slice(end).trim() !== "") throw new Error(`not understood: ${yql.slice(end)}`);
  }

  next(): string {
    return this.#tokens[this.#at++] ?? "";
  }

  is(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  expect(...expected: readonly string[]): void {
    for (const token of expected) if (!this.is(token)) throw new Error(`${token} expected, ${this.next()} found`);
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  any(): Predicate {
    const parts = [this.all()];
    while (this.is("or")) parts.push(this.all());
    return (item) => parts.some((part) => part(item));
  }

  all(): Predicate {
    const parts = [this.one()];
    while (this.is("and")) parts.push(this.one());
    return (item) => parts.every((part) => part(item));
  }

  one(): Predicate {
    if (this.is("!")) {
      this.#negations++;
      this.expect("(");
      const inner = this.any();
      this.expect(")");
      this.#negations--;
      return (item) => !inner(item);
    }
    if (this.is("(")) {
      const inner = this.any();
      this.expect(")");
      return inner;
    }
    if (this.is("false")) return () => false;
    const field = this.next();
    const operator = this.next();
    if (operator === "contains") return this.#contains(field);
    this.#attribute(field);
    const text = this.next();
    if (text === "true" || text === "false") return (item) => (item[field] === true) === (text === "true");
    const value = Number(text);
    // Only a literal will do: Vespa takes no parameter for a number.
    if (!Number.isSafeInteger(value)) throw new Error(`a number expected, ${text} found`);
    const compare = {
      "=": (a: number) => a === value,
      "<": (a: number) => a < value,
      ">": (a: number) => a > value,
      ">=": (a: number) => a >= value,
    }[operator];
    if (compare === undefined) throw new Error(`an operator expected, ${operator} found`);
    return (item) => compare(Number(item[field]));
  }

  #attribute(field: string): void {
    if (this.#schema.fields.get(field)?.lines.includes("indexing: attribute | summary") !== true) {
      throw new Error(`${field} is no attribute`);
    }
  }

  #contains(field: string): Predicate {
    if (field !== "default" && this.#schema.fields.get(field)?.lines.includes("match: word") === true) {
      const value = this.#text();
      return (item) => {
        const own = item[field];
        return (Array.isArray(own) ? own : [own]).includes(value);
      };
    }
    let texts: string[], prefix = false;
    if (this.is("phrase")) {
      this.expect("(");
      texts = [this.#text()];
      while (this.is(",")) texts.push(this.#text());
      this.expect(")");
    } else if (this.is("(")) {
      this.expect("{", "prefix", ":", "true", "}");
      texts = [this.#text()];
      this.expect(")");
      prefix = true;
    } else texts = [this.#text()];
    const words = texts.flatMap((text) => tokens(text)).map(({ word }) => word);
    if (words.length !== texts.length) throw new Error("a parameter is not one word");
    if (this.#negations === 0) this.terms.push({ field, words, prefix });
    return (item) => this.fieldsOf(field).some((name) => occurrences(item[name], words, prefix) > 0);
  }

  fieldsOf(field: string): readonly string[] {
    const fields = field === "default" ? this.#schema.fieldset : [field];
    for (const name of fields) {
      if (this.#schema.fields.get(name)?.lines.includes("indexing: index | summary") !== true) {
        throw new Error(`${name} is not searched`);
      }
    }
    return fields;
  }

  #text(): string {
    const token = this.next();
    if (token.startsWith('"')) return token.slice(1, -1);
    const value = this.#parameters[token.slice(1)];
    if (!token.startsWith("@") || typeof value !== "string" || value === "") throw new Error(`no text: ${token}`);
    return value;
  }
}

function places(text: unknown, words: readonly string[], prefix: boolean): number[] {
  const own = typeof text === "string" ? tokens(text).map(({ word }) => word) : [];
  return own.flatMap((_, at) => {
    const all = words.every((word, offset) => {
      const there = own[at + offset];
      return there === word || (prefix && there?.startsWith(word) === true);
    });
    return all ? [at] : [];
  });
}

function occurrences(text: unknown, words: readonly string[], prefix: boolean): number {
  return places(text, words, prefix).length;
}

/** The text with `<hi>` around what matches, as a dynamic summary has it. */
function dynamic(text: unknown, reader: Reader): string {
  if (typeof text !== "string") return "";
  const found = tokens(text);
  const marked = new Set<number>();
  for (const { field, words, prefix } of reader.terms) {
    if (!reader.fieldsOf(field).includes("body")) continue;
    for (const at of places(text, words, prefix)) {
      for (let offset = 0; offset < words.length; offset++) marked.add(at + offset);
    }
  }
  let shown = "", end = 0;
  for (const [at, { start, end: last }] of found.entries()) {
    if (!marked.has(at)) continue;
    shown += `${text.slice(end, start)}<hi>${text.slice(start, last)}</hi>`;
    end = last;
  }
  return shown + text.slice(end);
}

/** The answer of `/search/` to what was asked in one group. */
export function evaluate(schema: Schema, items: readonly Fields[], asked: Parameters): unknown {
  const reader = new Reader(String(asked.yql), schema, asked);
  reader.expect("select", "*", "from", schema.name, "where");
  const matches = items.filter(reader.any());
  const orders: { readonly field: string; readonly sign: number }[] = [];
  if (reader.is("order")) {
    reader.expect("by");
    do orders.push({ field: reader.next(), sign: reader.next() === "asc" ? 1 : -1 }); while (reader.is(","));
  }
  reader.expect("limit");
  const limit = Number(reader.next());
  if (!(limit >= 0 && limit <= 400)) throw new Error("more than maxHits");
  const grouped: string[] = [];
  if (reader.is("|")) {
    reader.expect("all", "(");
    while (reader.is("all")) {
      reader.expect("(", "group", "(");
      grouped.push(reader.next());
      reader.expect(")", "each", "(", "output", "(", "count()", ")", ")", ")");
    }
    reader.expect(")");
  }
  if (!reader.atEnd) throw new Error(`not understood: ${reader.next()}`);
  const summary = schema.summaries.get(String(asked["presentation.summary"]));
  if (summary === undefined) throw new Error("no such summary");
  const scored = matches.map((item) => ({ item, ...scoreOf(item, reader, Number(asked["input.query(now_ms)"] ?? 0)) }));
  scored.sort((a, b) => {
    for (const { field, sign } of orders) {
      const by = sign * (Number(a.item[field]) - Number(b.item[field]));
      if (by !== 0) return by;
    }
    return orders.length > 0 ? 0 : b.relevance - a.relevance;
  });
  return {
    root: {
      fields: { totalCount: matches.length },
      coverage: { full: true },
      children: [
        ...grouped.length === 0 ? [] : [{
          id: "group:root:0",
          children: grouped.map((label) => ({ id: `grouplist:${label}`, label, children: groupsOf(matches, label) })),
        }],
        ...scored.slice(0, limit).map(({ item, relevance, features }) => ({
          relevance,
          fields: {
            ...Object.fromEntries([...summary.keys()].map((name) => [name, item[name]])),
            ...(summary.has("snippet") ? { snippet: dynamic(item.body, reader), matchfeatures: features } : {}),
          },
        })),
      ],
    },
  };
}

function scoreOf(item: Fields, reader: Reader, now_ms: number) {
  const weights: Readonly<Record<string, number>> = { title: 8, body: 1, names: 3, details: 1 };
  let words = 0;
  for (const { field, words: term, prefix } of reader.terms) {
    for (const name of reader.fieldsOf(field)) {
      words += (weights[name] ?? 0) * Math.min(1, occurrences(item[name], term, prefix));
    }
  }
  const recency = 1 + 1 / (1 + Math.abs(now_ms - Number(item.happened_at)) / 2_592_000_000);
  return { relevance: words * recency, features: { "words()": words, "recency()": recency } };
}

function groupsOf(items: readonly Fields[], field: string) {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(String(item[field]), (counts.get(String(item[field])) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ id: `group:string:${value}`, value, fields: { "count()": count } }));
}
