/** Scheduled work: each call runs one bounded slice that may be repeated at will. */
import { COLLECTIONS, TickRun } from "../shared/contracts/records.ts";
import type { Deps } from "../shared/contracts/deps.ts";
import { reasonOf } from "../shared/contracts/errors.ts";
import { type ScheduledTick, TICK_EVERY_SECONDS } from "../shared/contracts/schedule.ts";
import type { State } from "../shared/state/port.ts";
import { allow, type App } from "./access.ts";
import { missing } from "./problem_answer.ts";

/** The names of the ticks. */
export const TICKS = ["renewals", "polls", "reconcile", "sweeps"] as const satisfies readonly ScheduledTick[];
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

  app.post("/ticks/:name", allow("tick"), async (c) => {
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

/** A slice that takes longer may be joined by another; each is safe to repeat. */
const CLAIM_MS = 120_000;

/** Where the ticks of all instances agree on who runs what, and on what ran. */
export interface TickPorts {
  readonly state: Pick<State, "slots" | "records">;
  readonly deps: Pick<Deps, "clock" | "log" | "counters">;
}

/** Each tick by one instance at a time: another that is told to run it meanwhile has nothing to do. */
export function agreed(ticks: ReadonlyMap<TickName, Tick>, ports: TickPorts): ReadonlyMap<TickName, Tick> {
  return new Map([...ticks].map(([name, tick]) => [name, (signal) => runAlone(name, tick, ports, signal)]));
}

async function counted(name: TickName, tick: Tick, { counters }: TickPorts["deps"], signal: AbortSignal) {
  try {
    return await tick(signal);
  } catch (error) {
    counters.add("ticks_failed_total", { tick: name });
    throw error;
  }
}

async function runAlone(name: TickName, tick: Tick, { state, deps }: TickPorts, signal: AbortSignal) {
  const slot = await state.slots.take(`tick:${name}`, 1, CLAIM_MS);
  if (slot === null) return { done: 0, more: false };
  try {
    const result = await counted(name, tick, deps, signal);
    const value: TickRun = { ran_at: new Date(deps.clock.now()).toISOString() };
    await state.records({ system: "ticks" }).commit([{ op: "put", collection: COLLECTIONS.tickRuns, id: name, value }]);
    return result;
  } finally {
    await state.slots.give(slot);
  }
}

/** How often one instance looks whether a tick is overdue. */
const LOOK_EVERY_MS = 10_000;

/** A tick that did not run for so many of its intervals is overdue: whoever should call it does not. */
const OVERDUE_INTERVALS = 2;

/**
 * What to call after each request that somebody else's work brought here: it looks now and then whether a tick is
 * overdue, and if so runs a slice of it. It never rejects and nothing waits for it.
 */
export function rideAlong(ticks: ReadonlyMap<TickName, Tick>, { state, deps }: TickPorts): () => void {
  const { clock, log, counters } = deps;
  let look_at_ms = 0;

  async function runOverdue(name: TickName, tick: Tick): Promise<void> {
    if (clock.now() - await lastRun(name, state) < OVERDUE_INTERVALS * TICK_EVERY_SECONDS[name] * 1_000) return;
    counters.add("ticks_rode_along_total", { tick: name });
    const { done } = await tick(new AbortController().signal);
    log.info("tick.rode_along", { route: `/ticks/${name}`, count: done });
  }

  return function answered() {
    const now = clock.now();
    if (now < look_at_ms) return;
    look_at_ms = now + LOOK_EVERY_MS;
    for (const [name, tick] of ticks) {
      runOverdue(name, tick).catch((error) =>
        log.warn("tick.failed", { route: `/ticks/${name}`, reason: reasonOf(error) })
      );
    }
  };
}

/** When each tick last ran to its end, milliseconds since the epoch; 0: never. */
export function lastRuns(
  names: Iterable<TickName>,
  state: Pick<State, "records">,
): Promise<readonly { readonly tick: TickName; readonly ran_ms: number }[]> {
  return Promise.all(Array.from(names, async (tick) => ({ tick, ran_ms: await lastRun(tick, state) })));
}

async function lastRun(tick: TickName, state: Pick<State, "records">): Promise<number> {
  const record = await state.records({ system: "ticks" }).get(COLLECTIONS.tickRuns, tick);
  return record === null ? 0 : Date.parse(TickRun.parse(record.value).ran_at);
}
