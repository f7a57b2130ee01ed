/**
 * One account from the provider's routes to the events, in memory and in simulated time: the office consumer on a real
 * state, a bus that delivers again what was refused, processes that die, and a provider that misbehaves.
 */
import { z } from "zod";
import {
  connected,
  createCare,
  createOffice,
  createSignaller,
  createWakeups,
  endingSlice,
  type OfficePorts,
  pollSlice,
  rememberAccount,
  renewalSlice,
} from "../../consumers/office/mod.ts";
import type { Delivery } from "../../consumers/registry.ts";
import { createSimulator, type SimulatedPerson, type Simulator } from "../../scripts/simulator/mod.ts";
import type { Deps, Random } from "../../shared/contracts/deps.ts";
import { SUBSCRIPTIONS } from "../../shared/contracts/subscriptions.ts";
import { NormalisedDocument } from "../../shared/contracts/documents.ts";
import { TransientError } from "../../shared/contracts/errors.ts";
import type { Event } from "../../shared/contracts/event.ts";
import type { ProviderChange } from "../../shared/contracts/messages.ts";
import { COLLECTIONS, type Connection, DueRenewal, ProviderSubscription } from "../../shared/contracts/records.ts";
import { openMailbox } from "../../shared/providers/mod.ts";
import type { OpenedProvider } from "../../shared/providers/port.ts";
import { tokenRecord } from "../../shared/providers/tokens.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import { openCounters } from "../../shared/telemetry/mod.ts";
import { RecordingBus } from "../consumers/office/recording_bus.ts";
import { mortal } from "../consumers/office/world.ts";
import { PLAIN_VAULT, SILENT_LOG } from "../providers/account.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { digestAtOnce } from "../simulation/digests.ts";
import { seededRandom } from "../simulation/random.ts";

export const ORIGIN = "http://providers.test";
export const PUBLIC_URL = "https://millrace.test";
const USER = "ada";

/** So much there is at first: little, so that many histories can be told. */
const MAILS = 12;
const DESK = { events: 6, contacts: 6, files: 4, tasks: 6 };

digestAtOnce();

/** A dead process' leases run out. */
const LEASE_MS = 16_000;

/** One account under test. */
export interface Account {
  readonly simulator: Simulator;
  readonly person: SimulatedPerson;
  readonly random: Random;
  /** What a consumer that goes by revisions holds: each living document by kind and the provider's id. */
  documents(): ReadonlyMap<string, NormalisedDocument>;
  /** What was given up, by its reason. */
  readonly given_up: readonly string[];
  /** Whether no message is under way or waiting. */
  idle(): boolean;
  rest(ms: number): Promise<void>;
  /** The process dies where it stands; another one takes over. */
  kill(): void;
  close(): Promise<void>;
}

