/** A bar for each part of a batch, on the standard error output. */
import type { SingleBar } from "cli-progress";
import type { Bars, ShownBatch } from "./batch_command.ts";

const FORMAT = "{name} {bar} {percentage}%  {found} looked at, {published} published, {failed} failed  {note}";

/** Opens the bars; the library is loaded only now. */
export async function openBars(): Promise<Bars> {
  const { default: progress } = await import("cli-progress");
  const multi = new progress.MultiBar({ format: FORMAT, hideCursor: true, noTTYOutput: true, notTTYSchedule: 5_000 });
  const bars = new Map<string, SingleBar>();
  return {
    show({ parts, rate_per_second, estimated_end, state }: ShownBatch) {
      const rate = rate_per_second > 0 ? `${rate_per_second}/s` : "";
      const end = estimated_end === "" ? "" : `until ${new Date(estimated_end).toLocaleTimeString()}`;
      for (const part of parts) {
        const note = part.reason !== "" ? part.reason : part.state === "running" ? `${rate} ${end}` : part.state;
        const payload = {
          name: `${part.provider} ${part.resource}`.padEnd(20),
          found: part.counts.found,
          published: part.counts.published,
          failed: part.counts.failed,
          note: state === "paused" ? "paused" : note,
        };
        const bar = bars.get(part.correlation_id) ?? multi.create(100, 0, payload);
        bars.set(part.correlation_id, bar);
        bar.update(Math.round(part.share * 100), payload);
      }
    },
    stop: () => multi.stop(),
  };
}

/** How far something has come of which the end is not known. */
export interface Count {
  add(count: number): void;
  stop(): void;
}

/** A line that counts, on the standard error output. @param unit such as `bytes` */
export async function openCount(name: string, unit: string): Promise<Count> {
  const { default: progress } = await import("cli-progress");
  const format = `${name}: {value} ${unit} in {duration} s`;
  const bar = new progress.SingleBar({ format, hideCursor: true, noTTYOutput: true, notTTYSchedule: 5_000 });
  bar.start(0, 0);
  return { add: (count) => bar.increment(count), stop: () => bar.stop() };
}
