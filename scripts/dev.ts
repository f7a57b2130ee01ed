/** `deno task dev`: the whole system on the embedded default, with simulated providers and a stream of changes. */
import { FolderHeldError, type Served, serveInstance } from "../serve.ts";
import { type Config, ConfigError, readConfig } from "../shared/contracts/config.ts";
import { randomToken } from "../shared/security/mod.ts";
import { systemClock, systemFetch, systemRandom } from "../shared/system/mod.ts";
import { openCounters, openLog } from "../shared/telemetry/mod.ts";
import { parseOptions } from "../options.ts";
import { StartError } from "../start_error.ts";
import { connectPerson } from "./connect_person.ts";
import { removeSimulatorAddress, writeSimulatorAddress } from "./simulator/address.ts";
import { createSimulator, type Simulator } from "./simulator/mod.ts";
import { untilToldToEnd } from "./told_to_end.ts";

const HELP = `Usage: deno task dev [--help]

Starts Millrace with nothing to configure: SQLite for everything, simulated providers with two people (ada with
Microsoft 365, ben with Google) who have mail, calendars, contacts, files and tasks, and one change every two seconds
a person.

  PORT           where to listen (8000; the next free one when it is taken)
  DATA_DIR       where the files are (./data)
  ADMIN_API_KEY  the operator's key (made anew at each start when not set)
  LOG_LEVEL      debug, info, warn or error (warn)

Exit codes: 0 ended by you, 1 could not start, 2 wrong usage.
`;

/** What each of the two keeps beside mail. */
const DESK = { events: 60, contacts: 40, files: 25, tasks: 30 };
const PEOPLE = [
  { user: "ada", provider: "microsoft", mails: 240, desk: DESK },
  { user: "ben", provider: "google", mails: 240, desk: DESK },
] as const;

/** Where the tasks look by themselves. */
const DEFAULT_DATA_DIR = readConfig({}, { mode: "task" }).data_dir;

const SEED = 1;
const CHANGE_EVERY_MS = 2_000;
const PORTS_TRIED_MAX = 50;

/** Nothing may be left three seconds after the command that started this is gone; what is in flight is done again. */
const GRACE_MS = 800;
const GMAIL_TOPIC = "projects/simulated/topics/gmail";
const GMAIL_SUBSCRIPTION = "projects/simulated/subscriptions/gmail-notifications";

const say = (text: string) => Deno.stdout.write(new TextEncoder().encode(`${text}\n`));

/** The environment with the simulated providers in place of the real ones. */
function simulatedEnvironment(env: Record<string, string>, origin: string): Record<string, string> {
  return {
    LOG_LEVEL: "warn",
    ...env,
    // Empty counts as unset, as everywhere.
    ADMIN_API_KEY: env["ADMIN_API_KEY"] || randomToken(systemRandom).reveal(),
    MICROSOFT_CLIENT_ID: "millrace-dev",
    MICROSOFT_CLIENT_SECRET: "simulated",
    MICROSOFT_GRAPH_URL: `${origin}/graph`,
    MICROSOFT_LOGIN_URL: `${origin}/login`,
    GOOGLE_CLIENT_ID: "millrace-dev",
    GOOGLE_CLIENT_SECRET: "simulated",
    GOOGLE_API_URL: `${origin}/google`,
    GOOGLE_AUTHORIZE_URL: `${origin}/google-accounts/o/oauth2/v2/auth`,
    GOOGLE_TOKEN_URL: `${origin}/google-accounts/token`,
    GOOGLE_REVOKE_URL: `${origin}/google-accounts/revoke`,
    GMAIL_TOPIC,
  };
}

/** Serves on the configured port, or on the next free one. */
async function serveSomewhere(config: Config, providers: string): Promise<Served> {
  const log = await openLog({ level: config.log_level, pretty: Deno.stdout.isTerminal() });
  const deps = {
    clock: systemClock,
    random: systemRandom,
    fetch: systemFetch,
    log,
    counters: openCounters(),
    simulator: (path: string, body?: string) => {
      const post = { method: "POST", headers: { "content-type": "application/json" }, body: body ?? "" };
      return systemFetch(`${providers}/control${path}`, body === undefined ? {} : post);
    },
  };
  for (let port = config.port;; port++) {
    try {
      const served = await serveInstance({ ...config, port }, deps, { hostname: "127.0.0.1" });
      if (port !== config.port) await say(`Port ${config.port} is taken, so this is port ${port}.`);
      return served;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse) || port - config.port >= PORTS_TRIED_MAX) throw error;
    }
  }
}

