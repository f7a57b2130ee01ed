/** How often a message failed before, and with what: it travels with the message when that is handed back. */
import type { DeadLetter } from "../../shared/contracts/messages.ts";
import { codeOf } from "./codes.ts";

/** The attribute of a message that was handed back. */
export const HISTORY_ATTRIBUTE = "history";

/** The last failures that are kept; an attribute has room for 1,024 bytes. */
const FAILURES_MAX = 8;

/** One failure before the present one. */
export interface FormerFailure {
  readonly failed_at: string;
  /** The stable beginning of its reason. */
  readonly code: string;
}

/** The failures before the letter's own, oldest first. */
export function historyOf({ attributes }: Pick<DeadLetter, "attributes">): readonly FormerFailure[] {
  const kept = attributes[HISTORY_ATTRIBUTE] ?? "";
  return kept.split(";").flatMap((text) => {
    const [failed_at = "", code = ""] = text.split(" ");
    return failed_at === "" || code === "" ? [] : [{ failed_at, code }];
  });
}

/** The attribute with the letter's own failure behind the former ones. */
export function withFailure(letter: DeadLetter): string {
  const failures = [...historyOf(letter), { failed_at: letter.failed_at, code: codeOf(letter.reason) }];
  return failures.slice(-FAILURES_MAX).map(({ failed_at, code }) => `${failed_at} ${code}`).join(";");
}
