import assert from "node:assert/strict";
import { Redis } from "ioredis";
import { redisChecks } from "../../shared/state/redis/checkup.ts";
import { RedisUrl } from "../../shared/contracts/addresses.ts";
import { systemClock } from "../../shared/system/mod.ts";
import { seededRandom } from "../simulation/random.ts";
import { ownName, servicesTest } from "./available.ts";

servicesTest(
  "doctor finds keys of Redis that never end, and nothing when all is well",
  ["redis"],
  async ({ redis }) => {
    // A database of its own: of the many keys of other tests, only some would be looked at.
    const own = new URL(redis);
    own.pathname = "/13";
    const ports = { clock: systemClock, random: seededRandom(1) };
    const codes = async () => (await redisChecks(RedisUrl.parse(own.href), ports)).map(({ code }) => code);
    const client = new Redis(own.href);
    const key = `fragment:${ownName()}:1`;
    try {
      assert.ok(!(await codes()).includes("redis.lifetime"));
      await client.set(key, "x");
      assert.ok((await codes()).includes("redis.lifetime"));
    } finally {
      await client.del(key);
      client.disconnect();
    }
    const away = await redisChecks(RedisUrl.parse("redis://127.0.0.1:1"), ports);
    assert.deepEqual(away.map(({ code }) => code), ["redis.away"]);
  },
);
