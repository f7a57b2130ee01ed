/** An embedded bus with a receiver that notes what it gets and answers what a test says. */
import type { Counters, Log } from "../../shared/contracts/deps.ts";
import { PushBody, type PushDelivery } from "../../shared/contracts/push.ts";
import { type SubscriptionConfig, subscriptionNamed } from "../../shared/contracts/subscriptions.ts";
import { TOPICS } from "../../shared/contracts/topics.ts";
import type { Topology } from "../../shared/bus/port.ts";
import { openSqliteBus, type PushAnswer, type SqliteBus } from "../../shared/bus/sqlite/mod.ts";
import { openCounters } from "../../shared/telemetry/mod.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";

export interface Received {
  readonly subscription: string;
  readonly delivery: PushDelivery;
  readonly body: string;
  readonly signal: AbortSignal;
  /** Simulated milliseconds. */
  readonly at: number;
}

export type Answer = (received: Received) => PushAnswer | number | Promise<PushAnswer | number>;

export interface EmbeddedBus {
  readonly path: string;
  readonly bus: SqliteBus;
  readonly clock: SimulatedClock;
  readonly received: Received[];
  readonly counters: ReturnType<typeof openCounters>;
  /** Log lines, as `level message`. */
  readonly lines: string[];
  answer: Answer;
}

export function quietLog(lines: string[] = []): Log {
  const at = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** The real topics with these subscriptions of the real table, changed as a test needs. */
export function topologyOf(
  names: readonly string[],
  over: Partial<SubscriptionConfig> = {},
): Topology {
  const subscriptions = names.map((name) => {
    const config = subscriptionNamed(name);
    if (config === undefined) throw new RangeError(`Cannot use subscription "${name}"`);
    return { ...config, ...over };
  });
  return { topics: TOPICS, subscriptions, endpointOf: (name) => `http://127.0.0.1/push/${name}` };
}

/** Opens the file at `path`, ensures the topology and starts, under a simulated clock. */
export async function openEmbeddedBus(options: {
  path: string;
  topology: Topology;
  clock?: SimulatedClock;
  answer?: Answer;
  seed?: number;
  start?: boolean;
}): Promise<EmbeddedBus> {
  const clock = options.clock ?? new SimulatedClock();
  const counters = openCounters();
  const lines: string[] = [];
  const received: Received[] = [];
  const opened: EmbeddedBus = {
    path: options.path,
    clock,
    counters,
    lines,
    received,
    answer: options.answer ?? (() => 204),
    bus: openSqliteBus({
      path: options.path,
      clock,
      random: seededRandom(options.seed ?? 1),
      log: quietLog(lines),
      counters: counters satisfies Counters,
      deliver: async (subscription, body, signal) => {
        const delivery = PushBody.parse(JSON.parse(body));
        const one = { subscription, delivery, body, signal, at: clock.now() };
        received.push(one);
        const answer = await opened.answer(one);
        return typeof answer === "number" ? { status: answer } : answer;
      },
    }),
  };
  await opened.bus.ensure(options.topology);
  if (options.start ?? true) opened.bus.start();
  await clock.settle();
  return opened;
}
