/** How often one key, or one person signed in by token, may ask: a bucket that fills again evenly. */
import type { Clock } from "../shared/contracts/deps.ts";

/** Who has not asked for longest is forgotten first: their bucket is full by then, or as good as. */
const KNOWN_MAX = 10_000;

const MINUTE_MS = 60_000;

/** Counted in 60,000ths of a request, which makes each millisecond's growth a whole number. */
const REQUEST = MINUTE_MS;

interface Bucket {
  readonly left: number;
  readonly at_ms: number;
}

/** Takes one request of `who`. @returns 0 when it may go on, else how long until the next may, milliseconds */
export type RateLimit = (who: string) => number;

/** @param per_minute how many a minute, which may also come at once; 0 limits nobody */
export function openRateLimit(per_minute: number, clock: Pick<Clock, "now">): RateLimit {
  const buckets = new Map<string, Bucket>();
  const whole = per_minute * REQUEST;
  return (who) => {
    if (per_minute === 0) return 0;
    const now_ms = clock.now();
    const { left, at_ms } = buckets.get(who) ?? { left: whole, at_ms: now_ms };
    const filled = Math.min(whole, left + Math.max(0, now_ms - at_ms) * per_minute);
    const goes = filled >= REQUEST;
    buckets.delete(who);
    const oldest = buckets.size >= KNOWN_MAX ? buckets.keys().next().value : undefined;
    if (oldest !== undefined) buckets.delete(oldest);
    buckets.set(who, { left: goes ? filled - REQUEST : filled, at_ms: now_ms });
    return goes ? 0 : Math.ceil((REQUEST - filled) / per_minute);
  };
}
