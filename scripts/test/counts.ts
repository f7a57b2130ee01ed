/** How many tests a run had, as `deno test` itself counts them: steps are part of their test. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Case {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
}

function cases(suite: string): Case[] {
  return [...suite.matchAll(/<testcase name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map((
    [, name, body],
  ) => ({
    name: name ?? "",
    outcome: /<(failure|error)\b/.test(body ?? "") ? "failed" : /<skipped\b/.test(body ?? "") ? "skipped" : "passed",
  }));
}

/** The report lists the step `s` of the test `t` as a further case `t > s`. */
function withoutSteps(all: readonly Case[]): Case[] {
  const names = new Set(all.map(({ name }) => name));
  return all.filter(({ name }) => {
    for (let end = name.indexOf(" &gt; "); end >= 0; end = name.indexOf(" &gt; ", end + 1)) {
      if (names.has(name.slice(0, end))) return false;
    }
    return true;
  });
}

/**
 * Counts the JUnit report of a run. A run that failed without naming a test (a type error, a file that could not be
 * loaded, a run that was killed) counts as one failure.
 */
export function counted(report: string, success: boolean): Counts {
  const suites = [...report.matchAll(/<testsuite name="[^"]*"[^>]*>([\s\S]*?)<\/testsuite>/g)];
  const all = suites.flatMap(([, body]) => withoutSteps(cases(body ?? "")));
  const count = (outcome: Case["outcome"]) => all.filter((one) => one.outcome === outcome).length;
  const failed = count("failed");
  return { passed: count("passed"), failed: success ? failed : Math.max(failed, 1), skipped: count("skipped") };
}

/** The last line of a run. */
export function countsLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
