import assert from "node:assert/strict";
import { serveInstance } from "../../serve.ts";
import { readConfig } from "../../shared/contracts/config.ts";
import { systemClock, systemFetch, systemRandom } from "../../shared/system/mod.ts";
import { openCounters } from "../../shared/telemetry/mod.ts";
import { ownName, servicesTest } from "./available.ts";
import { type Gate, gateTo } from "./gate.ts";

const ADMIN_KEY = "an-operators-key-for-tests-only";
const quiet = () => {};
const LOG = { debug: quiet, info: quiet, warn: quiet, error: quiet };

interface Readiness {
  readonly status: number;
  /** The parts that are not ready, with what they say. */
  readonly away: Record<string, string>;
}

async function open(redis: string, pubsub: string) {
  const data_dir = await Deno.makeTempDir();
  const config = readConfig({
    ADMIN_API_KEY: ADMIN_KEY,
    DATA_DIR: data_dir,
    PUBSUB_PROJECT_ID: ownName(),
    PUBSUB_EMULATOR_HOST: pubsub,
    REDIS_URL: redis,
    SINGLE_INSTANCE: "1",
  }, { mode: "dev", insecure_emulator: true });
  const deps = { clock: systemClock, random: systemRandom, fetch: systemFetch, log: LOG, counters: openCounters() };
  const served = await serveInstance({ ...config, port: 0 }, deps, { hostname: "127.0.0.1" });

  async function readiness(): Promise<Readiness> {
    const answer = await fetch(`${served.url}/readyz`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
    const { parts = [] } = await answer.json();
    const away = parts.filter((part: { ready: boolean }) => !part.ready);
    return {
      status: answer.status,
      away: Object.fromEntries(
        away.map((part: { name: string; notes: string[] }) => [part.name, part.notes.join("; ")]),
      ),
    };
  }

  async function until(what: string, condition: (now: Readiness) => boolean): Promise<Readiness> {
    const end = systemClock.now() + 45_000;
    for (;;) {
      const now = await readiness();
      if (condition(now)) return now;
      if (systemClock.now() > end) assert.fail(`it never happened: ${what}, but ${JSON.stringify(now)}`);
      await systemClock.sleep(100);
    }
  }

  return {
    until,
    alive: async () => (await fetch(`${served.url}/healthz`).then((answer) => (answer.body?.cancel(), answer))).status,
    async close() {
      await served.stop(500);
      await Deno.remove(data_dir, { recursive: true });
    },
  };
}

async function awayAndBack(gate: Gate, part: string, says: RegExp, redis: string, pubsub: string): Promise<void> {
  const instance = await open(redis, pubsub);
  try {
    const down = await instance.until(`${part} is said to be away`, ({ away }) => part in away);
    assert.equal(down.status, 503);
    assert.match(down.away[part] ?? "", says);
    assert.equal(await instance.alive(), 200);
    gate.open();
    await instance.until(`ready once ${part} is there`, ({ status }) => status === 200);
    gate.shut();
    await instance.until(`not ready while ${part} is away again`, ({ status }) => status === 503);
    assert.equal(await instance.alive(), 200);
    gate.open();
    await instance.until(`ready again`, ({ status }) => status === 200);
  } finally {
    await instance.close();
    gate.close();
  }
}

servicesTest("an instance whose Redis is away says so, stays alive and recovers", ["redis", "pubsub"], async (at) => {
  const url = new URL(at.redis);
  const gate = gateTo(url.host);
  await awayAndBack(gate, "state", /Redis/, `redis://${gate.address}${url.pathname}`, at.pubsub);
});

servicesTest("an instance whose Pub/Sub is away says so, stays alive and recovers", ["redis", "pubsub"], async (at) => {
  const gate = gateTo(at.pubsub);
  await awayAndBack(gate, "bus", /Pub\/Sub/, at.redis, gate.address);
});
