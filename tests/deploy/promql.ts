/** As much of PromQL as the alert rules use, over scrapes that a test has made. The grammar is Prometheus's own. */
import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";

export type Labels = ReadonlyMap<string, string>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

interface Scrape {
  readonly seconds: number;
  readonly samples: readonly (Sample & { readonly name: string })[];
}

type Value = number | readonly Sample[];

/** What is older than this is no longer the present value, seconds: Prometheus's own default. */
const LOOKBACK_SECONDS = 300;

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;
const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

function unescaped(text: string): string {
  return text.replaceAll("\\n", "\n").replaceAll('\\"', '"').replaceAll("\\\\", "\\");
}

function keyOf(labels: Labels): string {
  return JSON.stringify([...labels].sort(([a], [b]) => a < b ? -1 : 1));
}

/** Scrapes in the order of time, and what expressions say of them. */
export class Series {
  readonly #scrapes: Scrape[] = [];

  /** Takes the answer of `/metrics`. */
  scrape(seconds: number, text: string): void {
    const samples = text.split("\n").flatMap((line) => {
      const [, name, labels = "", value] = LINE.exec(line) ?? [];
      if (name === undefined) return [];
      const pairs = [...labels.matchAll(LABEL)].map(([, label = "", text = ""]) => [label, unescaped(text)] as const);
      return [{ name, labels: new Map(pairs), value: Number(value) }];
    });
    this.#scrapes.push({ seconds, samples });
  }

  /** The samples that an expression gives at a time; none: an alert of it is quiet. */
  evaluate(expression: string, seconds: number): readonly Sample[] {
    const tree = parser.parse(expression);
    const value = new Evaluation(expression, seconds, this.#scrapes).of(child(tree.topNode, 0));
    return typeof value === "number" ? [{ labels: new Map(), value }] : value;
  }

  get times(): readonly number[] {
    return this.#scrapes.map(({ seconds }) => seconds);
  }
}

function child(node: SyntaxNode, position: number): SyntaxNode {
  let found = node.firstChild;
  for (let at = 0; at < position; at++) found = found?.nextSibling ?? null;
  if (found === null) throw new SyntaxError(`Cannot find part ${position} of a ${node.name}`);
  return found;
}

function children(node: SyntaxNode, name: string): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let each = node.firstChild; each !== null; each = each.nextSibling) {
    if (each.name === name) found.push(each);
    else if (each.name === "LabelMatchers" || each.name === "GroupingLabels") found.push(...children(each, name));
  }
  return found;
}

class Evaluation {
  readonly #text: string;
  readonly #now: number;
  readonly #scrapes: readonly Scrape[];

  constructor(text: string, now: number, scrapes: readonly Scrape[]) {
    this.#text = text;
    this.#now = now;
    this.#scrapes = scrapes;
  }

  of(node: SyntaxNode): Value {
    switch (node.name) {
      case "NumberDurationLiteral":
        return Number(this.#textOf(node));
      case "ParenExpr":
        return this.of(child(node, 0));
      case "VectorSelector":
        return this.#present(node);
      case "FunctionCall":
        return this.#call(node);
      case "AggregateExpr":
        return this.#aggregate(node);
      case "BinaryExpr":
        return this.#binary(node);
      default:
        throw new SyntaxError(`Cannot evaluate a ${node.name} here: ${this.#textOf(node)}`);
    }
  }

  #textOf({ from, to }: SyntaxNode): string {
    return this.#text.slice(from, to);
  }

