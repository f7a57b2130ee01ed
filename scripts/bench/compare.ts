/** Two ways to do the same work, compared under the same weather. */
import type { Progress } from "./measure.ts";

/** Does some work and gives its figure, such as messages a second. */
export type Round = () => Promise<number>;

/** Medians over all rounds. `ratio` is the median of the pairs' ratios, not the ratio of the medians. */
export interface Compared {
  readonly value: number;
  readonly baseline: number;
  readonly ratio: number;
}

/** The value in the middle, or the mean of the two there. @throws RangeError without values */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/**
 * The value below which that share of all values lies, interpolated between neighbours.
 * @throws RangeError without values
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new RangeError("Cannot take a percentile of no values");
  return below + (above - below) * (place - Math.floor(place));
}

/** How many rounds do not count, so that the compiler has seen the code of both sides. */
export const WARM_UP_ROUNDS = 3;

/**
 * Runs short rounds of both in turn, after some of each that do not count. The two rounds of a pair meet the same load
 * of the machine, and who goes first changes from pair to pair.
 */
export async function compare(
  rounds: number,
  both: { readonly ours: Round; readonly baseline: Round },
  progress: Progress,
): Promise<Compared> {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    await both.baseline();
    await both.ours();
  }
  const pairs: { ours: number; baseline: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    let ours = 0, baseline = 0;
    if (round % 2 === 0) baseline = await both.baseline();
    ours = await both.ours();
    if (round % 2 === 1) baseline = await both.baseline();
    pairs.push({ ours, baseline });
    progress(`round ${round + 1} of ${rounds}: ${figure(ours)} to ${figure(baseline)}, ${figure(ours / baseline)}`);
  }
  return {
    value: median(pairs.map(({ ours }) => ours)),
    baseline: median(pairs.map(({ baseline }) => baseline)),
    ratio: median(pairs.map(({ ours, baseline }) => ours / baseline)),
  };
}

/** A number with as many digits as mean something. */
export function figure(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(3)));
}
