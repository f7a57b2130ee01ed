/** A whole Millrace with simulated providers, for tests that follow a mail all the way. */
import { z } from "zod";
import { type Instance, openInstance } from "../../open_instance.ts";
import { connectPerson } from "../../scripts/connect_person.ts";
import { createSimulator, type Simulator } from "../../scripts/simulator/mod.ts";
import { serveInstance } from "../../serve.ts";
import { readConfig } from "../../shared/contracts/config.ts";
import type { Clock, Fetch } from "../../shared/contracts/deps.ts";
import type { SearchHit } from "../../shared/index/port.ts";
import { systemClock, systemFetch } from "../../shared/system/mod.ts";
import { openCounters } from "../../shared/telemetry/mod.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";
import type { Stores } from "../../adapters.ts";
import { restoreBackup } from "../../shared/state/backup/mod.ts";
import type { State } from "../../shared/state/port.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";

const ADMIN_KEY = "an-operators-key-for-tests-only";
const ORIGIN = "http://providers.test";
const MILLRACE = "https://millrace.test";
/** What the tokens are encrypted with; it is in no backup. */
const KEY_FILE = "encryption.key";

/** Two people, one at each provider. Their names differ from run to run where a store outlives the test. */
function peopleOf(suffix: string) {
  return [
    { user: `ada${suffix}`, provider: "microsoft", mails: 30 },
    { user: `ben${suffix}`, provider: "google", mails: 30 },
  ] as const;
}
type People = ReturnType<typeof peopleOf>;

