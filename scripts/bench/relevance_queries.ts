/**
 * Judged queries, by known-item construction: a document is drawn first, then what a person who remembers this much of
 * it would type. A third is held out: every third query of each kind.
 */
import { chance, CJK_WORDS, type Item, pick } from "./relevance_corpus.ts";

/** What is typed, and how well each document answers it: 3 is what was looked for, 1 will do. */
export interface JudgedQuery {
  readonly kind: string;
  readonly q: string;
  readonly grades: ReadonlyMap<number, number>;
}

const PER_KIND = 9;

type Make = (
  random: () => number,
  items: readonly Item[],
) => { readonly q: string; readonly grades: Map<number, number> };

/** What of it all is as good as the one: about the same thing at the same place. */
function alike(items: readonly Item[], { topic, place }: Item): Item[] {
  return items.filter((item) => item.topic === topic && item.place === place && topic !== "");
}

/** Those that are about the same, the newest best. */
function newestOf(items: readonly Item[]): Map<number, number> {
  const sorted = items.toSorted((a, b) => a.document.happened_at < b.document.happened_at ? 1 : -1);
  return new Map(sorted.slice(0, 6).map(({ number }, at) => [number, at === 0 ? 3 : at < 3 ? 2 : 1]));
}

const threads = (items: readonly Item[]) => items.filter(({ series }) => series.startsWith("thread-"));
const family = ({ person }: Item) => person.name.split(" ").at(-1) ?? "";

function mistyped(random: () => number, word: string): string {
  const letters = [...word];
  const at = 1 + Math.floor(random() * (letters.length - 2));
  const kind = Math.floor(random() * 3);
  if (kind === 0) letters.splice(at, 1);
  else if (kind === 1) letters.splice(at, 2, ...letters.slice(at, at + 2).reverse());
  else letters.splice(at, 0, letters[at] ?? "");
  return letters.join("");
}

const KINDS: Readonly<Record<string, Make>> = {
  /** The words of a subject, as one remembers them. */
  subject: (random, items) => {
    const wanted = pick(random, threads(items));
    return { q: `${wanted.topic} ${wanted.place} `.toLowerCase(), grades: newestOf(alike(items, wanted)) };
  },
  /** Who wrote, and one word of what about. */
  person: (random, items) => {
    const wanted = pick(random, threads(items));
    const [word = ""] = wanted.topic.split(" ");
    const same = items.filter(({ person, topic }) => person === wanted.person && topic === wanted.topic);
    return { q: `${family(wanted).toLowerCase()} ${word} `, grades: newestOf(same) };
  },
  mistyped: (random, items) => {
    const wanted = pick(random, threads(items).filter((item) => family(item).length >= 5));
    const same = items.filter(({ person, topic }) => person === wanted.person && topic === wanted.topic);
    return { q: `${mistyped(random, family(wanted).toLowerCase())} ${wanted.topic} `, grades: newestOf(same) };
  },
  /** A German name, typed with the keys that are there. */
  spelling: (random, items) => {
    const wanted = pick(random, threads(items).filter((item) => /[äöüß]/.test(family(item))));
    const plain = random() < 0.5
      ? family(wanted).replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue").replaceAll("ß", "ss")
      : family(wanted).replaceAll("ä", "a").replaceAll("ö", "o").replaceAll("ü", "u").replaceAll("ß", "ss");
    const same = items.filter(({ person, topic }) => person === wanted.person && topic === wanted.topic);
    return { q: `${plain} ${wanted.topic} `, grades: newestOf(same) };
  },
  /** Still typing. */
  typing: (random, items) => {
    const wanted = pick(random, threads(items));
    const [first = "", second = ""] = wanted.topic.split(" ");
    const q = `${wanted.place} ${first} ${second.slice(0, 3)}`.toLowerCase();
    return { q, grades: newestOf(alike(items, wanted)) };
  },
  /** A report that comes every week: the last one is meant. */
  series: (random, items) => {
    const wanted = pick(random, items.filter(({ series }) => series.startsWith("weekly-")));
    return {
      q: `weekly status ${wanted.place} `,
      grades: newestOf(items.filter(({ series }) => series === wanted.series)),
    };
  },
  characters: (random, items) => {
    const { word, series } = pick(random, CJK_WORDS);
    return { q: word, grades: newestOf(items.filter((item) => item.series === series)) };
  },
  /** A meeting, task or handbook on something. */
  thing: (random, items) => {
    const wanted = pick(random, items.filter(({ series }) => ["handbook", "kick-off", "todo"].includes(series)));
    const word = { handbook: "handbook", "kick-off": "kick-off", todo: "prepare" }[wanted.series] ?? "";
    return { q: `${wanted.topic} ${word} `, grades: new Map([[wanted.number, 3]]) };
  },
  operators: (random, items) => {
    const wanted = pick(random, threads(items));
    const same = threads(items).filter(({ person, topic }) => person === wanted.person && topic === wanted.topic);
    const [word = ""] = wanted.topic.split(" ");
    return { q: `from:${wanted.person.address} ${word} `, grades: newestOf(same) };
  },
  /** A person: the contact first, then what they wrote last. */
  contact: (random, items) => {
    const wanted = pick(random, items.filter(({ series }) => series === "contact"));
    return { q: `${wanted.person.name} `, grades: new Map([[wanted.number, 3]]) };
  },
};

/** All queries; those held out are the same ones every time. */
export function judgedQueries(
  items: readonly Item[],
): { readonly open: JudgedQuery[]; readonly held_out: JudgedQuery[] } {
  const open: JudgedQuery[] = [], held_out: JudgedQuery[] = [];
  for (const [at, [kind, make]] of Object.entries(KINDS).entries()) {
    const random = chance(1_000 + at);
    for (let number = 0; number < PER_KIND; number++) {
      (number % 3 === 2 ? held_out : open).push({ kind, ...make(random, items) });
    }
  }
  return { open, held_out };
}
