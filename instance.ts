/** An instance: the stores, the consumers that it serves and the app, put together. */
import { openConsole, openFileImport, openProviders, openStores, type Stores } from "./adapters.ts";
import { createContactDiscovery } from "./consumers/contact_discovery/mod.ts";
import { createDeadLettersConsumer, openDeadLetters } from "./consumers/dead_letters/mod.ts";
import { createDispatcher, type Dispatcher, sweepRefetches } from "./consumers/dispatch/mod.ts";
import { createFeed, withFeed } from "./consumers/feed.ts";
import { type Erasures, openErasures, writeArchive } from "./consumers/privacy/mod.ts";
import { createMeetingsConsumer } from "./consumers/meetings/mod.ts";
import {
  beginRefill,
  checkSlice,
  choose,
  connected,
  createCare,
  createOffice,
  createSignaller,
  createWakeups,
  disconnect,
  endingSlice,
  type Imports,
  type OfficePorts,
  openBatches,
  openImports,
  pollSlice,
  renewalSlice,
  type Signaller,
  verificationSlice,
  watchBatches,
} from "./consumers/office/mod.ts";
import { heldContributions } from "./consumers/contributions/mod.ts";
import type { Consumer, Holder } from "./consumers/registry.ts";
import { createShipmentsConsumer } from "./consumers/shipments/mod.ts";
import {
  createVespaLoader,
  feedsOf,
  openReindex,
  type Reindex,
  servedVersions,
  toldBy,
  withLatency,
} from "./consumers/vespa_loader/mod.ts";
import {
  type App,
  createApp,
  type PartHealth,
  sweepConsents,
  type Tick,
  type TickName,
  together,
} from "./routes/mod.ts";
import { readGauges } from "./gauges.ts";
import { startCounters } from "./initial_counters.ts";
import { runSchedule } from "./scheduler.ts";
import { createTopologyKeeper } from "./topology.ts";
import { tracedBus } from "./shared/bus/traced.ts";
import type { Config } from "./shared/contracts/config.ts";
import type { Clock, Deps } from "./shared/contracts/deps.ts";
import { reasonOf } from "./shared/contracts/errors.ts";
import type { ServiceName } from "./shared/contracts/names.ts";
import { COLLECTIONS } from "./shared/contracts/records.ts";
import type { Secret } from "./shared/contracts/secret.ts";
import type { Extract } from "./shared/providers/office_file.ts";
import { openMailbox } from "./shared/providers/mailbox.ts";
import { openApiKeys, openAuditLog, randomToken } from "./shared/security/mod.ts";
import type { MemoryCounters } from "./shared/telemetry/mod.ts";

/** The program's version, as `/openapi.json` says it. */
export const VERSION = "0.1.0";

/** The services that are there; the others' subscriptions are not made before they are. */
const IMPLEMENTED: readonly ServiceName[] = [
  "office",
  "vespa-loader",
  "contact-discovery",
  "meetings",
  "shipments",
  "dead-letters",
];

/** Where the embedded bus and scheduler address the app; nothing listens there. */
const INTERNAL_ORIGIN = "http://embedded.invalid";

/** The outside world of an instance, with counters that can be read. */
export type InstanceDeps = Deps & {
  readonly counters: MemoryCounters;
  /** Reads the text of files; in this thread when there is none (`openContent`). */
  readonly extract?: Extract;
};

/** A whole Millrace in this process, without a socket. */
export interface Instance {
  readonly app: App;
  readonly stores: Stores;
  readonly internal_token: Secret;
  readonly operator_token: Secret;
  /** Sets up the bus (again and again while it is away), then begins to deliver and to tick. */
  start(): void;
  /** Refuses new deliveries, waits for what is in flight, closes the stores. */
  stop(grace_ms: number): Promise<void>;
}

