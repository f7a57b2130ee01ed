import type { Clock, Counters, Log, Random } from "../../contracts/deps.ts";
import type { Bus } from "../port.ts";
import type { Deliver } from "./pump.ts";

/** What the embedded bus is opened with. */
export interface SqliteBusOptions {
  /** The file; made when missing. One process holds it. */
  readonly path: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly counters: Counters;
  readonly deliver: Deliver;
}

/** A bus that delivers by itself, between `start` and `stop`. */
export interface SqliteBus extends Bus {
  /** Begins to deliver to the subscriptions that were ensured; call it when the app can answer. */
  start(): void;
  /** Delivers no more, and waits up to `graceMs` (default 10 s) for what is under way; the rest is delivered at the next start. */
  stop(graceMs?: number): Promise<void>;
}

/** What errors and logs call it. */
export const SQLITE_BUS_NAME = "The bus file";
