/** A Millrace on a port with simulated people, for tests in a browser. */
import { connectPerson } from "../../scripts/connect_person.ts";
import { createSimulator, type Simulator } from "../../scripts/simulator/mod.ts";
import { serveInstance } from "../../serve.ts";
import { readConfig } from "../../shared/contracts/config.ts";
import { systemClock, systemFetch } from "../../shared/system/mod.ts";
import { openCounters } from "../../shared/telemetry/mod.ts";
import { seededRandom } from "../simulation/random.ts";

export const ADMIN_KEY = "an-operators-key-for-tests-only";

const PEOPLE = [
  { user: "ada", provider: "microsoft", mails: 30, desk: { events: 20, contacts: 10, files: 12, tasks: 8 } },
] as const;

export interface World {
  readonly url: string;
  readonly simulator: Simulator;
  /** Asks the API as an operator for ada. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Delivers something to a push route, as the embedded bus does. */
  deliver(subscription: string, body: unknown): Promise<number>;
  /** Waits for what happens in its own time. */
  until(what: string, condition: () => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

const quiet = () => {};

/** Opens it, with ada's account connected and searchable. */
export async function openWorld(): Promise<World> {
  const data_dir = await Deno.makeTempDir({ prefix: "millrace-console-" });
  const reached: { simulator?: Simulator } = {};
  const providers = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: quiet },
    (request) => reached.simulator?.fetch(request) ?? new Response(null, { status: 503 }),
  );
  const origin = `http://127.0.0.1:${providers.addr.port}`;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const deps = {
    clock: systemClock,
    random: seededRandom(1),
    fetch: systemFetch,
    log,
    counters: openCounters(),
    simulator: (path: string, body?: string) => {
      const post = { method: "POST", headers: { "content-type": "application/json" }, body: body ?? "" };
      return systemFetch(`${origin}/control${path}`, body === undefined ? {} : post);
    },
  };
  const config = readConfig({
    DATA_DIR: data_dir,
    ADMIN_API_KEY: ADMIN_KEY,
    MICROSOFT_CLIENT_ID: "millrace-test",
    MICROSOFT_CLIENT_SECRET: "simulated",
    MICROSOFT_GRAPH_URL: `${origin}/graph`,
    MICROSOFT_LOGIN_URL: `${origin}/login`,
  }, { mode: "dev" });
  const served = await serveInstance({ ...config, port: 0 }, deps, { hostname: "127.0.0.1" });
  const simulator = createSimulator({ seed: 1, clock: systemClock, fetch: systemFetch, origin, people: PEOPLE });
  reached.simulator = simulator;
  const headers = { authorization: `Bearer ${ADMIN_KEY}`, "millrace-user": "ada" };
  const world: World = {
    url: served.url,
    simulator,
    ask: (path, init = {}) =>
      systemFetch(`${served.url}${path}`, { ...init, headers: { ...headers, ...init.headers } }),
    async deliver(subscription, body) {
      const answer = await systemFetch(`${served.url}/push/${subscription}`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${served.instance.internal_token.reveal()}`,
          "content-type": "application/json",
        },
        body: JSON.stringify(body),
      });
      await answer.body?.cancel();
      return answer.status;
    },
    async until(what, condition) {
      for (const end = Date.now() + 60_000; !await condition();) {
        if (Date.now() > end) throw new Error(`It never happened: ${what}`);
        await systemClock.sleep(50);
      }
    },
    async close() {
      await simulator.close();
      await served.stop(2_000);
      await providers.shutdown();
      await Deno.remove(data_dir, { recursive: true });
    },
  };
  await connectPerson({
    fetch: systemFetch,
    url: served.url,
    key: ADMIN_KEY,
    user: "ada",
    provider: "microsoft",
    consent: (authorizeUrl) => simulator.consent(authorizeUrl, { user: "ada" }),
  });
  await world.until("the first sync is over", async () => {
    const { items } = await (await world.ask("/v1/sync/batches")).json();
    return items.length > 0 && items.every(({ ended_at }: { ended_at: string }) => ended_at !== "");
  });
  return world;
}
