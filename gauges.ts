/** The numbers of an instance that are asked for at a scrape: backlogs, the stores' own, subscriptions, ticks, disk. */
import { statfs } from "node:fs/promises";
import process from "node:process";
import type { Stores } from "./adapters.ts";
import type { Dispatcher } from "./consumers/dispatch/mod.ts";
import { soonestExpiries } from "./consumers/office/mod.ts";
import { lastRuns, type TickName } from "./routes/mod.ts";
import type { Clock } from "./shared/contracts/deps.ts";
import { metric, type MetricValue } from "./shared/contracts/metrics.ts";

/** What the numbers are about. */
export interface GaugeSources {
  readonly stores: Pick<Stores, "bus" | "state">;
  readonly dispatcher: Pick<Dispatcher, "inFlight">;
  readonly clock: Pick<Clock, "now">;
  /** The ticks that this instance serves. */
  readonly ticks: Iterable<TickName>;
  /** Whether this instance looks after subscriptions at the providers. */
  readonly renews: boolean;
  readonly data_dir: string;
  readonly version: string;
}

type Values = readonly MetricValue[];

/** Asks everything at once. What does not answer is left out, and told by `ready`. */
export async function readGauges(sources: GaugeSources): Promise<Values> {
  const asked = [backlogs, inFlight, ticks, expiries, stateNumbers, files, disk, processNumbers];
  const answers = await Promise.all(asked.map(async (ask) => await ask(sources).catch((): Values => [])));
  return answers.flat();
}

async function backlogs({ stores }: GaugeSources): Promise<Values> {
  const stats = await stores.bus.stats();
  return stats.flatMap(({ subscription, backlog, oldest_unacked_seconds }) => [
    ...(backlog === null ? [] : [metric("subscription_backlog", { subscription }, backlog)]),
    ...(oldest_unacked_seconds === null
      ? []
      : [metric("subscription_oldest_unacked_seconds", { subscription }, oldest_unacked_seconds)]),
  ]);
}

function inFlight({ dispatcher }: GaugeSources): Promise<Values> {
  const lanes = dispatcher.inFlight();
  return Promise.resolve(
    lanes.map(({ subscription, admitted }) => metric("subscription_in_flight", { subscription }, admitted)),
  );
}

async function ticks({ ticks, stores }: GaugeSources): Promise<Values> {
  const runs = await lastRuns(ticks, stores.state);
  return runs.map(({ tick, ran_ms }) => metric("tick_last_run_timestamp_seconds", { tick }, ran_ms / 1_000));
}

async function expiries({ stores, clock, renews }: GaugeSources): Promise<Values> {
  if (!renews) return [];
  const soonest = await soonestExpiries(stores.state, clock.now());
  return soonest.flatMap(({ provider, due, expires_in_seconds, attempts_left }) => [
    metric("provider_subscriptions_due", { provider }, due),
    metric("provider_subscription_expiry_seconds", { provider }, expires_in_seconds),
    metric("provider_subscription_attempts_left", { provider }, attempts_left),
  ]);
}

function stateNumbers({ stores }: GaugeSources): Promise<Values> {
  return stores.state.numbers();
}

const FILES = ["state", "bus", "index"] as const;

/** The embedded stores' files; none where the stores are elsewhere. */
async function files({ data_dir }: GaugeSources): Promise<Values> {
  const sizes = await Promise.all(FILES.map(async (store) => {
    const parts = [`${data_dir}/${store}.sqlite`, `${data_dir}/${store}.sqlite-wal`];
    const bytes = await Promise.all(parts.map(sizeOf));
    return metric("store_file_bytes", { store }, bytes.reduce((sum, size) => sum + size, 0));
  }));
  return sizes.filter(({ value }) => value > 0);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch {
    return 0;
  }
}

async function disk({ data_dir }: GaugeSources): Promise<Values> {
  const { bavail, blocks, bsize } = await statfs(data_dir);
  return [metric("data_dir_free_bytes", {}, bavail * bsize), metric("data_dir_size_bytes", {}, blocks * bsize)];
}

function processNumbers({ clock, version }: GaugeSources): Promise<Values> {
  const { rss, heapUsed } = Deno.memoryUsage();
  const { user, system } = process.cpuUsage();
  return Promise.resolve([
    metric("build_info", { version }, 1),
    metric("process_start_time_seconds", {}, clock.now() / 1_000 - process.uptime()),
    metric("process_cpu_seconds_total", {}, (user + system) / 1_000_000),
    metric("process_resident_memory_bytes", {}, rss),
    metric("process_heap_bytes", {}, heapUsed),
  ]);
}
