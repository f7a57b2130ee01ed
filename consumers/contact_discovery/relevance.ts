/**
 * How much a contact matters now. Each sighting has points, which halve with every half-life; exchange in both
 * directions multiplies them. Since everything fades alike, time alone never changes the order of two contacts: it is
 * kept, and only the figure that is shown depends on the day. Pure.
 */
import type { KeptContact, SightingKind } from "./model.ts";
import { kindsOf } from "./tally.ts";

/** Points halve in this many months. */
export const HALF_LIFE_MONTHS = 6;
/** Exchange in equal parts counts this much more than the same in one direction. */
export const TWO_WAY_FACTOR_MAX = 3;
/** Points that are one of the score: a mail to somebody is 80. */
const POINT = 10;
/** The month that kept orders are reckoned from; nothing of relevance is older. */
const FIRST_MONTH = 2000 * 12 + 1;
/** A kept order tells apart what differs by a sixteenth of a doubling: one mail more seldom moves a contact. */
const STEPS = 16;
const PLACE_MAX = 999_999;

type Months = KeptContact["months"];

/** What a contact's relevance is made of. */
export interface Relevance {
  /** Comparable between contacts: 0 nothing, 1 for each doubling of what there is. */
  readonly score: number;
  readonly half_life_months: number;
  /** From 1 (all in one direction) to {@linkcode TWO_WAY_FACTOR_MAX} (as much sent as received). */
  readonly two_way_factor: number;
  /** What is left today of the points of each kind. */
  readonly points: { readonly kind: SightingKind; readonly points: number }[];
}

/** The relevance at a moment (ISO 8601). */
export function relevanceOf(months: Months, now: string): Relevance {
  const month = monthNumber(now);
  const kinds = kindsOf(months);
  const left = new Map(kinds.map((kind) => [kind, faded(months[kind] ?? {}, month)]));
  const factor = twoWay(left.get("sent") ?? 0, left.get("received") ?? 0);
  const sum = kinds.reduce((total, kind) => total + (left.get(kind) ?? 0), 0);
  return {
    score: rounded(Math.log2(1 + factor * sum / POINT)),
    half_life_months: HALF_LIFE_MONTHS,
    two_way_factor: rounded(factor),
    points: kinds.map((kind) => ({ kind, points: rounded(left.get(kind) ?? 0) })),
  };
}

/** A part of an id, such that the most relevant is listed first, on every day. */
export function mostRelevantFirst(months: Months): string {
  const kinds = kindsOf(months);
  const left = new Map(kinds.map((kind) => [kind, faded(months[kind] ?? {}, FIRST_MONTH)]));
  const factor = twoWay(left.get("sent") ?? 0, left.get("received") ?? 0);
  const sum = kinds.reduce((total, kind) => total + (left.get(kind) ?? 0), 0);
  const doublings = sum <= 0 ? 0 : Math.log2(1 + factor * sum);
  return String(PLACE_MAX - Math.min(PLACE_MAX, Math.round(doublings * STEPS))).padStart(6, "0");
}

/** What is left of points at a month: of those from before it less, of later ones more. */
function faded(months: Readonly<Record<string, number>>, month: number): number {
  // In one order, since sums of fractions depend on it.
  return Object.entries(months).sort(([a], [b]) => a < b ? -1 : 1)
    .reduce(
      (sum, [at, points]) => sum + points * 2 ** ((Math.max(FIRST_MONTH, monthNumber(at)) - month) / HALF_LIFE_MONTHS),
      0,
    );
}

function twoWay(sent: number, received: number): number {
  // What is sent has twice the points of what is received.
  const [less, more] = [sent / 2, received].sort((a, b) => a - b);
  if (less === undefined || more === undefined || more === 0) return 1;
  return 1 + (TWO_WAY_FACTOR_MAX - 1) * less / more;
}

function monthNumber(moment: string): number {
  return Number(moment.slice(0, 4)) * 12 + Number(moment.slice(5, 7));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
