/** Runs checks side by side. */
import { reasonOf } from "../../shared/contracts/errors.ts";
import type { Finding } from "../../shared/contracts/findings.ts";

/** One check by its name, which codes of its own failure begin with. */
export interface Check<Ports> {
  readonly name: string;
  run(ports: Ports): Promise<readonly Finding[]>;
}

/** What all checks find, errors first. One that fails says so. */
export async function runChecks<Ports>(checks: readonly Check<Ports>[], ports: Ports): Promise<readonly Finding[]> {
  const found = await Promise.all(checks.map(async ({ name, run }): Promise<readonly Finding[]> => {
    try {
      return await run(ports);
    } catch (error) {
      return [{
        code: `${name}.unknown`,
        severity: "error",
        problem: `Cannot check ${name}: ${reasonOf(error)}`,
        mend: "see what else is wrong, and run deno task doctor again",
      }];
    }
  }));
  const all = found.flat();
  return [...all.filter(({ severity }) => severity === "error"), ...all.filter(({ severity }) => severity !== "error")];
}
