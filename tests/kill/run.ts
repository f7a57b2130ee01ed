/**
 * A run: a victim that is killed again and again under load, and what must hold when it has started for the last time.
 * The seed decides what is written and when the kills come; what meets what is up to the machine, so a seed that failed
 * repeats the plan of the run, not each of its turns.
 */
import assert from "node:assert/strict";
import type { Random } from "../../shared/contracts/deps.ts";
import { systemClock } from "../../shared/system/mod.ts";
import { seededRandom } from "../simulation/random.ts";
import { Asking, until } from "./asking.ts";
import { Door } from "./door.ts";
import { freePort, startVictim, type Victim, type VictimOptions } from "./process.ts";

/** From when it accepts to the kill. */
const LIVES_MS = { min: 50, max: 600 } as const;
/** From just before it opens its stores to the kill of one that dies while it starts. */
const STARTS_MS_MAX = 70;
/** Every so many starts, one is killed before it accepts. */
const START_KILLED_EVERY = 5;
/** What a life awaits has to come by then. */
const AWAITED_MS_MAX = 60_000;

/** A run with its victim, which lives when this is given. */
export interface Run {
  readonly random: Random;
  /** Open while somebody answers; its address is the one for the writer. */
  readonly door: Door;
  /** The living victim's. */
  readonly asking: Asking;
  /** Kills it so many times, each time some time after it accepts, and starts it again. @returns those of its starts */
  killMany(kills: number, life?: Life): Promise<number>;
}

/** What happens in each life, besides its end. */
export interface Life {
  /** Goes on until the signal. */
  readonly alive?: (kill: number, signal: AbortSignal) => Promise<void>;
  /**
   * Says what a life still has to see before its kill, however slow the machine is; null when that is all. Lives would
   * otherwise be too short to meet anything on a busy one.
   */
  readonly awaits?: (kill: number) => string | null;
}

/** The seed: chance, or what the environment says, to repeat a run that failed. */
export function seedOfRun(): number {
  const given = Deno.env.get("MILLRACE_KILL_SEED");
  return given === undefined ? crypto.getRandomValues(new Uint32Array(1))[0] ?? 1 : Number(given);
}

/** Runs a test with a victim on a new data folder; names the seed when it fails. */
export async function withVictim(
  seed: number,
  options: Omit<VictimOptions, "data_dir">,
  test: (run: Run, data_dir: string) => Promise<void>,
): Promise<void> {
  const data_dir = await Deno.makeTempDir({ prefix: "millrace-kill-" });
  const random = seededRandom(seed);
  const port = freePort(20_000 + Math.floor(random.next() * 10_000));
  const door = new Door();
  const start = () => startVictim({ ...options, data_dir, env: { ...options.env, PORT: String(port) } });
  let victim: Victim = start();
  try {
    const asking = new Asking();
    asking.at(await victim.accepts);
    await asking.ready();
    door.open(asking.control);
    await test({
      random,
      door,
      asking,
      async killMany(kills, { alive = () => Promise.resolve(), awaits = () => null } = {}) {
        let killed_starting = 0;
        for (let kill = 0; kill < kills; kill++) {
          const over = new AbortController();
          const living = alive(kill, over.signal);
          await systemClock.sleep(LIVES_MS.min + random.next() * (LIVES_MS.max - LIVES_MS.min));
          await until(`what life ${kill} awaits`, AWAITED_MS_MAX, () => Promise.resolve(awaits(kill) ?? true), 5);
          await victim.kill();
          door.shut();
          over.abort();
          await living;
          if (kill % START_KILLED_EVERY === START_KILLED_EVERY - 1) {
            victim = start();
            await victim.opening;
            await systemClock.sleep(random.next() * STARTS_MS_MAX);
            await victim.kill();
            killed_starting++;
          }
          victim = start();
          asking.at(await victim.accepts);
          door.open(asking.control);
        }
        return killed_starting;
      },
    }, data_dir);
    await victim.kill();
  } catch (error) {
    throw new Error(`MILLRACE_KILL_SEED=${seed} repeats the plan of this run: ${reason(error)}`, { cause: error });
  } finally {
    door.end();
    await victim.kill().catch(() => {});
    await Deno.remove(data_dir, { recursive: true });
  }
}

function reason(error: unknown): string {
  return error instanceof assert.AssertionError || error instanceof Error ? error.message : String(error);
}
