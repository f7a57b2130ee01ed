/** The one layer that repeats requests to providers. Everything above it fails at once with what this layer says. */
import type { Random } from "../contracts/deps.ts";
import { TransientError } from "../contracts/errors.ts";
import { away } from "./http.ts";
import type { Verdict } from "./verdict.ts";

/** How often one request is repeated. */
export const RETRIES_MAX = 3;

/** The longest wait that is slept here, holding the lease; whatever is longer is handed back to the caller. */
export const SLEPT_MS_MAX = 5_000;

/** For how long to stay away when a provider throttles without saying for how long. */
const UNTOLD_WAIT_MS = 30_000;

/** What asks for another try. */
export type NotNow = Extract<Verdict, { kind: "throttled" | "away" }>;

/**
 * How long to wait before the next try of a request that was refused for now.
 * @param retries how often it was repeated already
 * @throws TransientError `throttled` with the exact wait when that is too long to sleep or the tries are used up;
 *   `provider_away` when the provider keeps failing without saying for how long
 */
export function nextWait(verdict: NotNow, retries: number, random: Random): number {
  const told = verdict.retry_after_ms;
  if (told !== null && (told > SLEPT_MS_MAX || retries >= RETRIES_MAX)) throw throttled(told);
  if (retries >= RETRIES_MAX) {
    throw verdict.kind === "throttled" ? throttled(UNTOLD_WAIT_MS) : away("The provider keeps failing");
  }
  return told === null ? backoff(retries, random) : told + random.next() * 250;
}

function throttled(retry_after_ms: number): TransientError {
  return new TransientError("throttled", `The provider asks to wait ${retry_after_ms} ms`, { retry_after_ms });
}

/** Exponential backoff as Google documents it: 2^n seconds and up to one more by chance. */
function backoff(retries: number, random: Random): number {
  return 2 ** retries * 1000 + random.next() * 1000;
}
