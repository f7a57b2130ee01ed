/** An account at the simulated providers, connected as a person connects it, with the mailbox that reads it. */
import assert from "node:assert/strict";
import { createSimulator, type DeskSize, type Simulator } from "../../scripts/simulator/mod.ts";
import type { Deps } from "../../shared/contracts/deps.ts";
import { COLLECTIONS, type Connection } from "../../shared/contracts/records.ts";
import { openMailbox } from "../../shared/providers/mod.ts";
import type { Mailbox, OpenedProvider } from "../../shared/providers/port.ts";
import { tokenRecord, type Vault } from "../../shared/providers/tokens.ts";
import { type MemoryCounters, openCounters } from "../../shared/telemetry/counters.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";
import { type MemoryState, memoryState } from "./memory_state.ts";

export const ORIGIN = "http://simulator.test";
export const PUBLIC_URL = "http://millrace.test";
const START_MS = Date.parse("2026-03-02T09:00:00Z");

/** A connected account. */
export interface TestAccount {
  readonly deps: Deps;
  readonly clock: SimulatedClock;
  readonly counters: MemoryCounters;
  readonly simulator: Simulator;
  readonly provider: OpenedProvider;
  readonly state: MemoryState;
  readonly mailbox: Mailbox;
  readonly connection: Connection;
  /** Another mailbox on the same account, as another instance would open it. */
  open(): Mailbox;
  /** Runs work while the clock moves on. */
  run<T>(work: Promise<T>): Promise<T>;
}

/** What is connected. */
export interface AccountOptions {
  readonly user: string;
  readonly provider: "microsoft" | "google";
  readonly mails: number;
  readonly folders?: number;
  /** What the person keeps beside mail. */
  readonly desk?: DeskSize;
  readonly seed?: number;
  readonly open: (deps: Deps) => OpenedProvider;
}

/** A vault that hides nothing: what is tested here is that tokens pass through it. */
export const PLAIN_VAULT: Vault = {
  seal: (text) => Promise.resolve({ key_id: "plain", nonce: "none", text: btoa(text) }),
  open: (sealed) => Promise.resolve(atob(sealed.text)),
};

/** A log that keeps nothing. */
export const SILENT_LOG: Deps["log"] = { debug() {}, info() {}, warn() {}, error() {} };

/** Makes a simulator with one person and connects that person's account through its consent page. */
export async function connectAccount(options: AccountOptions): Promise<TestAccount> {
  const { user, mails, folders, seed = 1 } = options;
  const clock = new SimulatedClock({ start: START_MS, settlePauses: 1 });
  const counters = openCounters();
  const simulator = createSimulator({
    seed,
    clock,
    origin: ORIGIN,
    fetch: () => Promise.resolve(new Response(null, { status: 404 })),
    people: [{
      user,
      provider: options.provider,
      mails,
      ...(options.desk === undefined ? {} : { desk: options.desk }),
    }],
    ...(folders === undefined ? {} : { folders }),
  });
  const deps: Deps = {
    clock,
    counters,
    log: SILENT_LOG,
    random: seededRandom(seed),
    fetch: (input, init) => simulator.fetch(new Request(input, init)),
  };
  const provider = options.open(deps);
  const state = memoryState(clock);
  const run = <T>(work: Promise<T>) => clock.runUntil(work);
  const connection = await run(connect(provider, simulator, state, user, clock));
  const open = () =>
    openMailbox({
      deps,
      state,
      vault: PLAIN_VAULT,
      provider,
      connection,
      signal: new AbortController().signal,
      hosts: provider.hosts,
    });
  return { deps, clock, counters, simulator, provider, state, mailbox: open(), connection, open, run };
}

async function connect(
  provider: OpenedProvider,
  simulator: Simulator,
  state: MemoryState,
  user: string,
  clock: SimulatedClock,
): Promise<Connection> {
  const request = {
    state: "state-of-this-attempt",
    code_verifier: "verifier-verifier-verifier-verifier-verifier-1",
    redirect_uri: `${PUBLIC_URL}/oauth/${provider.name}/callback`,
  };
  const url = await provider.oauth.authorizeUrl({ ...request, hint: simulator.person(user).address });
  const callback = await simulator.consent(url.href);
  const tokens = await provider.oauth.exchange(new URL(callback), request);
  const account = await provider.oauth.account(tokens.access_token);
  assert.equal(account.address, simulator.person(user).address);
  const now = new Date(clock.now()).toISOString();
  const connection: Connection = {
    connection_id: `connection-${user}`,
    user_id: user,
    provider: provider.name,
    ...account,
    state: "active",
    scopes: [...tokens.scopes],
    resources: [],
    choices: [],
    created_at: now,
    updated_at: now,
  };
  const { connection_id } = connection;
  await state.records({ user_id: user }).commit([
    { op: "put", collection: COLLECTIONS.connections, id: connection_id, value: connection },
    {
      op: "put",
      collection: COLLECTIONS.tokens,
      id: connection_id,
      value: await tokenRecord(PLAIN_VAULT, connection_id, tokens),
    },
  ]);
  return connection;
}