  #vector(node: SyntaxNode): readonly Sample[] {
    const value = this.of(node);
    if (typeof value === "number") throw new SyntaxError(`Cannot use a number here: ${this.#textOf(node)}`);
    return value;
  }

  #matches(selector: SyntaxNode): (name: string, labels: Labels) => boolean {
    const wanted = this.#textOf(child(selector, 0));
    const conditions = children(selector, "UnquotedLabelMatcher").map((matcher) => {
      const label = this.#textOf(child(matcher, 0));
      const operator = this.#textOf(child(matcher, 1));
      const text = unescaped(this.#textOf(child(matcher, 2)).slice(1, -1));
      const pattern = new RegExp(`^(?:${text})$`);
      return (labels: Labels) => {
        const value = labels.get(label) ?? "";
        const equal = operator.endsWith("~") ? pattern.test(value) : value === text;
        return operator.startsWith("!") ? !equal : equal;
      };
    });
    return (name, labels) => name === wanted && conditions.every((condition) => condition(labels));
  }

  #present(selector: SyntaxNode): readonly Sample[] {
    const matches = this.#matches(selector);
    const last = this.#scrapes.findLast(({ seconds }) => seconds <= this.#now);
    if (last === undefined || this.#now - last.seconds > LOOKBACK_SECONDS) return [];
    return last.samples.filter(({ name, labels }) => matches(name, labels));
  }

  #call(node: SyntaxNode): Value {
    const name = this.#textOf(child(node, 0));
    const body = node.getChild("FunctionCallBody");
    const first = body?.firstChild ?? null;
    if (name === "time") return this.#now;
    if (first === null) throw new SyntaxError(`Cannot call ${name}() without arguments`);
    switch (name) {
      case "increase":
        return this.#increase(first, false);
      case "rate":
        return this.#increase(first, true);
      case "absent":
        return this.#vector(first).length === 0 ? [{ labels: new Map(), value: 1 }] : [];
      case "histogram_quantile": {
        const second = first.nextSibling;
        if (second === null) throw new SyntaxError("Cannot call histogram_quantile() without a vector");
        return quantile(Number(this.#textOf(first)), this.#vector(second));
      }
      default:
        throw new SyntaxError(`Cannot evaluate the function ${name}()`);
    }
  }

  /** From the first to the last sample in the range, resets counted from zero; one sample alone tells nothing. */
  #increase(range: SyntaxNode, perSecond: boolean): readonly Sample[] {
    const [, count = "", unit = ""] = /(\d+)([smhd])\]?$/.exec(this.#textOf(range)) ?? [];
    const length = Number(count) * SECONDS[unit as keyof typeof SECONDS];
    const matches = this.#matches(child(range, 0));
    const series = new Map<string, { labels: Labels; first: number; last: number; samples: number; sum: number }>();
    for (const { seconds, samples } of this.#scrapes) {
      if (seconds > this.#now || seconds <= this.#now - length) continue;
      for (const { name, labels, value } of samples) {
        if (!matches(name, labels)) continue;
        const key = keyOf(labels);
        const known = series.get(key);
        if (known === undefined) series.set(key, { labels, first: seconds, last: value, samples: 1, sum: 0 });
        else {
          known.sum += value >= known.last ? value - known.last : value;
          known.last = value;
          known.samples++;
        }
      }
    }
    return [...series.values()].filter(({ samples }) => samples > 1)
      .map(({ labels, sum }) => ({ labels, value: perSecond ? sum / length : sum }));
  }

  #aggregate(node: SyntaxNode): readonly Sample[] {
    const operator = this.#textOf(child(node, 0));
    const modifier = node.getChild("AggregateModifier");
    const by = modifier === null ? [] : children(modifier, "LabelName").map((label) => this.#textOf(label));
    const body = node.getChild("FunctionCallBody");
    if (body?.firstChild === null || body === null) throw new SyntaxError(`Cannot aggregate nothing: ${operator}`);
    const groups = new Map<string, { labels: Labels; values: number[] }>();
    for (const { labels, value } of this.#vector(body.firstChild)) {
      const kept = new Map(by.flatMap((label) => labels.has(label) ? [[label, labels.get(label) ?? ""]] : []));
      const group = groups.get(keyOf(kept)) ?? { labels: kept, values: [] };
      group.values.push(value);
      groups.set(keyOf(kept), group);
    }
    const fold = { sum: (all: number[]) => all.reduce((a, b) => a + b, 0), min, max }[operator];
    if (fold === undefined) throw new SyntaxError(`Cannot aggregate by ${operator}`);
    return [...groups.values()].map(({ labels, values }) => ({ labels, value: fold(values) }));
  }

  #binary(node: SyntaxNode): Value {
    const left = child(node, 0);
    const operator = this.#textOf(child(node, 1));
    const right = node.lastChild;
    if (right === null || node.getChild("MatchingModifierClause") !== null) {
      throw new SyntaxError(`Cannot evaluate: ${this.#textOf(node)}`);
    }
    const [a, b] = [this.of(left), this.of(right)];
    if (operator === "or" || operator === "and" || operator === "unless") return together(operator, a, b);
    const compute = ARITHMETIC[operator];
    if (compute !== undefined) return mapped(a, b, (x, y) => compute(x, y));
    const holds = COMPARISONS[operator];
    if (holds === undefined) throw new SyntaxError(`Cannot evaluate the operator ${operator}`);
    return mapped(a, b, (x, y) => holds(x, y) ? x : undefined);
  }
}