/** Connects an account of one provider. */
export async function openAccount(
  provider_name: "microsoft" | "google",
  seed: number,
  open: (deps: Deps) => OpenedProvider,
): Promise<Account> {
  // Nothing here answers from another thread, so that a seed repeats its history turn by turn.
  const clock = new SimulatedClock({ settlePauses: 0, settleTurns: 12 });
  const random = seededRandom(seed);
  const state = openSqliteState({ path: ":memory:", clock, random });
  const bus = new RecordingBus();
  const wakeups = createWakeups();
  const reached: { simulator?: Simulator } = {};
  const deps: Deps = {
    clock,
    random,
    log: SILENT_LOG,
    counters: openCounters(),
    fetch: (input, init) => {
      const request = new Request(input, init);
      if (request.url.startsWith(PUBLIC_URL)) return receive(request);
      return reached.simulator?.fetch(request) ?? Promise.reject(new TypeError("There is no network here"));
    },
  };
  const simulator = createSimulator({
    seed,
    clock,
    fetch: deps.fetch,
    origin: ORIGIN,
    people: [{ user: USER, provider: provider_name, mails: MAILS, desk: DESK }],
    gmailPush: { url: `${PUBLIC_URL}/push/gmail`, subscription: "projects/p/subscriptions/s", token: () => "token" },
  });
  reached.simulator = simulator;
  const provider = open(deps);
  const signaller = createSignaller({ leases: state.leases, bus, deps, wakeups });
  const portsOf = (theirs: OfficePorts["state"]): OfficePorts => ({
    state: theirs,
    bus,
    deps,
    vault: PLAIN_VAULT,
    index: { revisions: () => Promise.resolve(new Map()) },
    holders: [],
    providers: new Map([[provider_name, provider]]),
    subscriptions: SUBSCRIPTIONS,
    public_url: "https://millrace.test",
    openMailbox: (connection, signal) =>
      openMailbox({
        deps,
        state: theirs,
        vault: PLAIN_VAULT,
        provider,
        connection,
        signal,
        hosts: provider.hosts,
      }),
  });
  const ports = portsOf(state);

  // ── notifications ────────────────────────────────────────────────────────────────────────────────────────────────

  async function recordOf(id: string): Promise<ProviderSubscription | null> {
    const stored = await state.records({ system: "provider-subscriptions" }).get(COLLECTIONS.providerSubscriptions, id);
    return stored === null ? null : ProviderSubscription.parse(stored.value);
  }

  /** As the routes do: whatever is addressed to a record of ours raises its signal. */
  async function receive(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const handshake = url.searchParams.get("validationToken");
    if (handshake !== null) return new Response(handshake, { headers: { "content-type": "text/plain" } });
    const id = request.headers.get("x-goog-channel-id") ?? url.pathname.split("/").at(-1) ?? "";
    const record = await recordOf(id);
    const key = { user_id: USER, connection_id: connection.connection_id, resource: record?.resource ?? "mail" };
    if (url.pathname.includes("/lifecycle/")) {
      const value = { subscription_id: id, event: DueRenewal.shape.event.parse(await lifecycleOf(request)) };
      const due_id = `${new Date(clock.now()).toISOString()}|${id}`;
      await state.records({ system: "due" }).commit([
        { op: "put", collection: COLLECTIONS.dueRenewals, id: due_id, value },
      ]);
    }
    if (record !== null || url.pathname === "/push/gmail") {
      await signaller({ key, provider: provider_name, cause: "notification", traceparent: "" });
    }
    return new Response(null, { status: 202 });
  }

  // ── processes ────────────────────────────────────────────────────────────────────────────────────────────────────

  const given_up: string[] = [];
  const under_way = new Set<ProviderChange>();
  const stop = new AbortController();
  let waiting = 0;
  let life = { dead: false };
  let handle = start();

  function start() {
    const office = createOffice(portsOf(mortal(state, life)), wakeups);
    const changes = office.kind === "internal" ? office.handlers["provider-changes"] : undefined;
    if (changes === undefined) throw new TypeError("Office does not handle its messages");
    return changes;
  }

  async function deliver(change: ProviderChange): Promise<void> {
    under_way.add(change);
    try {
      await handle(change, DELIVERY);
      under_way.delete(change);
    } catch (error) {
      if (!under_way.delete(change)) return;
      if (error instanceof TransientError) deliverLater(change, error.retry_after_ms);
      else given_up.push(error instanceof Error ? error.message : String(error));
    }
  }

  function deliverLater(change: ProviderChange, ms: number): void {
    waiting++;
    clock.sleep(ms, stop.signal).then(() => deliver(change), () => {}).finally(() => waiting--);
  }

  bus.after = () => {
    for (const change of bus.changes.splice(0)) void deliver(change);
  };

  // ── connecting, and what is done by the clock ────────────────────────────────────────────────────────────────────

  const connection = await clock.runUntil(connect(simulator, provider, ports, clock.now()));
  const care = createCare(ports, signaller);
  const every = async (ms: number, work: () => Promise<unknown>) => {
    while (!stop.signal.aborted) {
      await clock.sleep(ms, stop.signal).catch(() => {});
      if (!stop.signal.aborted) await work();
    }
  };
  const schedule = Promise.all([
    every(30_000, async () => {
      await pollSlice(ports, signaller);
      await care();
    }),
    every(60_000, async () => {
      await renewalSlice(ports, signaller);
      await endingSlice(ports, signaller);
    }),
  ]);
  await clock.runUntil(connected(ports, signaller, connection));

  return {
    simulator,
    person: simulator.person(USER),
    random,
    given_up,
    documents: () => converged(bus.events),
    idle: () => under_way.size + waiting === 0,
    rest: (ms) => clock.advance(ms),
    kill() {
      life.dead = true;
      life = { dead: false };
      handle = start();
      // Nobody acknowledged them, so they come again.
      for (const change of under_way) deliverLater(change, LEASE_MS);
      under_way.clear();
    },
    async close() {
      stop.abort();
      await clock.runUntil(schedule);
      await clock.runUntil(simulator.close());
      life.dead = true;
      await state.close();
    },
  };
}

const DELIVERY: Delivery = {
  subscription: "office-provider-changes",
  message_id: "m1",
  published_at: "2026-03-02T09:00:00.000Z",
  attempt: 1,
  signal: new AbortController().signal,
  attributes: {},
};

async function lifecycleOf(request: Request): Promise<string> {
  const Body = z.object({ value: z.array(z.object({ lifecycleEvent: z.string() })).min(1) });
  return Body.parse(await request.json()).value[0]?.lifecycleEvent ?? "";
}

/** As a person connects: consent to everything, tokens and record stored. */
async function connect(
  simulator: Simulator,
  provider: OpenedProvider,
  { state }: OfficePorts,
  now_ms: number,
): Promise<Connection> {
  const request = {
    state: "state-of-this-attempt",
    code_verifier: "verifier-verifier-verifier-verifier-verifier-1",
    redirect_uri: `${PUBLIC_URL}/oauth/${provider.name}/callback`,
  };
  const url = await provider.oauth.authorizeUrl({ ...request, hint: simulator.person(USER).address });
  const tokens = await provider.oauth.exchange(new URL(await simulator.consent(url.href)), request);
  const account = await provider.oauth.account(tokens.access_token);
  const now = new Date(now_ms).toISOString();
  const connection: Connection = {
    connection_id: "connection-1",
    user_id: USER,
    provider: provider.name,
    ...account,
    state: "active",
    scopes: [...tokens.scopes],
    resources: provider.resources(tokens.scopes).map((resource) => ({
      resource,
      granted: true,
      state: "new",
      last_read_at: "",
      last_change_at: "",
      last_notification_at: "",
      delivery: provider.push(resource, tokens.scopes).supported ? "push" : "poll",
      reason: "",
      poll_seconds: 0,
      verified_at: "",
      differences: 0,
      repaired: 0,
    })),
    choices: [],
    created_at: now,
    updated_at: now,
  };
  const { connection_id } = connection;
  await rememberAccount(state, connection);
  await state.records({ user_id: USER }).commit([
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

/** The newest version of each document, deletes left out. */
function converged(events: readonly Event[]): ReadonlyMap<string, NormalisedDocument> {
  const newest = new Map<string, Event>();
  for (const event of events) {
    if ((newest.get(event.doc_id)?.revision ?? 0) < event.revision) newest.set(event.doc_id, event);
  }
  const living = new Map<string, NormalisedDocument>();
  for (const { operation, data } of newest.values()) {
    if (operation === "delete") continue;
    const document = NormalisedDocument.parse(JSON.parse(data));
    living.set(`${document.doc_type}|${document.provider_id}`, document);
  }
  return living;
}
