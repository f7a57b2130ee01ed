/** The outside world of what is measured: the real clock and chance, and a log as an instance has it by default. */
import type { InstanceDeps } from "../../open_instance.ts";
import { systemClock, systemFetch, systemRandom } from "../../shared/system/mod.ts";
import { type LogLevel, openCounters, openLog } from "../../shared/telemetry/mod.ts";

const SILENT = { debug() {}, info() {}, warn() {}, error() {}, enabled: () => false };

/** For an adapter by itself, which logs only what goes wrong. */
export function quietDeps(): InstanceDeps {
  return { clock: systemClock, random: systemRandom, fetch: systemFetch, log: SILENT, counters: openCounters() };
}

/** For an instance: each line of the level is built and written, to a file, as it would be in production. */
export async function loggingDeps(file: string, level: LogLevel): Promise<InstanceDeps> {
  const opened = Deno.openSync(file, { create: true, append: true });
  const encoder = new TextEncoder();
  const log = await openLog({ level, pretty: false, write: (line) => void opened.writeSync(encoder.encode(line)) });
  return { clock: systemClock, random: systemRandom, fetch: systemFetch, log, counters: openCounters() };
}