const min = (all: number[]) => Math.min(...all);
const max = (all: number[]) => Math.max(...all);

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  ">=": (a, b) => a >= b,
  "<=": (a, b) => a <= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};

/** Sample by sample; two vectors meet where all their labels are equal. */
function mapped(a: Value, b: Value, work: (a: number, b: number) => number | undefined): Value {
  if (typeof a === "number" && typeof b === "number") return work(a, b) ?? [];
  const kept: Sample[] = [];
  const keep = (labels: Labels, value: number | undefined) => {
    if (value !== undefined) kept.push({ labels, value });
  };
  if (typeof a === "number" || typeof b === "number") {
    if (typeof a !== "number") { for (const { labels, value } of a) keep(labels, work(value, Number(b))); }
    else if (typeof b !== "number") { for (const { labels, value } of b) keep(labels, work(a, value)); }
    return kept;
  }
  const others = new Map(b.map((sample) => [keyOf(sample.labels), sample.value]));
  for (const { labels, value } of a) {
    const other = others.get(keyOf(labels));
    if (other !== undefined) keep(labels, work(value, other));
  }
  return kept;
}

function together(operator: "or" | "and" | "unless", a: Value, b: Value): readonly Sample[] {
  if (typeof a === "number" || typeof b === "number") throw new SyntaxError(`Cannot use a number with ${operator}`);
  const [mine, others] = [a, b].map((side) => new Set(side.map(({ labels }) => keyOf(labels))));
  if (operator === "or") return [...a, ...b.filter(({ labels }) => !mine?.has(keyOf(labels)))];
  return a.filter(({ labels }) => others?.has(keyOf(labels)) === (operator === "and"));
}

/** Linear within the bucket, as Prometheus estimates it. */
function quantile(share: number, samples: readonly Sample[]): readonly Sample[] {
  const groups = new Map<string, { labels: Labels; buckets: { bound: number; count: number }[] }>();
  for (const { labels, value } of samples) {
    const kept = new Map([...labels].filter(([label]) => label !== "le"));
    const group = groups.get(keyOf(kept)) ?? { labels: kept, buckets: [] };
    group.buckets.push({ bound: Number((labels.get("le") ?? "").replace("+Inf", "Infinity")), count: value });
    groups.set(keyOf(kept), group);
  }
  return [...groups.values()].flatMap(({ labels, buckets }) => {
    buckets.sort((one, other) => one.bound - other.bound);
    const total = buckets.at(-1)?.count ?? 0;
    if (total === 0) return [];
    const rank = share * total;
    const at = buckets.findIndex(({ count }) => count >= rank);
    const before = buckets[at - 1] ?? { bound: 0, count: 0 };
    const bucket = buckets[at] ?? before;
    if (bucket.bound === Infinity) return [{ labels, value: before.bound }];
    const part = (rank - before.count) / (bucket.count - before.count);
    return [{ labels, value: before.bound + (bucket.bound - before.bound) * part }];
  });
}
