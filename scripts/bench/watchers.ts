/** `watchers`: what a thousand watchers of one batch cost the instance. */
import { systemClock } from "../../shared/system/mod.ts";
import { cpuSeconds, startChild } from "./child.ts";
import { figure } from "./compare.ts";
import { ProviderAddress } from "./sync_order.ts";
import { type Judged, type Measure, valueResult } from "./measure.ts";

const JUDGED: Judged = { name: "watchers-1000", unit: "% of a core", target: 10, better: "lower" };
const WATCHERS = 1_000;
const SECONDS = 15;
const SETTLE_MS = 2_000;

/** Streams over loopback HTTP, of a batch that moves on twice a second. Beside it the same batch with nobody watching. */
export const watchers: Measure = {
  names: [JUDGED.name],
  about: `${WATCHERS} watchers of one batch, as processor time of the process that serves them`,
  async run(progress) {
    const data_dir = await Deno.makeTempDir({ prefix: "bench-watchers-" });
    const server = startChild("watch_server.ts", [data_dir]);
    const leave = new AbortController();
    try {
      const { port } = ProviderAddress.parse(JSON.parse(await server.line()));
      const percent = async () => {
        const before = await cpuSeconds(server), started = performance.now();
        await systemClock.sleep(SECONDS * 1_000);
        return (await cpuSeconds(server) - before) * 100_000 / (performance.now() - started);
      };
      await systemClock.sleep(SETTLE_MS);
      const alone = await percent();
      progress(`${figure(alone)} % with nobody watching`);
      let chunks = 0;

      for (let number = 0; number < WATCHERS; number++) {
        const { body } = await fetch(`http://127.0.0.1:${port}/`, { signal: leave.signal });
        const read = async () => {
          for await (const _ of body ?? []) chunks++;
        };
        // Broken off below, and then of no interest.
        read().catch(() => {});
      }
      await systemClock.sleep(SETTLE_MS);
      const before = chunks;
      const watched = await percent();
      const told = (chunks - before) / WATCHERS;
      leave.abort();

      if (told < SECONDS / 2) throw new Error(`Cannot bench: each watcher was told ${told} times`);
      return [{
        result: valueResult(JUDGED, watched),
        notes: [`${figure(alone)} % with nobody watching; each was told ${figure(told / SECONDS)} times a second`],
      }];
    } finally {
      leave.abort();
      await server.end();
      await Deno.remove(data_dir, { recursive: true });
    }
  },
};
