/**
 * An embedded instance that reads one account for the first time and then, several times, in vain: a process of its own.
 * It serves `office` alone; the events are kept for the subscriptions of all services, as durable as ever, and nobody
 * takes them. Argument: the order, as JSON. Says lines of `SyncSaid`; after each but the last it rests until it is answered.
 */
import process from "node:process";
import type { InstanceDeps } from "../../open_instance.ts";
import { serveInstance } from "../../serve.ts";
import { openSqliteBus } from "../../shared/bus/sqlite/mod.ts";
import { readConfig } from "../../shared/contracts/config.ts";
import { COLLECTIONS, Connection } from "../../shared/contracts/records.ts";
import { SUBSCRIPTIONS } from "../../shared/contracts/subscriptions.ts";
import { TOPICS } from "../../shared/contracts/topics.ts";
import { systemFetch } from "../../shared/system/mod.ts";
import { connectPerson } from "../connect_person.ts";
import { giveConsent } from "../simulator/consent.ts";
import { median } from "./compare.ts";
import { lines } from "./lines.ts";
import { loggingDeps } from "./outside.ts";
import { InstanceOrder, type SyncEnd, type SyncSaid } from "./sync_order.ts";
import { Wire } from "./wire.ts";

const USER = "ada";
const ADMIN_KEY = "an-operators-key-for-benches-only";
const TOPIC = { mail: "emails", calendar: "calendars" } as const;
const LOOK_MS = 20;
const SLICES = 10;
const QUIET_ROUNDS = 9;
/** After the first sync: whatever it has begun beside itself. */
const SETTLE_MS = 1_500;

const order = InstanceOrder.parse(JSON.parse(Deno.args[0] ?? ""));
const { origin, provider, resource, size, data_dir } = order;
const config = readConfig({
  DATA_DIR: data_dir,
  ADMIN_API_KEY: ADMIN_KEY,
  SERVICES: "office",
  MICROSOFT_CLIENT_ID: "bench",
  MICROSOFT_CLIENT_SECRET: "bench",
  MICROSOFT_GRAPH_URL: `${origin}/graph`,
  MICROSOFT_LOGIN_URL: `${origin}/login`,
  GOOGLE_CLIENT_ID: "bench",
  GOOGLE_CLIENT_SECRET: "bench",
  GOOGLE_API_URL: `${origin}/google`,
  GOOGLE_AUTHORIZE_URL: `${origin}/google-accounts/o/oauth2/v2/auth`,
  GOOGLE_TOKEN_URL: `${origin}/google-accounts/token`,
  GOOGLE_REVOKE_URL: `${origin}/google-accounts/revoke`,
  // It is not the quota that is measured.
  GOOGLE_QUOTA_FACTOR: "9999",
}, { mode: "dev" });
const answers = lines(Deno.stdin.readable);
const wire = new Wire([`${origin}/graph/`, `${origin}/google/`], order.requests_file);
const deps: InstanceDeps = { ...await loggingDeps(`${data_dir}/log`, config.log_level), fetch: wire.fetch };

await subscribeAll();
const served = await serveInstance({ ...config, port: 0 }, deps, { hostname: "127.0.0.1" });
const { state, bus } = served.instance.stores;
const end = await firstSync();
await deps.clock.sleep(SETTLE_MS);
await say({ ...end, quiet: await quietRounds() });
await served.stop(1_000);
await answers.return(undefined);

/** Makes the subscriptions of all services, of which this instance then serves one. */
async function subscribeAll(): Promise<void> {
  const deliver = () => Promise.resolve({ status: 503 });
  const whole = openSqliteBus({ path: `${data_dir}/bus.sqlite`, ...deps, deliver });
  await whole.ensure({ topics: TOPICS, subscriptions: SUBSCRIPTIONS, endpointOf: (name) => `http://bench/${name}` });
  await whole.close();
}

