/** Scheduled work: each call runs one bounded slice that may be repeated at will. */
import { allow, type App } from "./access.ts";
import { missing } from "./problem.ts";

/** The names of the ticks. */
export const TICKS = ["renewals", "polls", "reconcile", "sweeps"] as const;
export type TickName = typeof TICKS[number];

/** What one slice did. `more` asks the scheduler to come again at once. */
export interface TickResult {
  readonly done: number;
  readonly more: boolean;
}

/** Runs one slice. The signal is aborted when nobody waits for it any more. */
export type Tick = (signal: AbortSignal) => Promise<TickResult>;

/** Registers `POST /ticks/{name}`. An instance that does not serve a tick leaves it out. */
export function addTickRoutes(app: App, ticks: ReadonlyMap<TickName, Tick>): void {
  const running = new Map<string, Promise<TickResult>>();

  /** A scheduler that calls again while a slice runs gets that slice's result: two at once would do the same work. */
  function run(name: string, tick: Tick, signal: AbortSignal): Promise<TickResult> {
    const under_way = running.get(name);
    if (under_way !== undefined) return under_way;
    const slice = tick(signal).finally(() => running.delete(name));
    running.set(name, slice);
    return slice;
  }

  app.post("/ticks/:name", allow("push"), async (c) => {
    const name = TICKS.find((known) => known === c.req.param("name"));
    const tick = name === undefined ? undefined : ticks.get(name);
    if (name === undefined || tick === undefined) throw missing("tick at this instance");
    const { done, more } = await run(name, tick, c.req.raw.signal);
    return c.json({ done, more });
  });
}

/**
 * Several slices as one: each gets its turn, and there is more when one of them has more.
 * @throws what the first that failed threw, once all had their turn
 */
export function together(...ticks: readonly Tick[]): Tick {
  return async function runAll(signal) {
    let done = 0;
    let more = false;
    const failures: unknown[] = [];
    for (const tick of ticks) {
      try {
        const result = await tick(signal);
        done += result.done;
        more ||= result.more;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return { done, more };
  };
}