/** Opens an instance. @throws StoreAwayError when another process holds the data folder */
export async function openInstance(config: Config, deps: InstanceDeps): Promise<Instance> {
  const internal_token = randomToken(deps.random);
  const operator_token = randomToken(deps.random);
  let app: App | undefined = undefined;
  const call = async (path: string, body: string | null, signal: AbortSignal): Promise<Response> => {
    if (app === undefined) return new Response(null, { status: 503 });
    const headers = { authorization: `Bearer ${internal_token.reveal()}`, "content-type": "application/json" };
    return await app.fetch(new Request(`${INTERNAL_ORIGIN}${path}`, { method: "POST", headers, body, signal }));
  };
  const stores = await openStores(config, deps, async (subscription, body, signal) => {
    const answer = await call(`/push/${subscription}`, body, signal);
    const after = Number(answer.headers.get("retry-after") ?? 0);
    return { status: answer.status, ...(after > 0 ? { retryAfterMs: after * 1_000 } : {}) };
  });
  const running = await putTogether(config, deps, stores, { internal_token, operator_token });
  app = running.app;
  const stopping = new AbortController();
  const callTick = async (name: string, signal: AbortSignal): Promise<boolean> => {
    const answer = await call(`/ticks/${name}`, null, signal);
    if (!answer.ok) throw new Error(`The tick answered ${answer.status}`);
    const { more } = await answer.json();
    return more === true;
  };
  let background: Promise<unknown> = Promise.resolve();
  return {
    app: running.app,
    stores,
    internal_token,
    operator_token,
    start() {
      const scheduled = config.adapters === "embedded" ? runSchedule(deps, callTick, stopping.signal) : undefined;
      background = Promise.all([running.ensure(stopping.signal), scheduled]);
    },
    async stop(grace_ms) {
      stopping.abort(new DOMException("The instance stops", "AbortError"));
      await Promise.all([
        stores.stopDeliveries(grace_ms),
        running.dispatcher.stop(grace_ms),
        endOf(background, deps.clock, grace_ms),
      ]);
      await stores.close();
    },
  };
}

/** Slices may be broken off anywhere, so one that waits for a provider does not hold up the end. */
async function endOf(work: Promise<unknown>, clock: Clock, grace_ms: number): Promise<void> {
  const grace = new AbortController();
  await Promise.race([work, clock.sleep(grace_ms, grace.signal).catch(() => {})]);
  grace.abort();
}

interface Running {
  readonly app: App;
  readonly dispatcher: Dispatcher;
  ensure(signal: AbortSignal): Promise<void>;
}

async function putTogether(
  config: Config,
  deps: InstanceDeps,
  stores: Stores,
  tokens: { readonly internal_token: Secret; readonly operator_token: Secret },
): Promise<Running> {
  const { state, index, index_versions, vault } = stores;
  const { topic_prefix } = config;
  const endpointOf = (subscription: string) => `${config.http.public_url}/push/${subscription}`;
  const served = new Set(IMPLEMENTED.filter((service) => config.services.includes(service)));
  const subscriptions = config.subscriptions.filter(({ service }) => served.has(service));
  const topology = createTopologyKeeper({
    bus: stores.bus,
    deps,
    subscriptions,
    versioned: () => served.has("vespa-loader") ? servedVersions(index_versions) : Promise.resolve([]),
    endpointOf,
    gmail_topic: served.has("office") ? config.google.gmail_topic : "",
  });
  const bus = deps.tracing === undefined ? topology.guarded : tracedBus(topology.guarded, deps.tracing);
  const providers = await openProviders(config, deps, deps.extract);
  // The shelf is a folder: instances that share their stores do not share it.
  const files = config.adapters === "embedded" && served.has("office")
    ? await openFileImport(config, stores, deps.extract)
    : null;
  if (files !== null) providers.set("import", files.provider);
  const office: OfficePorts = {
    state,
    bus,
    deps,
    vault,
    providers,
    index,
    holders: holdersOf(stores).filter(({ service }) => served.has(service)),
    subscriptions: config.subscriptions,
    public_url: config.http.public_url,
    openMailbox(connection, signal) {
      const provider = providers.get(connection.provider);
      if (provider === undefined) throw new TypeError(`Cannot open a mailbox of provider "${connection.provider}"`);
      return openMailbox({ deps, state, vault, provider, connection, signal, hosts: provider.hosts });
    },
  };
  const wakeups = createWakeups();
  const signal = createSignaller({ leases: state.leases, bus, deps, wakeups });
  const feed = createFeed();
  const consumers: Consumer[] = [
    createOffice(office, wakeups),
    withFeed(withLatency(createVespaLoader(feedsOf(index, index_versions), state.fragments), deps), feed, deps.clock),
    createMeetingsConsumer(state),
    createContactDiscovery(state),
    createShipmentsConsumer(state),
    createDeadLettersConsumer({ state, bus, deps, topic_prefix }),
  ].filter(({ service }) => served.has(service));
  const imports = files === null ? null : openImports(office, signal, files.shelf);
  const officeSignal = served.has("office") ? signal : null;
  const dispatcher = createDispatcher({ state, bus, deps, subscriptions, consumers, topic_prefix });
  const dead_letters = openDeadLetters({ state, bus, deps });
  const keys = openApiKeys(state, deps);
  const audit = openAuditLog(state, deps);
  const erasures = openErasures({
    state,
    index,
    clock: deps.clock,
    keys,
    audit,
    dead_letters,
    shelf: files?.shelf ?? null,
    disconnect: (connection) => disconnect(office, signal, connection, false),
  });
  const batches = openBatches(office);
  const reindex = openReindex({
    index,
    record: index_versions,
    bus,
    deps,
    endpointOf,
    refresh: (user_id, only, key) => beginRefill(batches, user_id, only, key),
  });
  const ticks = ticksOf(office, stores, officeSignal, {
    replayDue: dead_letters.replayDue,
    sweepAudit: () => audit.sweep(config.audit_retention_days),
    imports,
    erasures,
    reindex,
  });
  startCounters(deps.counters, { subscriptions, providers: providers.keys(), ticks: ticks.keys() });
  const gauges = () =>
    readGauges({
      stores,
      dispatcher,
      clock: deps.clock,
      ticks: ticks.keys(),
      renews: officeSignal !== null,
      data_dir: config.data_dir,
      version: VERSION,
    });
  const app = createApp(config.http, {
    subscriptions: config.subscriptions,
    ...tokens,
    deps,
    state,
    index,
    vault,
    providers,
    dispatcher,
    dead_letters,
    bus,
    topology: topology.found,
    holders: holdersOf(stores),
    feed,
    ticks,
    reindex,
    signal: officeSignal,
    onConnected: (connection) => connected(office, signal, connection),
    disconnect: (connection, purge) => disconnect(office, signal, connection, purge),
    batches,
    imports,
    erase: (user_id) => erasures.erase(user_id),
    writeArchive: (user_id, out) =>
      writeArchive({ state, index, dead_letters, keys }, user_id, new Date(deps.clock.now()), out),
    containers: async (connection, resource, parent) => {
      const { offeredContainers } = await import("./consumers/office/containers.ts");
      return await offeredContainers(office, connection, resource, parent);
    },
    choose: (connection, choices) => choose(office, signal, connection, choices),
    health: () => healthOf(stores, topology.health()),
    gauges,
    version: VERSION,
    console: openConsole(),
  });
  const ensure = async (stopping: AbortSignal) => {
    await topology.ensure(stopping);
    if (!stopping.aborted) stores.startDeliveries();
  };
  return { app, dispatcher, ensure };
}

