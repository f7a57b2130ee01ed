/** The state's whole contract, model and protocol on a Redis cluster of three nodes. */
import assert from "node:assert/strict";
import { stateContract } from "../adapters/state_contract.ts";
import { modelHolds } from "../adapters/state_model_run.ts";
import { protocolLosesNothing } from "../adapters/state_protocol.ts";
import { firstSync, isolation, liveChanges } from "../flows/mail_flow.ts";
import { openCloud } from "../flows/system.ts";
import { ownName, servicesTest } from "./available.ts";
import { type RedisCluster, startCluster } from "./redis_cluster.ts";
import { withoutRetryPolicies } from "./retry_policies.ts";
import { redisWorld } from "./state_redis_world.ts";
import type { Check } from "../adapters/state_world.ts";

servicesTest("a Redis cluster of three nodes keeps the whole contract of the state", ["redis"], async () => {
  const cluster = await startCluster();
  try {
    await contractHolds(cluster);
    await modelHolds(() => redisWorld(cluster.url), { runs: 5, steps: 60 });
    await protocolLosesNothing(() => redisWorld(cluster.url), { runs: 5, steps: 80 });
    await spreads(cluster);
  } finally {
    await cluster.close();
  }
});

servicesTest(
  "Pub/Sub and a Redis cluster of three nodes: mail is searchable, changes follow",
  ["redis", "pubsub"],
  async ({ pubsub }) => {
    const cluster = await startCluster();
    const name = ownName();
    const system = await openCloud({ redis: cluster.url, pubsub, name });
    try {
      await withoutRetryPolicies(pubsub, name);
      const [ada, ben] = system.users;
      await firstSync(system, ada);
      await firstSync(system, ben);
      await liveChanges(system, ada);
      await isolation(system, ada, ben);
    } finally {
      await system.close();
      await cluster.close();
    }
  },
);

/** Every check of the contract, one after the other: three more servers a check would take longer than the checks. */
async function contractHolds({ url }: RedisCluster): Promise<void> {
  const checks: { readonly name: string; readonly check: Parameters<Check>[1] }[] = [];
  stateContract((name, check) => void checks.push({ name, check }));
  assert.ok(checks.length > 30);
  for (const { name, check } of checks) {
    await using world = await redisWorld(url);
    try {
      await check(world);
    } catch (error) {
      throw new Error(`On a cluster: ${name}`, { cause: error });
    }
  }
}

/** What people have lies on all nodes, and every node's numbers are told. */
async function spreads({ url }: RedisCluster): Promise<void> {
  await using world = await redisWorld(url);
  const { state } = world;
  await Promise.all(
    Array.from(
      { length: 60 },
      (_, at) =>
        state.records({ user_id: `person-${at}` }).commit([{ op: "put", collection: "a", id: "b", value: at }]),
    ),
  );
  const numbers = await state.numbers();
  const nodes = numbers.filter(({ name }) => name === "redis_memory_bytes").map(({ labels }) => labels["node"]);
  assert.deepEqual(nodes.sort(), ["0", "1", "2"]);
  const written = numbers.filter(({ name, labels }) =>
    name === "redis_commands_total" && labels["command"] === "evalsha"
  );
  assert.equal(written.length, 3, "scripts ran on every node");
}
