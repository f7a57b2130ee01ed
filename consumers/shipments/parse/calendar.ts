/** Days and times in the text of a mail, in five languages. The names of months and weekdays come from `Intl`. */
import type { Language } from "./language.ts";

/** What a date is understood by. */
export interface DateSense {
  readonly language: Language;
  /** `03/04` is the fourth of March. */
  readonly month_first: boolean;
  /** The day on which the mail was received, `2026-03-04`, at the recipient's. */
  readonly today: string;
}

/** A day that a text names, and where. */
export interface FoundDay {
  readonly start: number;
  readonly end: number;
  readonly day: string;
  /** Counted from the day of the mail: `tomorrow`. */
  readonly relative: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const LANGUAGES: readonly Language[] = ["en", "de", "fr", "es", "nl"];

/** The day so many days later. */
export function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The names of the months (0 to 11) or weekdays (0: Sunday), whole and short, lower-case, of all languages. */
function namesOf(part: "month" | "weekday"): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  for (const language of LANGUAGES) {
    for (const width of ["long", "short"] as const) {
      const format = new Intl.DateTimeFormat(language, { [part]: width, timeZone: "UTC" });
      const inDate = new Intl.DateTimeFormat(language, { day: "numeric", [part]: width, timeZone: "UTC" });
      for (let at = 0; at < (part === "month" ? 12 : 7); at++) {
        // The fourth of January 2026 is a Sunday.
        const date = part === "month" ? Date.UTC(2026, at, 15) : Date.UTC(2026, 0, 4 + at);
        const grammatical = inDate.formatToParts(date).find(({ type }) => type === part)?.value ?? "";
        for (const name of [format.format(date), grammatical]) {
          const bare = name.toLowerCase().replace(/\.$/, "");
          if (bare.length > 1 && !names.has(bare)) names.set(bare, at);
        }
      }
    }
  }
  if (part === "month") {
    for (const [name, at] of [["sept", 8], ["mär", 2], ["mrz", 2]] as const) {
      names.set(name, at);
    }
  }
  return names;
}

const MONTHS = namesOf("month");
const WEEKDAYS = namesOf("weekday");
const oneOf = (names: ReadonlyMap<string, number>) => [...names.keys()].sort((a, b) => b.length - a.length).join("|");
const M = `(?<month>${oneOf(MONTHS)})\\.?(?!\\p{L})`;
const YEAR = `(?:,? ?(?:de |del )?(?<year>20\\d\\d)(?!\\d))?`;
const BEFORE = `(?<![\\p{L}\\d])`;

const NAMED: readonly RegExp[] = [
  new RegExp(`${BEFORE}(?<day>\\d{1,2})(?:st|nd|rd|th|er|\\.)?(?: de| of)? ?${M}${YEAR}`, "giu"),
  new RegExp(`${BEFORE}${M} ?(?<day>\\d{1,2})(?:st|nd|rd|th)?(?!\\d|:)${YEAR}`, "giu"),
];
/** A day whose month the other end of a range names: `13 et le 16 février`, `3-5 March`. */
const SHARED_MONTH = new RegExp(
  `${BEFORE}(?<day>\\d{1,2})\\.?(?= ?(?:-|–|and|to|et|au|y|al|en|und|bis|tot|t/m)(?: the| le| el)? ?\\d{1,2}\\.?(?: de)? ?${M}${YEAR})`,
  "giu",
);
const NUMERIC =
  /(?<![\d./-])(?<a>\d{1,2})(?<mark>[./-])(?<b>\d{1,2})(?:\k<mark>(?<year>(?:20)?\d\d)?)?(?![\d:]|\.\d)/gu;
const ISO = /(?<!\d)(?<year>20\d\d)-(?<month>\d\d)-(?<day>\d\d)(?!\d)/gu;
const WEEKDAY = new RegExp(`${BEFORE}(?<weekday>${oneOf(WEEKDAYS)})(?!\\p{L})`, "giu");

/** What may stand between a word for a day and its date, such as `, Tuesday `. */
const BESIDE = new RegExp(`^[\\s,(]+(?:(?:${oneOf(WEEKDAYS)})\\.?,?\\s*)?(?:the |den |dem |le |el )?$`, "iu");