/** Simulated providers on a port of their own. They learn where Millrace is when it serves. */
function serveSimulator(): { origin: string; attach: (served: Served) => Simulator; close: () => Promise<void> } {
  let simulator: Simulator | undefined;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => simulator?.fetch(request) ?? new Response(null, { status: 503 }),
  );
  const origin = `http://127.0.0.1:${server.addr.port}`;
  return {
    origin,
    attach({ url, instance }) {
      simulator = createSimulator({
        seed: SEED,
        clock: systemClock,
        fetch: systemFetch,
        origin,
        people: PEOPLE,
        gmailPush: {
          url: `${url}/push/gmail`,
          subscription: GMAIL_SUBSCRIPTION,
          token: () => instance.internal_token.reveal(),
        },
      });
      return simulator;
    },
    async close() {
      await simulator?.close();
      await server.shutdown();
    },
  };
}

/** How a task is called from another terminal, which does not have our environment. */
function taskCommand(data_dir: string): string {
  const folder = data_dir === DEFAULT_DATA_DIR ? "" : `DATA_DIR='${data_dir.replaceAll("'", `'\\''`)}' `;
  return `${folder}npx -y deno@2 task`;
}

function welcome(url: string, key: string, data_dir: string): string {
  const task = taskCommand(data_dir);
  return `
Millrace runs at ${url}
  Console         ${url}/console#key=${key}&user=ada
  API key         ${key}
  API reference   ${url}/docs

ada has Microsoft 365, ben has Google; something changes every two seconds. Paste one of these:

  curl -s -H 'Authorization: Bearer ${key}' -H 'Millrace-User: ada' '${url}/v1/search?q=meeting'
  ${task} tail --user ada
  ${task} simulate send --user ada --subject 'Lunch on Friday?'

Ctrl-C ends it.`;
}

async function main(): Promise<number> {
  const values = parseOptions("dev", Deno.args, { help: { type: "boolean", default: false } });
  if (values.help) {
    await say(HELP);
    return 0;
  }
  const told = untilToldToEnd();
  const providers = serveSimulator();
  const config = readConfig(simulatedEnvironment(Deno.env.toObject(), providers.origin), {
    mode: "dev",
    readFile: (path) => Deno.readTextFileSync(path),
  });
  for (const warning of config.warnings) await say(`Warning: ${warning}`);
  const served = await serveSomewhere(config, providers.origin);
  const simulator = providers.attach(served);
  await writeSimulatorAddress(config.data_dir, providers.origin);
  const key = config.http.admin_api_key?.reveal() ?? "";
  const ending = new AbortController();
  const lively = bringToLife(simulator, served, { key, data_dir: config.data_dir }, ending.signal);
  const why = await Promise.race([told, lively]);
  await say(`\nStopping: ${why}`);
  ending.abort();
  await providers.close();
  await removeSimulatorAddress(config.data_dir);
  await served.stop(GRACE_MS);
  return 0;
}

/** Connects both people and lets their mailboxes change. Resolves only when that fails. */
async function bringToLife(
  simulator: Simulator,
  { url }: Served,
  { key, data_dir }: { readonly key: string; readonly data_dir: string },
  signal: AbortSignal,
): Promise<string> {
  await Promise.all(PEOPLE.map(({ user, provider }) =>
    connectPerson({
      fetch: systemFetch,
      url,
      key,
      user,
      provider,
      consent: (authorizeUrl) => simulator.consent(authorizeUrl, { user }),
    })
  ));
  await say(welcome(url, key, data_dir));
  await simulator.changes({ everyMs: CHANGE_EVERY_MS, signal });
  return await new Promise(() => {});
}

try {
  Deno.exit(await main());
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof FolderHeldError || error instanceof StartError)) throw error;
  await Deno.stderr.write(new TextEncoder().encode(`${error.message}\n`));
  Deno.exit(error instanceof StartError ? error.exit_code : 1);
}
