import assert from "node:assert/strict";
import { openInstance } from "../../open_instance.ts";
import { readConfig } from "../../shared/contracts/config.ts";
import { openCounters } from "../../shared/telemetry/mod.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";

Deno.test("stop() of an instance ends within its grace period although a slice of a tick does not", async () => {
  const quiet = () => {};
  const clock = new SimulatedClock({ settleTurns: 20 });
  const data_dir = await Deno.makeTempDir();
  const deps = {
    clock,
    random: seededRandom(1),
    fetch: () => Promise.reject(new TypeError("The network is not there")),
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    counters: openCounters(),
  };
  const instance = await openInstance(readConfig({ DATA_DIR: data_dir }, { mode: "dev" }), deps);
  let swept = 0;
  Object.assign(instance.stores.index, {
    sweep: () => {
      swept++;
      return new Promise(() => {});
    },
  });
  instance.start();
  // What runs the slices is loaded by then, which takes real time.
  await instance.app.fetch(new Request("http://test.invalid/openapi.json"));
  await clock.advance(15_000);
  assert.equal(swept, 1, "a slice is under way");
  const stopped_at = clock.now();
  await clock.runUntil(instance.stop(2_000), { stepMs: 50, limitMs: 30_000 });
  assert.ok(clock.now() - stopped_at <= 2_500);
  await assert.rejects(instance.stores.state.records({ system: "due" }).list("due-polls", { limit: 1 }));
  await Deno.remove(data_dir, { recursive: true });
});
