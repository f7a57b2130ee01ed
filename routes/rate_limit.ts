/** How often one key, or one person signed in by token, may ask: a bucket that fills again evenly. */
import type { Clock } from "../shared/contracts/deps.ts";

/** Who has not asked for longest is forgotten first: their bucket is full by then, or as good as. */
const KNOWN_MAX = 10_000;

const MINUTE_MS = 60_000;

interface Bucket {
  readonly left: number;
  readonly at_ms: number;
}

/** Takes one request of `who`. @returns 0 when it may go on, else how long until the next may, milliseconds */
export type RateLimit = (who: string) => number;

/** @param per_minute how many a minute, which may also come at once; 0 limits nobody */
export function openRateLimit(per_minute: number, clock: Pick<Clock, "now">): RateLimit {
  const buckets = new Map<string, Bucket>();
  const per_ms = per_minute / MINUTE_MS;
  return (who) => {
    if (per_minute === 0) return 0;
    const now_ms = clock.now();
    const { left, at_ms } = buckets.get(who) ?? { left: per_minute, at_ms: now_ms };
    const filled = Math.min(per_minute, left + Math.max(0, now_ms - at_ms) * per_ms);
    buckets.delete(who);
    const oldest = buckets.size >= KNOWN_MAX ? buckets.keys().next().value : undefined;
    if (oldest !== undefined) buckets.delete(oldest);
    buckets.set(who, { left: filled < 1 ? filled : filled - 1, at_ms: now_ms });
    return filled < 1 ? Math.ceil((1 - filled) / per_ms) : 0;
  };
}
