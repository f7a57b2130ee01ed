/** What a provider's answer means for the caller: an answer, "not now", or "who are you?". */
import { z } from "zod";
import type { ProviderResponse } from "./port.ts";

/** `retry_after_ms` is null when the provider does not say how long to wait. */
export type Verdict =
  | { readonly kind: "answer" }
  | { readonly kind: "throttled"; readonly retry_after_ms: number | null }
  | { readonly kind: "away"; readonly retry_after_ms: number | null }
  /** A new access token may help: expired, revoked, or asked to prove more (continuous access evaluation). */
  | { readonly kind: "unauthorised" };

/** Google says "too many requests" with 403 too; only the reason tells it from a missing permission. */
const THROTTLED_REASONS = new Set(["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"]);

/** What is used up for longer than a moment, with how long to stay away, milliseconds. */
const LONG_WAITS = new Map([
  // A calendar's general limits: Google's guide says to wait, not for how long.
  ["quotaExceeded", 10 * 60 * 1000],
  // A day's quota: asking again within the hour is of no use.
  ["dailyLimitExceeded", 60 * 60 * 1000],
]);

/** The longest wait that is believed: asking once a day is no burden, and a mistake must not silence a mailbox. */
const WAIT_MS_MAX = 24 * 60 * 60 * 1000;

const GoogleError = z.object({
  error: z.object({
    message: z.string().catch(""),
    errors: z.array(z.object({ reason: z.string().catch("") })).catch([]),
    // The newer APIs (People) say it here.
    details: z.array(z.object({ reason: z.string().catch("") })).catch([]),
  }),
});

/** Judges an answer by its status, its headers and Google's reasons. `now_ms` is needed for absolute times. */
export function judge(answer: ProviderResponse, now_ms: number): Verdict {
  const { status } = answer;
  if (status === 401) return { kind: "unauthorised" };
  if (status === 429 || status === 509) return { kind: "throttled", retry_after_ms: retryAfter(answer, now_ms) };
  if (status === 403) return judgeForbidden(answer, now_ms);
  if (status === 500 || status === 502 || status === 503 || status === 504) {
    return { kind: "away", retry_after_ms: retryAfter(answer, now_ms) };
  }
  return { kind: "answer" };
}

function judgeForbidden(answer: ProviderResponse, now_ms: number): Verdict {
  const reasons = googleReasons(answer.json);
  const said = retryAfter(answer, now_ms);
  const long_ms = reasons.map((reason) => LONG_WAITS.get(reason)).find((wait) => wait !== undefined);
  if (long_ms !== undefined) return { kind: "throttled", retry_after_ms: said ?? long_ms };
  if (reasons.some((reason) => THROTTLED_REASONS.has(reason))) return { kind: "throttled", retry_after_ms: said };
  return { kind: "answer" };
}

/** The `reason`s of a Google error body; empty for any other body. */
export function googleReasons(json: unknown): readonly string[] {
  const body = GoogleError.safeParse(json);
  if (!body.success) return [];
  const { errors, details } = body.data.error;
  return [...errors, ...details].map(({ reason }) => reason).filter((reason) => reason !== "");
}

/** How long an answer asks to wait: the `Retry-After` header (seconds or a date), or Gmail's "Retry after {time}". */
export function retryAfter(answer: Pick<ProviderResponse, "headers" | "json">, now_ms: number): number | null {
  const header = answer.headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(header)) return Math.min(WAIT_MS_MAX, Math.ceil(Number(header) * 1000));
  const body = GoogleError.safeParse(answer.json);
  const text = body.success ? /retry after (\S+)/i.exec(body.data.error.message)?.[1] ?? "" : "";
  const at = Date.parse(header === "" ? text : header);
  return Number.isFinite(at) ? Math.min(WAIT_MS_MAX, Math.max(0, at - now_ms)) : null;
}
