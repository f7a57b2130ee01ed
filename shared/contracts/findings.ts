/** What a check found to be wrong, for operators. */
import { z } from "zod";

/** One thing that is wrong: what, why, and the command that mends it. */
export const Finding = z.object({
  /** Stable, such as `tick.silent`; docs/runbook.md has each. */
  code: z.string(),
  /** `error`: something does not work. `warning`: it soon may not. */
  severity: z.enum(["error", "warning"]),
  /** What is wrong, in a sentence. */
  problem: z.string(),
  /** What mends it, or shows more. */
  mend: z.string(),
});
export type Finding = z.infer<typeof Finding>;
