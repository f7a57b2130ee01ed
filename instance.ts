/**
 * What an instance does, put together: its consumers, its ticks and its API. Loaded with the first need of any of them;
 * what answers before that is in `open_instance.ts`.
 */
import { openConsole, openFileImport, openProviders, type Stores } from "./adapters.ts";
import { createContactDiscovery } from "./consumers/contact_discovery/mod.ts";
import { createDeadLettersConsumer, openDeadLetters } from "./consumers/dead_letters/mod.ts";
import { type Dispatcher, sweepRefetches } from "./consumers/dispatch/mod.ts";
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
  type Wakeups,
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
  toldBy,
  withAlarm,
  withLatency,
} from "./consumers/vespa_loader/mod.ts";
import type { Front } from "./routes/front.ts";
import {
  type App,
  createApi,
  type PartHealth,
  sweepConsents,
  type Tick,
  type TickName,
  together,
} from "./routes/mod.ts";
import { readGauges } from "./gauges.ts";
import { startCounters } from "./initial_counters.ts";
import type { InstanceDeps } from "./open_instance.ts";
import type { TopologyKeeper } from "./topology.ts";
import { VERSION } from "./version.ts";
import type { Bus } from "./shared/bus/port.ts";
import type { Config } from "./shared/contracts/config.ts";
import type { MetricValue } from "./shared/contracts/metrics.ts";
import type { ServiceName } from "./shared/contracts/names.ts";
import type { SubscriptionConfig } from "./shared/contracts/subscriptions.ts";
import { COLLECTIONS } from "./shared/contracts/records.ts";
import { openMailbox } from "./shared/providers/mailbox.ts";

/** What is there before the services are: all that a notification or a delivery needs to be taken. */
export interface Foundation {
  readonly stores: Stores;
  /** The bus as long as its topology stands. */
  readonly bus: Bus;
  /** The services that this instance serves. */
  readonly served: ReadonlySet<ServiceName>;
  /** Theirs. */
  readonly subscriptions: readonly SubscriptionConfig[];
  /** What the instance asked the bus for, as it was found there. */
  readonly topology: TopologyKeeper["found"];
  /** How each part is. Never rejects. */
  readonly health: () => Promise<readonly PartHealth[]>;
  readonly endpointOf: (subscription: string) => string;
  readonly wakeups: Wakeups;
  readonly signal: Signaller;
  readonly dispatcher: Dispatcher;
  readonly front: Front;
}

/** What an instance does. */
export interface Services {
  readonly consumers: readonly Consumer[];
  readonly ticks: ReadonlyMap<TickName, Tick>;
  /** Numbers for `/metrics`. Never rejects. */
  readonly gauges: () => Promise<readonly MetricValue[]>;
  readonly api: App;
}

/** Puts the services together. */
export async function openServices(config: Config, deps: InstanceDeps, foundation: Foundation): Promise<Services> {
  const { stores, bus, served, subscriptions, topology, endpointOf, wakeups, signal, dispatcher, front } = foundation;
  const { keys, audit } = front;
  const { state, index, index_versions, vault } = stores;
  const { topic_prefix } = config;
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
  const feed = createFeed(deps.random.uuid());
  const consumers: Consumer[] = [
    createOffice(office, wakeups),
    withFeed(
      withAlarm(withLatency(createVespaLoader(feedsOf(index, index_versions), state.fragments), deps), deps),
      feed,
      deps.clock,
    ),
    createMeetingsConsumer(state),
    createContactDiscovery(state),
    createShipmentsConsumer(state),
    createDeadLettersConsumer({ state, bus, deps, topic_prefix }),
  ].filter(({ service }) => served.has(service));
  const imports = files === null ? null : openImports(office, signal, files.shelf);
  const officeSignal = served.has("office") ? signal : null;
  const dead_letters = openDeadLetters({ state, bus, deps });
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
  const api = createApi(config.http, {
    subscriptions: config.subscriptions,
    deps,
    state,
    index,
    vault,
    providers,
    dead_letters,
    bus,
    topology,
    dispatcher,
    holders: holdersOf(stores),
    feed,
    reindex,
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
    gauges,
    health: foundation.health,
    version: VERSION,
    console: openConsole(),
    simulator: deps.simulator ?? null,
  }, front);
  return { consumers, ticks, gauges, api };
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
