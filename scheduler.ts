/** The embedded scheduler: calls the ticks through the app, as a cloud scheduler would. */
import type { Deps } from "./shared/contracts/deps.ts";
import { reasonOf } from "./shared/contracts/errors.ts";
import { type ScheduledTick, TICK_EVERY_SECONDS } from "./shared/contracts/schedule.ts";

/** Slices of one tick that follow each other at once; after that the others get their turn. */
const SLICES_MAX = 20;

/** Calls one slice of a tick. @returns whether there is more to do at once. */
export type CallTick = (name: ScheduledTick, signal: AbortSignal) => Promise<boolean>;

/** Runs all ticks by their schedule until aborted. A tick that fails is called again at its next time. */
export async function runSchedule(deps: Pick<Deps, "clock" | "log">, call: CallTick, signal: AbortSignal) {
  const names = Object.keys(TICK_EVERY_SECONDS) as ScheduledTick[];
  await Promise.all(names.map((name) => runTick(deps, name, call, signal)));
}

async function runTick(
  { clock, log }: Pick<Deps, "clock" | "log">,
  name: ScheduledTick,
  call: CallTick,
  signal: AbortSignal,
) {
  while (!signal.aborted) {
    try {
      await clock.sleep(TICK_EVERY_SECONDS[name] * 1_000, signal);
      for (let slices = 0; slices < SLICES_MAX && await call(name, signal); slices++);
    } catch (error) {
      if (signal.aborted) return;
      log.warn("tick.failed", { route: `/ticks/${name}`, reason: reasonOf(error) });
    }
  }
}
