import { PermanentError } from "../../contracts/errors.ts";
import type { ProviderResponse } from "../port.ts";
import { googleReasons } from "../verdict.ts";

/** An answer that no retry will change. Its text is left out: it may quote what was sent. */
export function refusedBy(answer: ProviderResponse, what: string): PermanentError {
  const reason = googleReasons(answer.json)[0]?.slice(0, 64) ?? "";
  return new PermanentError("provider_refused", `Cannot ${what}: Google answers ${answer.status} ${reason}`.trim());
}
