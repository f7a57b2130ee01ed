/** `kill -9` of a real process on Pub/Sub's emulator and Redis. `MILLRACE_KILL_SEED` repeats the plan of a run. */
import { ownName, servicesTest } from "../services/available.ts";
import { withoutRetryPolicies } from "../services/retry_policies.ts";
import { killUnderLoad } from "./flow.ts";
import { seedOfRun } from "./run.ts";

servicesTest(
  "Pub/Sub and Redis: 30 kills under load lose nothing acknowledged, and double nothing",
  ["redis", "pubsub"],
  async ({ redis, pubsub }) => {
    const name = ownName();
    await killUnderLoad({
      seed: seedOfRun(),
      name: `${name}-`,
      env: {
        PUBSUB_PROJECT_ID: name,
        PUBSUB_EMULATOR_HOST: pubsub,
        REDIS_URL: redis,
        SINGLE_INSTANCE: "1",
      },
      addresses: [pubsub, new URL(redis).host],
      prepare: () => withoutRetryPolicies(pubsub, name),
      // The emulator is slow to a receiver that it found away.
      pause_ms_max: 600,
      still_ms_max: 120_000,
    });
  },
);
