/** What only Redis itself can tell: its version, how long it takes to answer, lifetimes of its keys. It reads alone. */
import type { RedisAddress } from "../../contracts/config.ts";
import type { Clock, Random } from "../../contracts/deps.ts";
import type { Finding } from "../../contracts/findings.ts";
import { KEY_TTL_SECONDS } from "../../contracts/keys.ts";
import { createClient, type RedisClient } from "./connection.ts";
import { parseInfo, primaries } from "./info.ts";

const VERSION_MIN = 6;
const PINGS = 20;
const LATENCY_MS_MAX = 20;
/** Keys of each pattern whose lifetime is looked at, and steps of a scan that looks for them. */
const KEYS_MAX = 50;
const SCANS_MAX = 20;

/** Asks Redis; that it does not answer is a finding. */
export async function redisChecks(
  address: RedisAddress,
  { clock, random }: { readonly clock: Pick<Clock, "now">; readonly random: Random },
): Promise<readonly Finding[]> {
  const client = createClient(address, random);
  // What fails is told by the call that fails.
  client.on("error", () => {});
  try {
    await client.connect();
    const found = await Promise.all([versions(client), latency(client, clock), lifetimes(client)]);
    return found.flat();
  } catch (error) {
    return [{
      code: "redis.away",
      severity: "error",
      problem: `Redis does not answer: ${error instanceof Error ? error.message : "unknown"}.`,
      mend: "redis-cli -u $REDIS_URL ping",
    }];
  } finally {
    client.disconnect();
  }
}

async function versions(client: RedisClient): Promise<Finding[]> {
  const answers = await Promise.all(primaries(client).map((server) => server.info("server")));
  return answers.flatMap((text): Finding[] => {
    const version = parseInfo(text).get("redis_version") ?? "";
    if (Number.parseInt(version) >= VERSION_MIN) return [];
    return [{
      code: "redis.version",
      severity: "error",
      problem: `Redis is version ${version || "unknown"}; 6.0 is the oldest that works.`,
      mend: "redis-cli -u $REDIS_URL info server",
    }];
  });
}

async function latency(client: RedisClient, clock: Pick<Clock, "now">): Promise<Finding[]> {
  const taken: number[] = [];
  for (let at = 0; at < PINGS; at++) {
    const begun = clock.now();
    await client.ping();
    taken.push(clock.now() - begun);
  }
  const median = taken.sort((a, b) => a - b)[Math.floor(PINGS / 2)] ?? 0;
  if (median <= LATENCY_MS_MAX) return [];
  return [{
    code: "redis.slow",
    severity: "warning",
    problem: `Redis answers in ${median} ms; each delivery waits for it several times.`,
    mend: "redis-cli -u $REDIS_URL --latency; put the instances in Redis's own region",
  }];
}

/** Each of the fixed patterns ends by itself: a key without an end, or with a later one, fills the memory for ever. */
async function lifetimes(client: RedisClient): Promise<Finding[]> {
  const found = await Promise.all(
    Object.entries(KEY_TTL_SECONDS).map(async ([name, seconds]): Promise<Finding[]> => {
      const keys = await someKeys(client, `${name}:*`);
      const ends = await Promise.all(keys.map((key) => client.pttl(key)));
      const wrong = ends.filter((left_ms) => left_ms === -1 || left_ms > seconds * 1_000).length;
      if (wrong === 0) return [];
      return [{
        code: "redis.lifetime",
        severity: "error",
        problem: `${wrong} of ${keys.length} keys ${name}:* have no end, or a later one than ${seconds} s.`,
        mend: `redis-cli -u $REDIS_URL --scan --pattern '${name}:*'; another program writes them, or a restore did`,
      }];
    }),
  );
  return found.flat();
}

async function someKeys(client: RedisClient, pattern: string): Promise<string[]> {
  const keys: string[] = [];
  for (const server of primaries(client)) {
    let cursor = "0";
    for (let scans = 0; scans < SCANS_MAX && keys.length < KEYS_MAX; scans++) {
      const [next, page] = await server.scan(cursor, "MATCH", pattern, "COUNT", 500);
      keys.push(...page);
      cursor = next;
      if (cursor === "0") break;
    }
  }
  return keys.slice(0, KEYS_MAX);
}
