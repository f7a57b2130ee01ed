/** The rules and dates of a series, as their lines say them (RFC 5545 3.3.10, 3.8.5), read into its own local time. */
import { localOf, wallMs } from "./zone.ts";

/** Why a series is not followed as it stands: too fine or too long to be a person's calendar, or not to be read. */
export type Refusal = "rule_invalid" | "rule_too_fine" | "rule_too_long";

/** What repeats a series. All times are local ones, as milliseconds of a clock at UTC. */
export interface Repeats {
  /** RRULE values whose UNTIL is a local time. */
  readonly rules: readonly string[];
  /** When the last rule ends that is not ended by COUNT; Infinity when one has no end, -Infinity when there is none. */
  readonly until: number;
  readonly added: readonly number[];
  readonly excluded: ReadonlySet<number>;
  /** Whole days that are taken out, by their midnight. */
  readonly excluded_days: ReadonlySet<number>;
  readonly refused: Refusal | "";
}

const RULES_MAX = 8;
/** A rule that ends by COUNT is counted from its beginning: nearly fourteen years of days. */
const COUNT_MAX = 5_000;
const INTERVAL_MAX = 10_000;
const BY_VALUES_MAX = 400;
/** Times of day that BYHOUR, BYMINUTE and BYSECOND make together. */
const TIMES_MAX = 24;
const DATES_MAX = 2_000;
const DAY_MS = 24 * 60 * 60_000;

/** What each part of a rule may hold; each of the values that a comma separates. */
const PARTS: Readonly<Record<string, RegExp>> = {
  FREQ: /^[A-Z]+$/,
  UNTIL: /^\d{8}(T\d{6}Z?)?$/,
  COUNT: /^\d{1,12}$/,
  INTERVAL: /^[1-9]\d{0,11}$/,
  WKST: /^(MO|TU|WE|TH|FR|SA|SU)$/,
  BYDAY: /^([+-]?([1-9]|[1-4]\d|5[0-3]))?(MO|TU|WE|TH|FR|SA|SU)$/,
  BYHOUR: /^([01]?\d|2[0-3])$/,
  BYMINUTE: /^[0-5]?\d$/,
  BYSECOND: /^[0-5]?\d$/,
  BYMONTH: /^(0?[1-9]|1[0-2])$/,
  BYMONTHDAY: /^[+-]?(0?[1-9]|[12]\d|3[01])$/,
  BYWEEKNO: /^[+-]?(0?[1-9]|[1-4]\d|5[0-3])$/,
  BYYEARDAY: /^[+-]?\d{1,3}$/,
  BYSETPOS: /^[+-]?[1-9]\d{0,2}$/,
};

/** Reads the lines of a series in that zone. What can't be read is left out and said. */
export function repeatsOf(lines: readonly string[], zone: string): Repeats {
  const rules: string[] = [];
  const added: number[] = [];
  const excluded = new Set<number>();
  const excluded_days = new Set<number>();
  let until = -Infinity, refused: Refusal | "" = "";
  for (const line of lines) {
    const { name, params, value } = lineOf(line);
    if (name === "RRULE") {
      const rule = ruleOf(value, zone);
      if (typeof rule === "string") refused ||= rule;
      else if (rules.length < RULES_MAX) {
        rules.push(rule.text);
        until = Math.max(until, rule.until);
      } else refused ||= "rule_too_long";
    } else if (name === "RDATE" || name === "EXDATE") {
      for (const text of value.split(",").slice(0, DATES_MAX)) {
        const at = dateOf(text, params.get("TZID") ?? "", zone);
        if (at === null) refused ||= "rule_invalid";
        else if (name === "RDATE") added.push(at.ms);
        else (at.day ? excluded_days : excluded).add(at.ms);
      }
    }
  }
  return { rules, until, added: added.slice(0, DATES_MAX), excluded, excluded_days, refused };
}

function lineOf(line: string): { name: string; params: ReadonlyMap<string, string>; value: string } {
  const colon = line.indexOf(":");
  const [name = "", ...params] = line.slice(0, Math.max(0, colon)).split(";");
  const named = params.map((param): [string, string] => {
    const [key = "", value = ""] = param.split("=");
    return [key.toUpperCase(), value.replaceAll('"', "")];
  });
  return { name: name.trim().toUpperCase(), params: new Map(named), value: line.slice(colon + 1).trim() };
}

interface Rule {
  readonly text: string;
  readonly until: number;
}

function ruleOf(value: string, zone: string): Rule | Refusal {
  const parts = new Map<string, string>();
  for (const part of value.toUpperCase().split(";").filter((text) => text !== "")) {
    const [name = "", said = ""] = part.split("=");
    const form = PARTS[name];
    if (form === undefined || parts.has(name) || !said.split(",").every((one) => form.test(one))) return "rule_invalid";
    parts.set(name, said);
  }
  const freq = parts.get("FREQ") ?? "";
  if (["SECONDLY", "MINUTELY", "HOURLY"].includes(freq)) return "rule_too_fine";
  if (!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"].includes(freq)) return "rule_invalid";
  const lengthOf = (name: string) => parts.get(name)?.split(",").length ?? 1;
  if (lengthOf("BYHOUR") * lengthOf("BYMINUTE") * lengthOf("BYSECOND") > TIMES_MAX) return "rule_too_fine";
  if ([...parts.keys()].some((name) => lengthOf(name) > BY_VALUES_MAX)) return "rule_too_long";
  const count = parts.get("COUNT");
  if (count !== undefined && !(Number(count) >= 1)) return "rule_invalid";
  if (Number(count ?? 1) > COUNT_MAX || Number(parts.get("INTERVAL") ?? 1) > INTERVAL_MAX) return "rule_too_long";
  const said = parts.get("UNTIL");
  const last = said === undefined ? null : dateOf(said, "", zone);
  if (said !== undefined && last === null) return "rule_invalid";
  const until = last === null ? Infinity : last.ms + (last.day ? DAY_MS - 1_000 : 0);
  if (last !== null) parts.set("UNTIL", compact(until));
  const text = [...parts].map(([name, what]) => `${name}=${what}`).join(";");
  return { text, until: count === undefined ? until : -Infinity };
}

/** A date, a local time, or an instant, in local time. Of a period its start counts. */
function dateOf(text: string, tzid: string, zone: string): { readonly ms: number; readonly day: boolean } | null {
  const [, y = "", mo = "", d = "", time, h = "", mi = "", s = "", utc] =
    /^(\d{4})(\d{2})(\d{2})(T(\d{2})(\d{2})(\d{2})(Z)?)?(?:\/.*)?$/.exec(text.trim().toUpperCase()) ?? [];
  const ms = Date.parse(`${y}-${mo}-${d}T${time === undefined ? "00:00:00" : `${h}:${mi}:${s}`}Z`);
  if (Number.isNaN(ms)) return null;
  if (time === undefined) return { ms, day: true };
  if (utc !== undefined) return { ms: localOf(ms, zone), day: false };
  return { ms: tzid === "" || tzid === zone ? ms : localOf(wallMs(ms, tzid), zone), day: false };
}

function compact(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
}
