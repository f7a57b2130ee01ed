import assert from "node:assert/strict";
import { z } from "zod";
import { setup } from "../../scripts/setup.ts";
import { systemClock } from "../../shared/system/mod.ts";
import { openCounters } from "../../shared/telemetry/mod.ts";
import { ownName, servicesTest } from "./available.ts";
import { silentLog } from "./state_redis_world.ts";

const Said = z.object({
  findings: z.array(z.object({ name: z.string(), state: z.string(), details: z.array(z.string()) })),
});

servicesTest(
  "setup makes on Pub/Sub what --check finds missing, once, and shows what was changed by hand",
  ["pubsub"],
  async ({
    pubsub,
  }) => {
    const said: string[] = [];
    const warned: string[] = [];
    const env = {
      PUBLIC_URL: "https://millrace.example.com",
      PUBSUB_PROJECT_ID: ownName(),
      PUBSUB_EMULATOR_HOST: pubsub,
      REDIS_URL: "redis://127.0.0.1:6379/0",
      SINGLE_INSTANCE: "1",
    };
    const deps = { clock: systemClock, log: silentLog, counters: openCounters() };
    const run = (over: Record<string, string>, ...args: string[]) => {
      said.length = 0;
      const out = { deps, say: (line: string) => said.push(line), warn: (line: string) => warned.push(line) };
      return setup(args, { env: { ...env, ...over }, ...out });
    };
    const states = () => Said.parse(JSON.parse(said[0] ?? "")).findings.map(({ state }) => state);

    assert.equal(await run({}, "--check", "--json"), 3);
    assert.deepEqual([...new Set(states())], ["missing"]);
    const all = states().length;
    assert.equal(await run({}, "--plan"), 3);
    assert.match(
      said.join("\n"),
      /subscription +vespa-loader-emails +would be created\n +run: gcloud pubsub subscriptions create/,
    );

    assert.equal(await run({}, "--json"), 0);
    assert.deepEqual([states().length, new Set(states())], [all, new Set(["created"])]);
    assert.equal(await run({}, "--check"), 0);
    assert.deepEqual(said, [], "silent when all stands");
    assert.equal(await run({}, "--json"), 0);
    assert.deepEqual([...new Set(states())], ["present"]);

    // The address that deliveries go to is another one now; nobody's setting is changed silently.
    assert.equal(await run({ PUBLIC_URL: "https://elsewhere.example.com" }, "--check"), 3);
    assert.match(said.join("\n"), /vespa-loader-emails +differs\n +endpoint: expected https:\/\/elsewhere/);
    assert.equal(await run({ TOPIC_PREFIX: "staging-" }, "--check", "--json"), 3);
    assert.deepEqual([...new Set(states())], ["missing"], "a second set beside the first");
  },
);
