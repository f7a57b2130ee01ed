/** `deno task bench`: measures what is promised, each figure beside its baseline and in the same run. */
import { jsonLine, type Measure, MEASURES, type Outcome, type Progress, table } from "./bench/mod.ts";
import { say, warn } from "./terminal.ts";

/** What a run of the bench needs from outside. */
export interface BenchPorts {
  readonly measures: readonly Measure[];
  /** A line of the result. */
  readonly say: Progress;
  /** A line about the work. */
  readonly warn: Progress;
}

/** What `--help` prints. */
function help(measures: readonly Measure[]): string {
  const width = Math.max(...measures.map(({ names }) => names.join(", ").length));
  const lines = measures.map(({ names, about }) => `  ${names.join(", ").padEnd(width)}  ${about}`);
  return `Measures what Millrace promises, each figure beside its baseline, in short rounds by turns.

Usage: deno task bench [NAME…] [--json] [--help]

  NAME     what to measure, or the first word of several; everything when none is given
${lines.join("\n")}

  --json   one object a line: {name, value, unit, baseline, ratio, target, better, ok}, numbers or null
  --help   show this text

Progress goes to the standard error output. A measure whose service is absent is skipped, with nulls (see
\`deno task services status\`). Figures of a busy machine wobble: what counts is the ratio.

Exit code: 0 every target was reached or skipped; 1 one was missed or could not be measured; 2 wrong usage.`;
}

/** Runs the bench. @returns the exit code */
export async function bench(args: readonly string[], { measures, say, warn }: BenchPorts): Promise<number> {
  const known = measures.flatMap(({ names }) => names);
  const options = args.filter((arg) => arg.startsWith("-"));
  const given = args.filter((arg) => !arg.startsWith("-"));
  if (options.includes("--help") || options.includes("-h")) {
    say(help(measures));
    return 0;
  }
  const meant = (name: string) => known.filter((each) => each === name || each.startsWith(`${name}-`));
  const unknown = options.find((option) => option !== "--json") ?? given.find((name) => meant(name).length === 0);
  if (unknown !== undefined) {
    warn(`Cannot measure "${unknown}". There is: ${known.join(", ")}; see --help.`);
    return 2;
  }
  const wanted = given.length === 0 ? known : given.flatMap(meant);
  const outcomes: Outcome[] = [];
  let broken = false;
  for (const measure of measures) {
    const names = measure.names.filter((name) => wanted.includes(name));
    if (names.length === 0) continue;
    warn(`${names.join(", ")}: ${measure.about}`);
    try {
      const taken = (await measure.run((line) => warn(`  ${line}`), names)).filter(({ result }) =>
        names.includes(result.name)
      );
      outcomes.push(...taken);
      for (const { result, notes } of taken) {
        if (options.includes("--json")) say(jsonLine(result));
        for (const note of notes) warn(`  ${note}`);
      }
    } catch (error) {
      broken = true;
      warn(`  ${names.join(", ")} could not be measured: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (!options.includes("--json") && outcomes.length > 0) say(table(outcomes));
  return broken || outcomes.some(({ result }) => result.ok === false) ? 1 : 0;
}

if (import.meta.main) Deno.exit(await bench(Deno.args, { measures: MEASURES, say, warn }));
