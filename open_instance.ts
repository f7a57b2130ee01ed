/**
 * Opens an instance: the stores, and what takes notifications and deliveries. What works on them, and the API, is loaded
 * with the first need of it (`instance.ts`): a process that was started for a request answers it twice as soon.
 */
import { openStores, type Stores } from "./adapters.ts";
import { createDispatcher, type Dispatcher } from "./consumers/dispatch/mod.ts";
import { lateConsumers } from "./consumers/late.ts";
import { createSignaller, createWakeups } from "./consumers/office/signal.ts";
import { servedVersions } from "./consumers/vespa_loader/feeds.ts";
import type { Foundation, Services } from "./instance.ts";
import type { AppEnv } from "./routes/access.ts";
import { type Front, isFronted, openFront, type PartHealth } from "./routes/front.ts";
import type { SimulatorControl } from "./routes/simulator.ts";
import { type Tick, type TickName, TICKS } from "./routes/ticks.ts";
import { runSchedule } from "./scheduler.ts";
import { tracedBus } from "./shared/bus/traced.ts";
import type { Config } from "./shared/contracts/config.ts";
import type { Clock, Deps } from "./shared/contracts/deps.ts";
import { reasonOf } from "./shared/contracts/errors.ts";
import type { ServiceName } from "./shared/contracts/names.ts";
import type { Secret } from "./shared/contracts/secret.ts";
import type { Extract } from "./shared/providers/office_file.ts";
import { randomToken } from "./shared/security/mod.ts";
import type { MemoryCounters } from "./shared/telemetry/mod.ts";
import { createTopologyKeeper } from "./topology.ts";

/** What nobody needed so soon after the start is loaded then, milliseconds. */
const LOAD_AFTER_MS = 1_000;

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
  /** The control surface of simulated providers, where there are some. */
  readonly simulator?: SimulatorControl;
};

/** Answers requests. */
export interface InstanceApp {
  /** @param env the peer's address, where there is a peer */
  fetch(request: Request, env?: AppEnv["Bindings"]): Response | Promise<Response>;
}

/** A whole Millrace in this process, without a socket. */
export interface Instance {
  readonly app: InstanceApp;
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
  let app: InstanceApp | undefined = undefined;
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
  const running = found(config, deps, stores, { internal_token, operator_token });
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
      const loaded = loadSoon(() => Promise.all([running.load(), stores.index.ping()]), deps, stopping.signal);
      background = Promise.all([running.ensure(stopping.signal), scheduled, loaded]);
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

/** Loads what nobody has needed by then, so that nobody has to wait for it. */
async function loadSoon(load: () => Promise<unknown>, { clock, log }: Deps, stopping: AbortSignal): Promise<void> {
  try {
    await clock.sleep(LOAD_AFTER_MS, stopping);
    await load();
  } catch (error) {
    if (!stopping.aborted) log.error("The services can't be loaded", { error });
  }
}

interface Running {
  readonly app: InstanceApp;
  readonly dispatcher: Dispatcher;
  load(): Promise<Services>;
  ensure(signal: AbortSignal): Promise<void>;
}

/** Lays the foundation; the services come with the first need of them. */
function found(
  config: Config,
  deps: InstanceDeps,
  stores: Stores,
  tokens: { readonly internal_token: Secret; readonly operator_token: Secret },
): Running {
  const { state, index_versions } = stores;
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
  const wakeups = createWakeups();
  const signal = createSignaller({ leases: state.leases, bus, deps, wakeups });
  const services = once(async () => {
    const { openServices } = await import("./instance.ts");
    return await openServices(config, deps, foundation);
  });
  const { load } = services;
  const consumers = lateConsumers(subscriptions, async () => (await load()).consumers);
  const dispatcher = createDispatcher({ state, bus, deps, subscriptions, consumers, topic_prefix });
  const health = () => healthOf(stores, [topology.health(), services.health()]);
  const front = openFront(config.http, {
    ...tokens,
    deps,
    state,
    dispatcher,
    ticks: lateTicks(served, load),
    signal: served.has("office") ? signal : null,
    health,
    gauges: async () => await (await load()).gauges(),
  });
  const foundation: Foundation = {
    stores,
    bus,
    served,
    subscriptions,
    topology: topology.found,
    health,
    endpointOf,
    wakeups,
    signal,
    dispatcher,
    front,
  };
  const ensure = async (stopping: AbortSignal) => {
    await topology.ensure(stopping);
    if (!stopping.aborted) stores.startDeliveries();
  };
  return { app: appOf(front, load), dispatcher, load, ensure };
}

/** What is under way is waited for, and what has failed is tried again by the next who asks; readiness tells of it. */
function once<T>(open: () => Promise<T>): { load(): Promise<T>; health(): PartHealth } {
  let opened: Promise<T> | undefined;
  let notes: readonly string[] = [];
  const load = () =>
    opened ??= open().then((loaded) => {
      notes = [];
      return loaded;
    }, (error) => {
      opened = undefined;
      notes = [reasonOf(error)];
      throw error;
    });
  return { load, health: () => ({ name: "services", ready: notes.length === 0, notes }) };
}

function appOf(front: Front, load: () => Promise<Services>): InstanceApp {
  return {
    fetch: (request, env) =>
      isFronted(request.url) ? front.app.fetch(request, env) : load().then(({ api }) => api.fetch(request, env)),
  };
}

/** The ticks by name; each is loaded with the first call of one. */
function lateTicks(
  served: ReadonlySet<ServiceName>,
  load: () => Promise<Services>,
): ReadonlyMap<TickName, Tick> {
  const names = TICKS.filter((name) => name === "sweeps" || served.has("office"));
  return new Map(names.map((name) => [name, async (signal) => {
    const tick = (await load()).ticks.get(name);
    if (tick === undefined) throw new TypeError(`Cannot run tick "${name}": the services have none`);
    return await tick(signal);
  }]));
}

async function healthOf({ state, bus, index }: Stores, parts: readonly PartHealth[]): Promise<PartHealth[]> {
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
    ...parts,
  ]);
}
