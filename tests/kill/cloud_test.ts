/** `kill -9` of a real process on Pub/Sub's emulator and Redis. `MILLRACE_KILL_SEED` repeats the plan of a run. */
import assert from "node:assert/strict";
import { ownName, servicesTest } from "../services/available.ts";
import { killUnderLoad } from "./flow.ts";
import { seedOfRun } from "./run.ts";

/** Those that the test's messages travel through. */
const SUBSCRIPTIONS = ["vespa-loader-emails", "office-provider-changes", "office-sync-tasks", "dead-letters-store"];

/**
 * Takes a retry policy away, as an operator may. The emulator, unlike the service, never delivers again what has one
 * and was refused by a receiver that is killed again and again; seen with a bare HTTP server as the receiver too.
 */
async function withoutRetryPolicy(host: string, project: string, subscription: string): Promise<void> {
  const name = `projects/${project}/subscriptions/${subscription}`;
  const patch = { subscription: { name }, updateMask: "retryPolicy" };
  assert.doesNotMatch(await call(host, "PATCH", name, patch), /retryPolicy/);
}

async function call(host: string, method: string, path: string, body?: unknown): Promise<string> {
  const answer = await fetch(`http://${host}/v1/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return text;
}

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
      prepare: async () => {
        for (const subscription of SUBSCRIPTIONS) await withoutRetryPolicy(pubsub, name, subscription);
      },
      // The emulator is slow to a receiver that it found away.
      pause_ms_max: 600,
      settles_ms_max: 120_000,
    });
  },
);
