/** The door for notifications: so many at once, a short queue, a time limit, and 503 beyond. */
import type { Context } from "hono";
import { Lane, TimeLimit } from "../../shared/admission/mod.ts";
import type { Deps } from "../../shared/contracts/deps.ts";
import { TransientError } from "../../shared/contracts/errors.ts";

/** How many notifications of one source are worked on at once. */
const AT_ONCE = 256;

/** How many may be here in all. The expected wait refuses long before, but for the first moments of a storm. */
const ADMITTED_MAX = 4_096;

/** Queue and work together should take no longer: providers count answers over 1 to 3 s as slow. Milliseconds. */
const EXPECTED_MS_MAX = 800;

/** Who waited in the queue is refused when its turn comes if it would take longer than this in all, milliseconds. */
const TOTAL_MS_MAX = 950;

/** A store that does not answer within this time is away, milliseconds. */
const WORK_MS_MAX = 1_800;

const RETRY_AFTER_MS = 2_000;

/** Why a request was refused, as counted in `webhooks_refused_total`. */
type Reason = "full" | "slow" | "late" | "away";

/** One source's door. */
export interface Intake {
  /**
   * Answers with what `work` answers, or with 503 and Retry-After when there is too much to do or a store is away.
   * @throws what `work` throws, but for a TransientError
   */
  admit(c: Context, work: () => Promise<Response>): Promise<Response>;
}

/** Opens a door. `source` labels its counters. */
export function openIntake(source: string, { clock, counters, log }: Deps): Intake {
  const lane = new Lane({ at_once: AT_ONCE, admitted_max: ADMITTED_MAX, wait_ms_max: EXPECTED_MS_MAX });
  const limit = new TimeLimit(clock, WORK_MS_MAX);

  function refuse(c: Context, reason: Reason, retry_after_ms = RETRY_AFTER_MS): Response {
    counters.add("webhooks_refused_total", { source, reason });
    log.debug("webhook.refused", { route: source, reason });
    return c.body(null, 503, { "retry-after": String(Math.ceil(retry_after_ms / 1_000)) });
  }

  return {
    async admit(c, work) {
      const refusal = lane.refusal();
      if (refusal !== null) return refuse(c, refusal.reason, refusal.retry_after_ms);
      const wait_ms = lane.expectedWait();
      if (wait_ms > 0 && wait_ms + lane.average_ms > EXPECTED_MS_MAX) return refuse(c, "slow");
      lane.admit();
      const received_ms = clock.now();
      let entered_ms = received_ms;
      /** Null when nothing was done in its turn. */
      let duration_ms: number | null = null;
      try {
        const turn = lane.enter();
        if (turn !== undefined) {
          await turn;
          entered_ms = clock.now();
          // What was admitted before it was known how slow the stores are.
          if (entered_ms - received_ms + lane.average_ms > TOTAL_MS_MAX) return refuse(c, "late");
        }
        duration_ms = 0;
        return await limit.of(work());
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        return refuse(c, "away", error.retry_after_ms);
      } finally {
        lane.free(duration_ms === null ? null : clock.now() - entered_ms);
        lane.leave();
      }
    },
  };
}
