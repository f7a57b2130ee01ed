/** When a series takes place. */
import { RRuleTemporal } from "rrule-temporal";
import type { Copy, Span } from "./model.ts";
import { type Refusal, type Repeats, repeatsOf } from "./rule.ts";
import { localOf, wallMs } from "./zone.ts";

/** The occurrences of a series in a span. */
export interface Planned {
  /** When they begin, as instants; of days, midnight UTC. Ascending, each once. */
  readonly starts: readonly number[];
  /** Why there may be more; `""` when these are all. */
  readonly cut: Refusal | "occurrences_too_many" | "";
}

type Series = Pick<Copy, "starts_at" | "all_day" | "start_date" | "time_zone" | "recurrence">;

/** Occurrences of one series in one answer. */
const OCCURRENCES_MAX = 1_000;
const DAY_MS = 24 * 60 * 60_000;
/** What the library may try for one rule before it gives up. */
const ITERATIONS_MAX = 6_000;
const CANDIDATES_MAX = 20_000;

/** The occurrences that begin in the span. A rule that is refused leaves the series' first time, and its own dates. */
export function plannedIn(series: Series, { from, to }: Span): Planned {
  const { zone, start } = beginning(series);
  if (Number.isNaN(start)) return { starts: [], cut: "rule_invalid" };
  const repeats = repeatsOf(series.recurrence, zone);
  let cut: Planned["cut"] = repeats.refused;
  const local = new Set([start, ...repeats.added]);
  for (const rule of repeats.rules) {
    // A day more at both ends: local times are not yet instants.
    const found = startsOf(rule, start, { from: from - DAY_MS, to: to + DAY_MS });
    if (found === null) cut ||= "rule_too_long";
    for (const at of found ?? []) local.add(at);
  }
  const instants = [...local].filter((at) => !isExcluded(repeats, at)).map((at) => wallMs(at, zone));
  const starts = [...new Set(instants)].filter((at) => at >= from && at < to).sort((a, b) => a - b);
  if (starts.length > OCCURRENCES_MAX) cut ||= "occurrences_too_many";
  return { starts: starts.slice(0, OCCURRENCES_MAX), cut };
}

/** When the last occurrence begins, at the latest; Infinity when it never ends or nobody can tell. */
export function lastStart(series: Series): number {
  const { zone, start } = beginning(series);
  const { rules, until, added } = repeatsOf(series.recurrence, zone);
  const last = Math.max(start, until, countedEnd(rules, start), ...added);
  return Number.isFinite(last) ? wallMs(last, zone) : Infinity;
}

/** Whether the series was planned to begin then, but was told not to. */
export function isTakenOut(series: Series, at: number): boolean {
  const { zone } = beginning(series);
  return isExcluded(repeatsOf(series.recurrence, zone), localOf(at, zone));
}

/** Days are the same in every zone: their times are those of UTC. */
function beginning({ starts_at, all_day, start_date, time_zone }: Series): { zone: string; start: number } {
  if (all_day) return { zone: "UTC", start: Date.parse(start_date || starts_at) };
  const start = Date.parse(starts_at);
  return { zone: time_zone, start: Number.isNaN(start) ? start : localOf(start, time_zone) };
}

function isExcluded({ excluded, excluded_days }: Repeats, at: number): boolean {
  return excluded.has(at) || (excluded_days.size > 0 && excluded_days.has(Math.floor(at / DAY_MS) * DAY_MS));
}

/** Null when the library gave up: the rule takes too long, or never holds. */
function startsOf(rule: string, start: number, { from, to }: Span): number[] | null {
  return read(() => ruleFrom(rule, start).between(new Date(from), new Date(to), true).map(millisecondsOf));
}

function countedEnd(rules: readonly string[], start: number): number {
  const ends = rules.map((rule) => {
    if (!rule.includes("COUNT=")) return -Infinity;
    return read(() => ruleFrom(rule, start).all().map(millisecondsOf).at(-1) ?? start) ?? Infinity;
  });
  return Math.max(...ends);
}

function ruleFrom(rule: string, start: number): RRuleTemporal<Temporal.ZonedDateTime> {
  return new RRuleTemporal({
    rruleString: `RRULE:${rule}`,
    dtstart: Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO("UTC"),
    temporal: Temporal,
    maxIterations: ITERATIONS_MAX,
    maxCandidateEvaluations: CANDIDATES_MAX,
  });
}

function millisecondsOf({ epochMilliseconds }: Temporal.ZonedDateTime): number {
  return epochMilliseconds;
}

/** The library says by an error what it can't read and when it gave up. */
function read<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}