export interface System {
  readonly simulator: Simulator;
  /** Who has Microsoft 365, and who has Google. */
  readonly users: readonly [string, string];
  readonly stores: Stores;
  /** `DATA_DIR`. */
  readonly folder: string;
  /** What a script of the operator's needs to reach it. */
  readonly operator: {
    readonly url: string;
    readonly env: Readonly<Record<string, string>>;
    readonly fetch: Fetch;
    readonly clock: Clock;
  };
  /** Awaits while the time of the test goes on. */
  run<T>(work: Promise<T>): Promise<T>;
  /** Delivers nothing in particular, as the bus of this instance. */
  push(path: string): Promise<Response>;
  connect(user: string): Promise<void>;
  /** Asks the API, as an operator for the person. */
  get(user: string, path: string): Promise<Response>;
  post(user: string, path: string, body: unknown): Promise<Response>;
  delete(user: string, path: string): Promise<Response>;
  search(user: string, q: string): Promise<readonly SearchHit[]>;
  /** Waits until the condition holds; fails with its name when it never does. */
  until(what: string, condition: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>;
  /** The system's time, milliseconds since the epoch. */
  now(): number;
  /** Lets this much time pass. */
  rest(ms: number): Promise<void>;
  /** What an operator sees of what failed. */
  deadLetters(): Promise<readonly { readonly kind: string; readonly reason: string; readonly retry_at: string }[]>;
  close(): Promise<void>;
}

const Letters = z.object({
  items: z.array(z.object({ kind: z.string(), reason: z.string(), retry_at: z.string(), user_id: z.string() })),
});

const quiet = () => {};
const LOG = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** An embedded system can move into another folder. */
export interface EmbeddedSystem extends System {
  /** Stops, restores `backup` into a new folder, and goes on there. What is in no backup is left behind. */
  moveBy(backup: (state: State) => Promise<Uint8Array<ArrayBuffer>>): Promise<void>;
}

/** The embedded default under a simulated clock, without a socket. */
export async function openEmbedded(seed = 1): Promise<EmbeddedSystem> {
  const people = peopleOf("");
  const clock = new SimulatedClock({ settleTurns: 20 });
  const reached: { app?: Fetch; simulator?: Simulator } = {};
  const fetch: Fetch = (input, init) => {
    const request = new Request(input, init);
    const answer = request.url.startsWith(ORIGIN) ? reached.simulator?.fetch(request) : reached.app?.(request);
    return answer ?? Promise.reject(new TypeError("The network is not there"));
  };
  const deps = { clock, random: seededRandom(seed), fetch, log: LOG, counters: openCounters() };
  const begin = async (data_dir: string) => {
    const config = readConfig({ ...environment(ORIGIN), DATA_DIR: data_dir, PUBLIC_URL: MILLRACE }, { mode: "dev" });
    const instance = await openInstance(config, deps);
    reached.app = async (input) => await instance.app.fetch(new Request(input));
    return { instance, data_dir };
  };
  let running = await begin(await Deno.makeTempDir());
  const end = async () => {
    await run(running.instance.stop(1_000));
    await Deno.remove(running.data_dir, { recursive: true });
  };
  reached.simulator = createSimulator({
    seed,
    clock,
    fetch,
    origin: ORIGIN,
    people,
    gmailPush: gmailPush(MILLRACE, () => running.instance.internal_token.reveal()),
  });
  running.instance.start();
  const run = <T>(work: Promise<T>) => clock.runUntil(work, { stepMs: 50, limitMs: 120_000 });
  return {
    ...callers({ url: MILLRACE, fetch, run, simulator: reached.simulator, people }),
    operator: { url: MILLRACE, env: { ADMIN_API_KEY: ADMIN_KEY }, fetch, clock },
    run,
    get stores() {
      return running.instance.stores;
    },
    get folder() {
      return running.data_dir;
    },
    async moveBy(backup) {
      const bytes = await run(backup(running.instance.stores.state));
      const data_dir = await Deno.makeTempDir();
      await Deno.copyFile(`${running.data_dir}/${KEY_FILE}`, `${data_dir}/${KEY_FILE}`);
      await end();
      await clock.advance(1_000);
      const state = openSqliteState({ path: `${data_dir}/state.sqlite`, ...deps });
      await restoreBackup(state, () => Promise.resolve(new Blob([bytes]).stream()));
      await state.close();
      running = await begin(data_dir);
      running.instance.start();
    },
    push: (path) =>
      run(
        reached.app?.(pushRequest(`${MILLRACE}${path}`, running.instance)) ?? Promise.reject(new TypeError("No app")),
      ),
    async until(what, condition, limitMs = 120_000) {
      const end = clock.now() + limitMs;
      while (!await run(Promise.resolve(condition()))) {
        if (clock.now() > end) throw new Error(`It never happened: ${what}`);
        await clock.advance(limitMs / 1_200);
      }
    },
    now: () => clock.now(),
    rest: (ms) => clock.advance(ms),
    async close() {
      await run(Promise.resolve(reached.simulator?.close()));
      await end();
    },
  };
}

/** Pub/Sub and Redis (the addresses given), the SQLite index, real time and real sockets. */
export async function openCloud(addresses: { redis: string; pubsub: string; name: string }): Promise<System> {
  const people = peopleOf(addresses.name.replace("test", ""));
  const data_dir = await Deno.makeTempDir();
  const reached: { simulator?: Simulator } = {};
  const providers = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: quiet },
    (request) => reached.simulator?.fetch(request) ?? new Response(null, { status: 503 }),
  );
  const origin = `http://127.0.0.1:${providers.addr.port}`;
  const deps = { clock: systemClock, random: seededRandom(1), fetch: systemFetch, log: LOG, counters: openCounters() };
  const config = readConfig({
    ...environment(origin),
    DATA_DIR: data_dir,
    PUBSUB_PROJECT_ID: addresses.name,
    PUBSUB_EMULATOR_HOST: addresses.pubsub,
    REDIS_URL: addresses.redis,
    SINGLE_INSTANCE: "1",
  }, { mode: "dev", insecure_emulator: true });
  const served = await serveInstance({ ...config, port: 0 }, deps, { hostname: "127.0.0.1" });
  reached.simulator = createSimulator({
    seed: 1,
    clock: systemClock,
    fetch: systemFetch,
    origin,
    people,
    gmailPush: gmailPush(served.url, () => served.instance.internal_token.reveal()),
  });
  const run = <T>(work: Promise<T>) => work;
  while ((await systemFetch(`${served.url}/readyz`)).status !== 200) await systemClock.sleep(50);
  return {
    ...callers({ url: served.url, fetch: systemFetch, run, simulator: reached.simulator, people }),
    stores: served.instance.stores,
    folder: data_dir,
    operator: { url: served.url, env: { ADMIN_API_KEY: ADMIN_KEY }, fetch: systemFetch, clock: systemClock },
    run,
    push: (path) => systemFetch(pushRequest(`${served.url}${path}`, served.instance)),
    // Pub/Sub delivers again after ten seconds at the earliest, and later each time.
    async until(what, condition, limitMs = 120_000) {
      const clock: Clock = systemClock;
      for (const end = clock.now() + limitMs; !await condition();) {
        if (clock.now() > end) throw new Error(`It never happened: ${what}`);
        await clock.sleep(50);
      }
    },
    now: () => systemClock.now(),
    rest: (ms) => systemClock.sleep(ms),
    async close() {
      await reached.simulator?.close();
      await served.stop(2_000);
      await providers.shutdown();
      await Deno.remove(data_dir, { recursive: true });
    },
  };
}