const RELATIVE: Readonly<Record<Language, readonly [today: RegExp, tomorrow: RegExp]>> = {
  en: [/(?<!\p{L})(?:today|tonight)(?!\p{L})/giu, /(?<!\p{L})tomorrow(?!\p{L})/giu],
  de: [/(?<!\p{L})heute(?!\p{L})/giu, /(?<!\p{L})morgen(?!\p{L})/giu],
  fr: [/(?<!\p{L})aujourd['’]hui(?!\p{L})/giu, /(?<!\p{L})demain(?!\p{L})/giu],
  es: [/(?<!\p{L})hoy(?!\p{L})/giu, /(?<!\p{L})mañana(?!\p{L})/giu],
  nl: [/(?<!\p{L})vandaag(?!\p{L})/giu, /(?<!\p{L})morgen(?!\p{L})/giu],
};

/** A day of that year, or of the year in which it lies nearest to today. Null when there is no such day. */
function dayOf(sense: DateSense, month: number, day: number, year: string | undefined): string | null {
  const at = (whole: number) => {
    const date = new Date(Date.UTC(whole, month, day));
    return date.getUTCMonth() === month && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : null;
  };
  if (year !== undefined) return at(year.length === 2 ? 2000 + Number(year) : Number(year));
  const now = Date.parse(sense.today), current = new Date(now).getUTCFullYear();
  const days = [current - 1, current, current + 1].map(at).filter((found) => found !== null);
  return days.sort((a, b) => Math.abs(Date.parse(a) - now) - Math.abs(Date.parse(b) - now))[0] ?? null;
}

function numericDay(
  sense: DateSense,
  { a, b, mark, year }: Readonly<Record<string, string | undefined>>,
): string | null {
  // Two numbers with a dash are a range or a part of something else; without a year only `4.3.` and `3/4` are days.
  if (mark === "-" && year === undefined) return null;
  const first = sense.month_first && mark !== ".";
  return dayOf(sense, Number(first ? a : b) - 1, Number(first ? b : a), year === "" ? undefined : year);
}

/** All days that a text names, in its order; of those that overlap the longest. */
export function findDays(text: string, sense: DateSense): FoundDay[] {
  const found: FoundDay[] = [];
  const add = (match: RegExpExecArray, day: string | null, relative = false) => {
    if (day !== null) found.push({ start: match.index, end: match.index + match[0].length, day, relative });
  };
  for (const match of text.matchAll(ISO)) {
    const { year, month, day } = match.groups ?? {};
    add(match, dayOf(sense, Number(month) - 1, Number(day), year));
  }
  for (const pattern of [...NAMED, SHARED_MONTH]) {
    for (const match of text.matchAll(pattern)) {
      const { day, month = "", year } = match.groups ?? {};
      add(match, dayOf(sense, MONTHS.get(month.toLowerCase()) ?? 0, Number(day), year));
    }
  }
  for (const match of text.matchAll(NUMERIC)) add(match, numericDay(sense, match.groups ?? {}));
  for (const [days, pattern] of RELATIVE[sense.language].entries()) {
    for (const match of text.matchAll(pattern)) add(match, plusDays(sense.today, days), true);
  }
  if (found.length === 0) {
    for (const match of text.matchAll(WEEKDAY)) {
      const weekday = WEEKDAYS.get((match.groups?.weekday ?? "").toLowerCase()) ?? 0;
      const ahead = (weekday - new Date(`${sense.today}T00:00:00Z`).getUTCDay() + 7) % 7;
      add(match, plusDays(sense.today, ahead), true);
    }
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const apart = found.filter((day, at) => at === 0 || day.start >= (found[at - 1]?.end ?? 0));
  // Of "tomorrow, Tuesday 19 May" the date tells: nobody knows in which zone it is tomorrow.
  return apart.filter(({ relative, end }, at) =>
    !relative || !BESIDE.test(text.slice(end, apart[at + 1]?.start ?? end))
  );
}

const CLOCK = String.raw`(\d{1,2})(?:(?::|h|\.)(\d{2})|h)? ?(?:uhr|uur)? ?([ap])?\.?(?:m\.?)?`;
const WINDOW = new RegExp(
  String.raw`(?<![\d./])${CLOCK} ?(?:-|–|and|to|und|bis|et|à|y|a|en|tot)(?: las| les)? ?${CLOCK}(?![\d/.]|\p{L})`,
  "giu",
);

/** The first window of time that a text names, as `[11:30, 13:00]`; null when it names none. */
export function findWindow(text: string): readonly [string, string] | null {
  for (const match of text.matchAll(WINDOW)) {
    const [, h1, m1, p1, h2, m2, p2] = match;
    // Bare numbers with nothing that makes them times are a range of days, or of anything.
    if (m1 === undefined && m2 === undefined && p1 === undefined && p2 === undefined && !/h|uhr|uur/i.test(match[0])) {
      continue;
    }
    const from = timeOf(h1, m1, p1 ?? p2), to = timeOf(h2, m2, p2);
    if (from !== null && to !== null && from < to) return [from, to];
  }
  return null;
}

function timeOf(hour: string | undefined, minute = "00", half: string | undefined): string | null {
  let h = Number(hour);
  if (half !== undefined) h = h % 12 + (half.toLowerCase() === "p" ? 12 : 0);
  return h > 23 || Number(minute) > 59 ? null : `${String(h).padStart(2, "0")}:${minute}`;
}
