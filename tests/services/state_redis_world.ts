/** The state on Redis for the contract and model tests: keys of its own, and time that moves at a test's word. */
import { Redis } from "ioredis";
import { RedisUrl } from "../../shared/contracts/addresses.ts";
import type { Log } from "../../shared/contracts/deps.ts";
import type { State } from "../../shared/state/port.ts";
import { openRedisState } from "../../shared/state/redis/mod.ts";
import { systemClock } from "../../shared/system/mod.ts";
import { seededRandom } from "../simulation/random.ts";
import type { World } from "../adapters/state_world.ts";
import { ownName } from "./available.ts";

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * A store under a prefix of its own. The scripts add the test's offset to the server's time, and moving it also ages
 * the keys that Redis ends by itself.
 */
export async function redisWorld(url: string): Promise<World> {
  const prefix = `${ownName()}:`;
  const address = RedisUrl.parse(url);
  // One connection to each primary: keys are listed and aged where they are.
  const nodes = address.hosts.map(({ host, port }) =>
    new Redis({
      host,
      port,
      ...(address.kind === "single" ? { db: address.database } : {}),
      protocol: 2,
      disableClientInfo: true,
    })
  );
  let offset_us = 0;
  let seed = Number.parseInt(prefix.slice(5, 13), 16);
  const opened: State[] = [];
  const open = async () => {
    const state = await openRedisState({
      address,
      clock: systemClock,
      random: seededRandom(seed++),
      log: silentLog,
      prefix,
      offset_us: () => offset_us,
    });
    opened.push(state);
    return state;
  };
  const keysOf = async (node: Redis) => {
    const found: string[] = [];
    for await (const some of node.scanStream({ match: `${prefix}*`, count: 1_000 })) found.push(...some);
    return [...new Set(found)];
  };
  const eachKey = async (work: (node: Redis, key: string) => Promise<unknown>) => {
    await Promise.all(nodes.map(async (node) => {
      await Promise.all((await keysOf(node)).map((key) => work(node, key)));
    }));
  };
  let state = await open();
  return {
    get state() {
      return state;
    },
    dies_with_process: false,
    another: open,
    async move(ms) {
      offset_us += ms * 1_000;
      await eachKey(async (node, key) => {
        const left = await node.pttl(key);
        if (left >= 0) await node.pexpire(key, left - ms);
      });
    },
    async restart() {
      state = await open();
    },
    async [Symbol.asyncDispose]() {
      await eachKey((node, key) => node.unlink(key));
      for (const node of nodes) node.disconnect();
      await Promise.all(opened.map((one) => one.close()));
    },
  };
}
