import type { Clock } from "../contracts/deps.ts";

/**
 * The longest delay that a timer of the platform keeps: a longer one overflows 32 bits and fires at once, so that
 * `sleep` would turn into a busy loop.
 */
const TIMER_MS_MAX = 2 ** 31 - 1;

function sleepOnce(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abandon);
      resolve();
    }, ms);
    function abandon() {
      clearTimeout(timer);
      reject(signal?.reason);
    }
    signal?.addEventListener("abort", abandon, { once: true });
  });
}

/**
 * The time of the machine. `sleep` resolves after at least `ms` milliseconds (a negative or missing number counts as
 * zero, any length is kept), rejects with the signal's reason as soon as it is aborted, and leaves neither a timer nor
 * a listener behind.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    let left = Math.max(0, ms || 0);
    while (left > TIMER_MS_MAX) {
      await sleepOnce(TIMER_MS_MAX, signal);
      left -= TIMER_MS_MAX;
    }
    await sleepOnce(left, signal);
  },
};
