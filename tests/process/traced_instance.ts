/** A program for the test of traces: an embedded instance with simulated providers, in which one mail arrives. */
import { serveInstance } from "../../serve.ts";
import { connectPerson } from "../../scripts/connect_person.ts";
import { createSimulator, type Simulator } from "../../scripts/simulator/mod.ts";
import { readConfig } from "../../shared/contracts/config.ts";
import { systemClock, systemFetch, systemRandom } from "../../shared/system/mod.ts";
import { openCounters } from "../../shared/telemetry/mod.ts";
import { openTracing } from "../../shared/telemetry/tracing.ts";

const KEY = "the-operators-own-key-of-the-test";
const quiet = () => {};
const reached: { simulator?: Simulator } = {};
const data_dir = await Deno.makeTempDir();
const providers = Deno.serve(
  { port: 0, hostname: "127.0.0.1", onListen: quiet },
  (request) => reached.simulator?.fetch(request) ?? new Response(null, { status: 503 }),
);
const origin = `http://127.0.0.1:${providers.addr.port}`;
const config = readConfig({
  ADMIN_API_KEY: KEY,
  DATA_DIR: data_dir,
  MICROSOFT_CLIENT_ID: "millrace-test",
  MICROSOFT_CLIENT_SECRET: "simulated",
  MICROSOFT_GRAPH_URL: `${origin}/graph`,
  MICROSOFT_LOGIN_URL: `${origin}/login`,
}, { mode: "dev" });
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const world = { clock: systemClock, random: systemRandom, fetch: systemFetch, log, counters: openCounters() };
const served = await serveInstance({ ...config, port: 0 }, { ...world, tracing: openTracing("test") }, {
  hostname: "127.0.0.1",
});
const simulator = createSimulator({
  seed: 1,
  clock: systemClock,
  fetch: systemFetch,
  origin,
  people: [{ user: "ada", provider: "microsoft", mails: 3 }],
});
reached.simulator = simulator;

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = systemClock.now() + 30_000; !await holds(); await systemClock.sleep(50)) {
    if (systemClock.now() > end) throw new Error("It never happened");
  }
}

const headers = { authorization: `Bearer ${KEY}`, "millrace-user": "ada" };
const found = async (word: string) => {
  const { hits } = await (await systemFetch(`${served.url}/v1/search?q=${word}`, { headers })).json();
  return hits.length > 0;
};
await until(async () => (await systemFetch(`${served.url}/readyz`)).ok);
await connectPerson({
  fetch: systemFetch,
  url: served.url,
  key: KEY,
  user: "ada",
  provider: "microsoft",
  consent: (authorizeUrl) => simulator.consent(authorizeUrl, { user: "ada" }),
});
await until(async () => {
  const { items } = await (await systemFetch(`${served.url}/v1/connections`, { headers })).json();
  return items.every((item: { resources: { state: string }[] }) =>
    item.resources.every(({ state }) => state === "active")
  );
});
simulator.person("ada").send({ subject: "A traced mail", body: "quixotarium" });
await until(() => found("quixotarium"));
await simulator.close();
await served.stop(1_000);
await providers.shutdown();
await Deno.remove(data_dir, { recursive: true });
