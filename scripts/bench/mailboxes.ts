/** An embedded instance and the simulated mailboxes of some people, in this process and under the real clock. */
import { z } from "zod";
import { openInstance } from "../../open_instance.ts";
import { readConfig } from "../../shared/contracts/config.ts";
import type { Clock, Fetch } from "../../shared/contracts/deps.ts";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import { connectPerson } from "../connect_person.ts";
import { createSimulator, type Simulator, type SimulatorOptions } from "../simulator/mod.ts";
import { loggingDeps } from "./outside.ts";

const SEED = 1;
const ADMIN_KEY = "an-operators-key-for-benches-only";
const MILLRACE = "https://millrace.bench";
const PROVIDERS = "https://providers.bench";
const LOOK_MS = 20;
/** Far above what is asked for: it is not the quota that is measured. */
const NO_QUOTA = 1_000_000_000;

const Found = z.object({ hits: z.array(z.unknown()) });

/** Of a request of an operator in the name of a person. */
export const headersOf = (user: string) => ({ authorization: `Bearer ${ADMIN_KEY}`, "millrace-user": user });

/** What a bench does with them. */
export interface Mailboxes {
  readonly simulator: Simulator;
  readonly clock: Clock;
  /** Connects a person's account, all of it or these resources: it begins to be read. */
  connect(user: string, resources?: readonly ResourceName[]): Promise<void>;
  /** How many documents of the person are searchable. */
  documents(user: string): Promise<number>;
  /** Whether a search by the API finds exactly one document. */
  finds(user: string, word: string): Promise<boolean>;
  /** Sends a request to Millrace, as a provider would. */
  call(path: string, init: RequestInit): Promise<Response>;
  /** Looks every 20 ms. @throws Error that says what never happened */
  until(what: string, limit_ms: number, condition: () => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

type Person = { readonly user: string; readonly mails: number };
type MailboxOptions = Pick<SimulatorOptions, "folders" | "wellKnown">;

/** Opens the instance and connects everybody; their mailboxes are read by then. */
export async function openMailboxes(people: readonly Person[], options: MailboxOptions): Promise<Mailboxes> {
  const mailboxes = await openUnread(people, options);
  await Promise.all(people.map(({ user }) => mailboxes.connect(user)));
  for (const { user, mails } of people) {
    const read = async () => await mailboxes.documents(user) === mails;
    await mailboxes.until(`the mailbox of ${user} is read`, 120_000, read);
  }
  return mailboxes;
}

/** Opens the instance, its log at the default level; nobody is connected yet. */
export async function openUnread(people: readonly Person[], options: MailboxOptions): Promise<Mailboxes> {
  const data_dir = await Deno.makeTempDir({ prefix: "millrace-bench-" });
  const config = readConfig(environment(data_dir), { mode: "dev" });
  const outside = await loggingDeps(`${data_dir}/log`, config.log_level);
  const reached: { app?: Fetch; simulator?: Simulator } = {};
  const fetch: Fetch = (input, init) => {
    const request = new Request(input, init);
    const answer = request.url.startsWith(PROVIDERS) ? reached.simulator?.fetch(request) : reached.app?.(request);
    return answer ?? Promise.reject(new TypeError("Nobody is there"));
  };
  const instance = await openInstance(config, { ...outside, fetch });
  reached.app = async (input) => await instance.app.fetch(new Request(input));
  const simulator = createSimulator({
    seed: SEED,
    clock: outside.clock,
    fetch,
    origin: PROVIDERS,
    people: people.map((one) => ({ ...one, provider: "microsoft" })),
    ...options,
  });
  simulator.faults.requestsPerTenMinutes = NO_QUOTA;
  reached.simulator = simulator;
  instance.start();
  const mailboxes: Mailboxes = {
    simulator,
    clock: outside.clock,
    connect: (user, resources = []) => connect(fetch, simulator, user, resources),
    documents: async (user) => (await instance.stores.index.stats(user)).documents,
    async finds(user, word) {
      const answer = await mailboxes.call(`/v1/search?q=${encodeURIComponent(word)}`, { headers: headersOf(user) });
      return Found.parse(await answer.json()).hits.length === 1;
    },
    call: (path, init) => fetch(`${MILLRACE}${path}`, init),
    async until(what, limit_ms, condition) {
      const end = performance.now() + limit_ms;
      while (!await condition()) {
        if (performance.now() > end) throw new Error(`Cannot bench: it never happened that ${what}`);
        await outside.clock.sleep(LOOK_MS);
      }
    },
    async close() {
      await simulator.close();
      await instance.stop(1_000);
      await Deno.remove(data_dir, { recursive: true });
    },
  };
  await mailboxes.until(
    "the instance is ready",
    10_000,
    async () => (await mailboxes.call("/readyz", {})).status === 200,
  );
  return mailboxes;
}

function connect(
  fetch: Fetch,
  simulator: Simulator,
  user: string,
  resources: readonly ResourceName[],
): Promise<void> {
  const consent = (authorizeUrl: string) => simulator.consent(authorizeUrl, { user });
  return connectPerson({ fetch, url: MILLRACE, key: ADMIN_KEY, user, provider: "microsoft", resources, consent });
}

function environment(data_dir: string): Record<string, string> {
  return {
    DATA_DIR: data_dir,
    PUBLIC_URL: MILLRACE,
    ADMIN_API_KEY: ADMIN_KEY,
    MICROSOFT_CLIENT_ID: "bench",
    MICROSOFT_CLIENT_SECRET: "bench",
    MICROSOFT_GRAPH_URL: `${PROVIDERS}/graph`,
    MICROSOFT_LOGIN_URL: `${PROVIDERS}/login`,
  };
}
