/**
 * `kill -9` of a real process on the real disk. `MILLRACE_KILL_SEED` repeats the plan of a run; a run that fails names
 * its seed.
 */
import { killUnderLoad } from "./flow.ts";
import { seedOfRun } from "./run.ts";

Deno.test("embedded: 30 kills under load lose nothing acknowledged, double nothing and leave nothing behind", async () => {
  await killUnderLoad({
    seed: seedOfRun(),
    name: "",
    env: {},
    addresses: [],
    pause_ms_max: 40,
    still_ms_max: 90_000,
  });
});
