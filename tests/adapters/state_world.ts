/** What the contract and model tests of the state need of each adapter: several processes, and time that they move. */
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import type { State } from "../../shared/state/port.ts";
import type { Clock } from "../../shared/contracts/deps.ts";
import { seededRandom } from "../simulation/random.ts";

/** One store with its processes. */
export interface World {
  /** The first process's view. Changes at a restart. */
  readonly state: State;
  /** True when a process that dies takes its claims and leases with it (SQLite: the store is its own). */
  readonly dies_with_process: boolean;
  /** The view of another process; the same one where the store serves only one. */
  another(): Promise<State>;
  /** Moves the store's clock, forth or (negative) back. */
  move(ms: number): Promise<void>;
  /** The first process dies without a word and starts again. */
  restart(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Registers a test that gets a world of its own. */
export type Check = (name: string, check: (world: World) => Promise<void>) => void;

/** A clock that a test sets at will, also back. */
export class SetClock implements Clock {
  now_ms = Date.UTC(2026, 2, 2, 9);

  now(): number {
    return this.now_ms;
  }

  sleep(): Promise<void> {
    return Promise.reject(new Error("The state must not sleep"));
  }
}

/** A store in a new file. */
export function sqliteWorld(seed = 1): World {
  const dir = Deno.makeTempDirSync();
  const clock = new SetClock();
  const random = seededRandom(seed);
  const open = () => openSqliteState({ path: `${dir}/state.sqlite`, clock, random });
  let state = open();
  return {
    get state() {
      return state;
    },
    dies_with_process: true,
    another: () => Promise.resolve(state),
    move(ms) {
      clock.now_ms += ms;
      return Promise.resolve();
    },
    async restart() {
      await state.close();
      state = open();
    },
    async [Symbol.asyncDispose]() {
      await state.close();
      Deno.removeSync(dir, { recursive: true });
    },
  };
}
