/** Which commands the state sends, on one server and on a cluster: managed Redis is old and blocks some of them. */
import assert from "node:assert/strict";
import { Redis } from "ioredis";
import { findRedis, isAbsent, type RedisService, startRedis } from "../../scripts/services/mod.ts";
import { stateContract } from "../adapters/state_contract.ts";
import type { World } from "../adapters/state_world.ts";
import { servicesTest } from "./available.ts";
import { redisWorld } from "./state_redis_world.ts";

/** All that may be sent, each known to Redis 6.0 in the form that is used; of the test itself only `scan`. */
const ALLOWED = new Set(
  `auth del eval evalsha exists get getrange hdel hget hgetall hincrby hmget hset hsetnx info ping persist pexpire pttl quit
   scan select set time unlink wait zadd zcard zrangebylex zrangebyscore zrem zremrangebyscore`.split(/\s+/),
);

/** What a client of a cluster sends besides. It names its connection, and does not mind when that is refused. */
const ALLOWED_IN_CLUSTER = new Set([...ALLOWED, "asking", "cluster|info", "cluster|slots", "client|setname"]);

/** Commands that were called or tried, by scripts too, by the name that INFO gives them. */
async function commandsOf(raw: Redis): Promise<string[]> {
  const stats = await raw.info("commandstats");
  return [...stats.matchAll(/^cmdstat_([^:]+):/gm)].map((found) => found[1] ?? "");
}

async function runContract(url: string): Promise<void> {
  const checks: [string, (world: World) => Promise<void>][] = [];
  stateContract((name, check) => checks.push([name, check]));
  for (const [name, check] of checks) {
    await using world = await redisWorld(url);
    await check(world).catch((error) => assert.fail(`${name}: ${error}`));
  }
}

async function started(args: readonly string[] = []): Promise<RedisService & AsyncDisposable> {
  const service = await startRedis({ args });
  if (isAbsent(service)) throw new Error(service.why);
  return Object.assign(service, { [Symbol.asyncDispose]: () => service.close() });
}

const commandTest = (name: string, run: () => Promise<void>) =>
  typeof findRedis() === "string" ? servicesTest(name, ["redis"], run) : Deno.test.ignore(name, () => {});

commandTest("Redis: the state sends only commands that Redis 6.0 knows and managed Redis allows", async () => {
  await using redis = await started();
  await runContract(redis.url);
  const raw = new Redis(redis.url, { protocol: 2, disableClientInfo: true });
  const commands = await commandsOf(raw);
  assert.ok(commands.length > 20, "nothing was counted");
  assert.deepEqual(commands.filter((command) => !ALLOWED.has(command)), []);
  raw.disconnect();
});

commandTest("Redis: the state keeps its contract on a cluster, where keys of one step must share a slot", async () => {
  await using redis = await started(["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"]);
  const raw = new Redis(redis.url, { protocol: 2, disableClientInfo: true });
  await raw.call("CLUSTER", "ADDSLOTS", ...Array.from({ length: 16_384 }, (_, slot) => slot));
  while (!(await raw.call("CLUSTER", "INFO"))?.toString().includes("cluster_state:ok")) await raw.ping();
  await raw.config("RESETSTAT");
  await runContract(`redis+cluster://127.0.0.1:${redis.port}`);
  const ours = (await commandsOf(raw)).filter((command) => command !== "config|resetstat");
  assert.deepEqual(ours.filter((command) => !ALLOWED_IN_CLUSTER.has(command)), []);
  raw.disconnect();
});