/** What each service holds of documents, for those that hold any. */
function holdersOf({ state, index, index_versions }: Stores): readonly Holder[] {
  return [
    {
      service: "vespa-loader",
      held: (user_id, doc_ids) => index.revisions(user_id, doc_ids),
      toldBy: toldBy(index_versions),
    },
    heldContributions(state, "contact-discovery", COLLECTIONS.contactDocuments),
    heldContributions(state, "meetings", COLLECTIONS.meetingEvents),
    heldContributions(state, "shipments", COLLECTIONS.shipmentMails),
  ];
}

/** The slices of work that this instance does when it is told to. */
function ticksOf(
  office: OfficePorts,
  stores: Stores,
  signal: Signaller | null,
  { replayDue, sweepAudit, imports, erasures, reindex }: {
    readonly replayDue: Tick;
    readonly sweepAudit: () => Promise<number>;
    readonly imports: Imports | null;
    readonly erasures: Erasures;
    readonly reindex: Reindex;
  },
): ReadonlyMap<TickName, Tick> {
  const { state, index } = stores;
  const { clock } = office.deps;
  const counted = (sweep: () => Promise<number>): Tick => async () => ({ done: await sweep(), more: false });
  const ticks = new Map<TickName, Tick>([[
    "sweeps",
    together(
      replayDue,
      () => erasures.slice(),
      () => sweepRefetches(state),
      counted(() => sweepConsents(state, clock)),
      counted(() => index.sweep(clock.now())),
      counted(sweepAudit),
      () => reindex.sweep(),
      counted(() => imports?.sweep() ?? Promise.resolve(0)),
    ),
  ]]);
  if (signal !== null) {
    ticks.set("polls", together(() => pollSlice(office, signal), createCare(office, signal)));
    ticks.set("reconcile", together(() => verificationSlice(office), () => watchBatches(office)));
    ticks.set(
      "renewals",
      together(() => renewalSlice(office, signal), () => endingSlice(office, signal), () => checkSlice(office)),
    );
  }
  return ticks;
}

async function healthOf({ state, bus, index }: Stores, topology: PartHealth): Promise<PartHealth[]> {
  const asked = async (name: string, ask: () => Promise<unknown>): Promise<PartHealth> => {
    try {
      await ask();
      return { name, ready: true, notes: [] };
    } catch (error) {
      return { name, ready: false, notes: [reasonOf(error)] };
    }
  };
  const stateHealth = async (): Promise<PartHealth> => {
    try {
      const { ready, warnings } = await state.health();
      return { name: "state", ready, notes: warnings };
    } catch (error) {
      return { name: "state", ready: false, notes: [reasonOf(error)] };
    }
  };
  return await Promise.all([
    stateHealth(),
    asked("bus", () => bus.ping()),
    asked("index", () => index.ping()),
    topology,
  ]);
}