function pushRequest(url: string, { internal_token }: Instance): Request {
  return new Request(url, {
    method: "POST",
    headers: { authorization: `Bearer ${internal_token.reveal()}` },
    body: "{}",
  });
}

function environment(origin: string): Record<string, string> {
  return {
    ADMIN_API_KEY: ADMIN_KEY,
    MICROSOFT_CLIENT_ID: "millrace-test",
    MICROSOFT_CLIENT_SECRET: "simulated",
    MICROSOFT_GRAPH_URL: `${origin}/graph`,
    MICROSOFT_LOGIN_URL: `${origin}/login`,
    GOOGLE_CLIENT_ID: "millrace-test",
    GOOGLE_CLIENT_SECRET: "simulated",
    GOOGLE_API_URL: `${origin}/google`,
    GOOGLE_AUTHORIZE_URL: `${origin}/google-accounts/o/oauth2/v2/auth`,
    GOOGLE_TOKEN_URL: `${origin}/google-accounts/token`,
    GOOGLE_REVOKE_URL: `${origin}/google-accounts/revoke`,
    GMAIL_TOPIC: "projects/simulated/topics/gmail",
  };
}

function gmailPush(url: string, token: () => string) {
  return { url: `${url}/push/gmail`, subscription: "projects/simulated/subscriptions/gmail-notifications", token };
}

interface Reach {
  readonly url: string;
  readonly fetch: Fetch;
  readonly run: <T>(work: Promise<T>) => Promise<T>;
  readonly simulator: Simulator;
  readonly people: People;
}

function callers({ url, fetch, run, simulator, people }: Reach) {
  const get = (user: string, path: string) =>
    run(fetch(`${url}${path}`, { headers: { authorization: `Bearer ${ADMIN_KEY}`, "millrace-user": user } }));
  const users: [string, string] = [people[0].user, people[1].user];
  return {
    simulator,
    users,
    get,
    post: (user: string, path: string, body: unknown) =>
      run(fetch(`${url}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${ADMIN_KEY}`, "millrace-user": user, "content-type": "application/json" },
        body: JSON.stringify(body),
      })),
    delete: (user: string, path: string) =>
      run(fetch(`${url}${path}`, {
        method: "DELETE",
        headers: { authorization: `Bearer ${ADMIN_KEY}`, "millrace-user": user },
      })),
    async connect(user: string) {
      const person = people.find((each) => each.user === user);
      if (person === undefined) throw new RangeError(`Cannot connect "${user}"`);
      await run(connectPerson({
        fetch,
        url,
        key: ADMIN_KEY,
        user,
        provider: person.provider,
        consent: (authorizeUrl) => simulator.consent(authorizeUrl, { user }),
      }));
    },
    async deadLetters() {
      const answer = await run(
        fetch(`${url}/v1/admin/dead-letters?limit=200`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } }),
      );
      const text = await run(answer.text());
      if (!answer.ok) throw new Error(`Cannot list the dead letters: ${answer.status} ${text}`);
      // Of the people of this test: a store of the services is shared with the tests beside it.
      return Letters.parse(JSON.parse(text)).items.filter(({ user_id }) => people.some(({ user }) => user === user_id));
    },
    async search(user: string, q: string): Promise<readonly SearchHit[]> {
      const answer = await get(user, `/v1/search?q=${encodeURIComponent(q)}`);
      const text = await run(answer.text());
      if (!answer.ok) throw new Error(`Cannot search: ${answer.status} ${text}`);
      return JSON.parse(text).hits;
    },
  };
}
