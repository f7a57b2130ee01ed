/** The figures as a program and as a person reads them. */
import { figure } from "./compare.ts";
import type { Outcome, Result } from "./measure.ts";

/** One object a line, exactly these fields. */
export function jsonLine({ name, value, unit, baseline, ratio, target, better, ok }: Result): string {
  return JSON.stringify({ name, value, unit, baseline, ratio, target, better, ok });
}

const HEAD = ["measure", "value", "baseline", "ratio", "target", ""] as const;

/** A table of all figures, each followed by its notes. */
export function table(outcomes: readonly Outcome[]): string {
  const rows = [HEAD, ...outcomes.map(({ result }) => cells(result))];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd();
  const [head, ...rest] = rows;
  return [
    line(head ?? []),
    ...rest.flatMap((row, at) => [line(row), ...(outcomes[at]?.notes ?? []).map((note) => `    ${note}`)]),
  ].join("\n");
}

function cells({ name, value, unit, baseline, ratio, target, better, ok }: Result): string[] {
  const aim = better === "higher" ? "at least" : "at most";
  return [
    name,
    value === null ? "not measured" : `${figure(value)} ${unit}`,
    baseline === null ? "" : `${figure(baseline)} ${unit}`,
    ratio === null ? "" : figure(ratio),
    target === null ? "" : `${aim} ${figure(target)}`,
    ok === null ? "" : ok ? "ok" : "MISSED",
  ];
}