/** Reads the account. What an instance does afterwards, such as to read again for a notification, does not count. */
async function firstSync(): Promise<Omit<SyncEnd, "quiet">> {
  while ((await systemFetch(`${served.url}/readyz`)).status !== 200) await deps.clock.sleep(LOOK_MS);
  const [before, cpu, waited_ms] = [rssMb(), process.cpuUsage(), wire.waited_ms];
  const quarters: number[] = [];
  let slice_started = performance.now(), slices = 1, peak = before;
  const taken = () => {
    const { user, system } = process.cpuUsage(cpu);
    return {
      at: performance.now(),
      published: published(),
      recorded: wire.recorded,
      cpu_seconds: (user + system) / 1_000_000,
      waited_seconds: (wire.waited_ms - waited_ms) / 1_000,
      requests: counted("provider_requests_total"),
      quota_units: counted("provider_quota_units_total"),
    };
  };
  let last = taken();
  const endSlice = async ({ at, published, recorded }: typeof last) => {
    slices = Math.floor(published * SLICES / size) + 1;
    await say({ kind: "slice", published, recorded, seconds: (at - slice_started) / 1_000, rss_mb: rssMb() });
    await answers.next();
    slice_started = performance.now();
  };
  let resting: Promise<void> | undefined;
  // Between two pages all work on what was read is done.
  wire.beforeRequest = async () => {
    const done = published();
    if (done < size && done >= size * slices / SLICES) resting ??= endSlice(last = taken());
    await resting;
    resting = undefined;
  };
  await connectPerson({
    fetch: systemFetch,
    url: served.url,
    key: ADMIN_KEY,
    user: USER,
    provider,
    resources: [resource],
    consent: (authorizeUrl) => giveConsent((request) => systemFetch(request), authorizeUrl, { user: USER }),
  });
  while (await resourceState() !== "active") {
    await deps.clock.sleep(LOOK_MS);
    const rss = rssMb();
    peak = Math.max(peak, rss);
    if (published() === last.published) continue;
    last = taken();
    if (last.published >= size * (quarters.length + 1) / 4) quarters.push(rss);
  }
  await endSlice(last);
  wire.endRecord();
  const { at: _, recorded: __, ...figures } = last;
  return { kind: "end", ...figures, rss_mb: { before, peak, quarters } };
}

/** What rounds cost that a poll begins and that find nothing: the medians. */
async function quietRounds(): Promise<SyncEnd["quiet"]> {
  const requests: number[] = [], ms: number[] = [];
  const connection_id = (await connection())?.connection_id ?? "";
  for (let round = 0; round < QUIET_ROUNDS; round++) {
    const [before, acked, started] = [counted("provider_requests_total"), await roundsDone(), performance.now()];
    const change_id = deps.random.uuid();
    const cause = "poll" as const;
    const message = {
      change_id,
      user_id: USER,
      connection_id,
      provider,
      resource,
      cause,
      requested: 0,
      traceparent: "",
    };
    await bus.publish("provider-changes", [{ message, attributes: { provider } }]);
    while (await roundsDone() === acked) await deps.clock.sleep(1);
    requests.push(counted("provider_requests_total") - before);
    ms.push(performance.now() - started);
  }
  return { requests: median(requests), ms: median(ms) };
}

async function roundsDone(): Promise<number> {
  const stats = await bus.stats();
  return stats.find(({ subscription }) => subscription === "office-provider-changes")?.acked ?? 0;
}

async function resourceState(): Promise<string> {
  return (await connection())?.resources.find((one) => one.resource === resource)?.state ?? "none";
}

async function connection(): Promise<Connection | undefined> {
  const [stored] = await state.records({ user_id: USER }).list(COLLECTIONS.connections, { limit: 1 });
  return stored === undefined ? undefined : Connection.parse(stored.value);
}

function published(): number {
  return counted("bus_published_total", TOPIC[resource]);
}

function counted(name: string, topic?: string): number {
  const values = deps.counters.snapshot().filter((one) => one.name === name);
  return values.filter(({ labels }) => topic === undefined || labels["topic"] === topic)
    .reduce((sum, { value }) => sum + value, 0);
}

function rssMb(): number {
  return Deno.memoryUsage().rss / 1_000_000;
}

async function say(said: SyncSaid): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(said)}\n`));
}
