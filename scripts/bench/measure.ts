/** What a measure is, and what comes of it. */

/** One figure, in the form that `--json` prints. Null stands for what was not measured or does not exist. */
export interface Result {
  readonly name: string;
  /** Ours, in `unit`. */
  readonly value: number | null;
  readonly unit: string;
  /** The same work done by the smallest honest thing, in `unit`. */
  readonly baseline: number | null;
  /** The median of value ÷ baseline over pairs of rounds that followed each other. */
  readonly ratio: number | null;
  /** What the ratio is held to or, where there is no baseline, what the value is held to. */
  readonly target: number | null;
  readonly better: "higher" | "lower";
  /** Null when there is no target, or nothing was measured. */
  readonly ok: boolean | null;
}

/** A result with what is worth knowing beside it, one line each. */
export interface Outcome {
  readonly result: Result;
  readonly notes: readonly string[];
}

/** Says how far the work is; never part of the result. */
export type Progress = (line: string) => void;

/** One run that gives one or more figures. */
export interface Measure {
  /** The names of its figures, in the order in which they are given. */
  readonly names: readonly string[];
  /** What is measured against what, in one sentence. */
  readonly about: string;
  /** @param wanted those of `names` that were asked for; the others may be left out */
  run(progress: Progress, wanted: readonly string[]): Promise<readonly Outcome[]>;
}

/** How a figure is judged. */
export interface Judged {
  readonly name: string;
  readonly unit: string;
  readonly target: number;
  readonly better: "higher" | "lower";
}

/** A figure with a baseline: its ratio is held to the target. */
export function ratioResult(
  { name, unit, target, better }: Judged,
  { value, baseline, ratio }: { readonly value: number; readonly baseline: number; readonly ratio: number },
): Result {
  return { name, value, unit, baseline, ratio, target, better, ok: reached(ratio, target, better) };
}

/** A figure without a baseline: its value is held to the target. */
export function valueResult({ name, unit, target, better }: Judged, value: number): Result {
  return { name, value, unit, baseline: null, ratio: null, target, better, ok: reached(value, target, better) };
}

/** A figure that could not be taken here, with the reason. */
export function skipped({ name, unit, target, better }: Judged, why: string): Outcome {
  return {
    result: { name, value: null, unit, baseline: null, ratio: null, target, better, ok: null },
    notes: [why],
  };
}

function reached(figure: number, target: number, better: "higher" | "lower"): boolean {
  return better === "higher" ? figure >= target : figure <= target;
}
