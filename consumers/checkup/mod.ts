/** The checkup: what an instance finds wrong with itself and what it looks after. It changes nothing. */
import type { Finding } from "../../shared/contracts/findings.ts";
import type { CheckupPorts } from "./checks.ts";

export type { CheckupPorts } from "./checks.ts";

/** Everything that is found wrong, errors first. A check that can't be made is a finding itself. Never rejects. */
export async function checkUp(ports: CheckupPorts): Promise<readonly Finding[]> {
  // Loaded with the first question: nobody asks at start.
  const { CHECKS } = await import("./checks.ts");
  const { runChecks } = await import("./run.ts");
  return await runChecks(CHECKS, ports);
}
