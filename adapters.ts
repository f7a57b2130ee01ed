/** Where the adapters are named: the embedded set, or Pub/Sub and Redis. What is not configured is not loaded. */
import type { Bus, Topology } from "./shared/bus/port.ts";
import type { Deliver } from "./shared/bus/sqlite/mod.ts";
import type { Finding } from "./shared/contracts/findings.ts";
import type { Config } from "./shared/contracts/config.ts";
import type { Extractor } from "./shared/content/mod.ts";
import type { Assets } from "./shared/console/mod.ts";
import type { Clock, Deps, Fetch } from "./shared/contracts/deps.ts";
import type { ProviderName } from "./shared/contracts/names.ts";
import { VersionRecord } from "./shared/index/version_record.ts";
import { type IndexStore, VersionedIndex } from "./shared/index/versioned.ts";
import type { Extract } from "./shared/providers/office_file.ts";
import type { Shelf } from "./shared/providers/import/mod.ts";
import type { OpenedProvider } from "./shared/providers/port.ts";
import { openVault, readOrCreateKey, type Vault } from "./shared/security/mod.ts";
import type { State } from "./shared/state/port.ts";

/** The stores of an instance, opened. */
export interface Stores {
  readonly bus: Bus;
  readonly state: State;
  /** The version that is active, and through it the others. */
  readonly index: VersionedIndex;
  /** Which versions of the index there are. */
  readonly index_versions: VersionRecord;
  readonly vault: Vault;
  /** Begins to deliver what the embedded bus holds; Pub/Sub delivers by itself. */
  startDeliveries(): void;
  stopDeliveries(grace_ms: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the stores that the configuration names.
 * @param deliver how the embedded bus reaches the app's push routes.
 * @throws StoreAwayError when a file is held by another process
 */
export async function openStores(config: Config, deps: Deps, deliver: Deliver): Promise<Stores> {
  await Deno.mkdir(config.data_dir, { recursive: true, mode: 0o700 });
  const opened: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(store: T): T => {
    opened.unshift(store);
    return store;
  };
  const close = async () => {
    for (const store of opened) await store.close();
  };
  try {
    const state = keep(await openState(config, deps));
    const index_versions = new VersionRecord(state, deps.clock);
    const index = keep(new VersionedIndex(lateIndexStore(config, deps), () => index_versions.read()));
    const vault = await openVault(await encryptionKeys(config, deps), deps.random);
    if (config.pubsub === null) {
      const { openSqliteBus } = await import("./shared/bus/sqlite/mod.ts");
      const bus = keep(openSqliteBus({ path: `${config.data_dir}/bus.sqlite`, ...deps, deliver }));
      return {
        bus,
        state,
        index,
        index_versions,
        vault,
        close,
        startDeliveries: () => bus.start(),
        stopDeliveries: (grace_ms) => bus.stop(grace_ms),
      };
    }
    const bus = keep(await openCloudBus(config.pubsub, config.topic_prefix, deps));
    return {
      bus,
      state,
      index,
      index_versions,
      vault,
      close,
      startDeliveries: () => {},
      stopDeliveries: () => Promise.resolve(),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens the state alone, for scripts that need nothing else. */
export async function openState(config: Config, deps: Pick<Deps, "clock" | "random" | "log">): Promise<State> {
  if (config.redis === null) {
    const { openSqliteState } = await import("./shared/state/sqlite/mod.ts");
    return openSqliteState({ path: `${config.data_dir}/state.sqlite`, ...deps });
  }
  const { openRedisState } = await import("./shared/state/redis/mod.ts");
  return await openRedisState({ address: config.redis, ...deps });
}

/** The index is loaded and opened by the first who uses it. */
function lateIndexStore(config: Config, deps: Deps): IndexStore {
  let opened: Promise<IndexStore> | undefined;
  const store = () =>
    opened ??= openIndexStore(config, deps).catch((error) => {
      opened = undefined;
      throw error;
    });
  return {
    open: async (version) => await (await store()).open(version),
    drop: async (version) => await (await store()).drop(version),
    close: async () => await (await opened)?.close(),
  };
}

async function openIndexStore(config: Config, { clock, random, ...deps }: Deps): Promise<IndexStore> {
  if (config.vespa !== null) {
    const { openVespaIndexes } = await import("./shared/index/vespa/mod.ts");
    const fetch = await vespaFetch(config.vespa, deps.fetch);
    return openVespaIndexes({ endpoint: config.vespa.endpoint, clock, random, fetch });
  }
  const { openSqliteIndexes } = await import("./shared/index/sqlite/mod.ts");
  return openSqliteIndexes({ folder: config.data_dir, clock });
}

/** Presents the client certificate; over plain HTTP it speaks HTTP/2 at once, as Vespa's port without TLS needs. */
async function vespaFetch(
  { endpoint, cert_path, key_path }: NonNullable<Config["vespa"]>,
  fetch: Fetch,
): Promise<Fetch> {
  const client = Deno.createHttpClient({
    // Vespa closes what was idle for 30 s.
    poolIdleTimeout: 25_000,
    ...(endpoint.startsWith("http:") ? { http1: false, http2: true } : {}),
    ...(cert_path === "" ? {} : { cert: await Deno.readTextFile(cert_path), key: await Deno.readTextFile(key_path) }),
  });
  return (input, init) => {
    const over: RequestInit & { client: Deno.HttpClient } = { ...init, client };
    return fetch(input, over);
  };
}

/** Opens Pub/Sub alone, for an instance and for scripts that need nothing else. */
export async function openCloudBus(
  pubsub: NonNullable<Config["pubsub"]>,
  topicPrefix: string,
  deps: Pick<Deps, "clock" | "log" | "counters">,
): Promise<Bus> {
  const { openPubsubBus } = await import("./shared/bus/pubsub/mod.ts");
  return await openPubsubBus({ ...pubsubPlace(pubsub, topicPrefix), ...deps });
}

/** `gcloud` commands that make every schema, topic and subscription, in the order in which they can be run. */
export async function pubsubCommands(
  pubsub: NonNullable<Config["pubsub"]>,
  topicPrefix: string,
  topology: Topology,
): Promise<readonly string[]> {
  const bus = await import("./shared/bus/pubsub/mod.ts");
  return await bus.pubsubCommands(pubsubPlace(pubsub, topicPrefix), topology);
}

/** Where the topology stands in Pub/Sub. */
function pubsubPlace(pubsub: NonNullable<Config["pubsub"]>, topicPrefix: string) {
  return {
    projectId: pubsub.project_id,
    emulatorHost: pubsub.emulator_host === "" ? undefined : pubsub.emulator_host,
    topicPrefix,
    pushAudience: pubsub.push_audiences[0],
    pushServiceAccount: pubsub.push_service_account === "" ? undefined : pubsub.push_service_account,
  };
}

/** The configured keys; without any, one of this data folder's own. */
async function encryptionKeys(config: Config, deps: Pick<Deps, "random">): Promise<Config["encryption_keys"]> {
  if (config.encryption_keys.length > 0) return config.encryption_keys;
  return [await readOrCreateKey(`${config.data_dir}/encryption.key`, deps.random)];
}

/** Reads the text of files in threads of their own, which hostile ones may end; loaded with the first file. */
export function openContent(clock: Clock): { readonly extract: Extract; close(): void } {
  let opened: Promise<Extractor> | undefined;
  let closed = false;
  const open = async () => {
    const { openExtractor } = await import("./shared/content/mod.ts");
    const extractor = openExtractor(clock);
    if (closed) extractor.close();
    return extractor;
  };
  return {
    extract: async (bytes, kind) => await (await (opened ??= open())).extract(bytes, kind),
    close() {
      closed = true;
      opened?.then((extractor) => extractor.close(), () => {});
    },
  };
}

/**
 * The providers whose OAuth client is configured.
 * @param extract reads the text of files; in this thread, without limits of time, when there is none
 */
export async function openProviders(
  config: Config,
  deps: Deps,
  extract?: Extract,
): Promise<Map<ProviderName, OpenedProvider>> {
  const reading = extract === undefined ? {} : { extract };
  const providers = new Map<ProviderName, OpenedProvider>();
  const { microsoft, google, http } = config;
  if (microsoft.client !== null) {
    const { openMicrosoft } = await import("./shared/providers/microsoft/mod.ts");
    providers.set(
      "microsoft",
      openMicrosoft({
        config: {
          client_id: microsoft.client.id,
          client_secret: microsoft.client.secret.reveal(),
          graph_url: microsoft.graph_url,
          login_url: microsoft.login_url,
          tenant: microsoft.tenant,
          public_url: http.public_url,
        },
        deps,
        ...reading,
      }),
    );
  }
  if (google.client !== null) {
    const { openGoogle } = await import("./shared/providers/google/mod.ts");
    providers.set(
      "google",
      openGoogle({
        config: {
          client_id: google.client.id,
          client_secret: google.client.secret.reveal(),
          api_url: google.api_url,
          authorize_url: google.authorize_url,
          token_url: google.token_url,
          revoke_url: google.revoke_url,
          gmail_topic: google.gmail_topic,
          quota_factor: google.quota_factor,
          public_url: http.public_url,
        },
        deps,
        ...reading,
      }),
    );
  }
  return providers;
}

/** Files as a provider, with the shelf in the data folder that they lie on until they are read. */
export async function openFileImport(
  { data_dir }: Pick<Config, "data_dir">,
  { state, index }: Pick<Stores, "state" | "index">,
  extract?: Extract,
): Promise<{ readonly provider: OpenedProvider; readonly shelf: Shelf }> {
  const { openImport, openShelf } = await import("./shared/providers/import/mod.ts");
  const shelf = openShelf(`${data_dir}/imports`);
  return { shelf, provider: openImport({ state, index, shelf, ...(extract === undefined ? {} : { extract }) }) };
}

/** The page of the console; nothing of it is loaded before somebody asks for it. */
export function openConsole(): () => Promise<Assets> {
  let opened: (() => Promise<Assets>) | undefined;
  return async () => {
    const { openPage } = await import("./shared/console/mod.ts");
    // Beside this file: the sources in a checkout, the built files in a bundle.
    opened ??= openPage(new URL("./console/", import.meta.url));
    return await opened();
  };
}

/** What Redis alone can tell of itself: version, latency, lifetimes of its keys. It only reads. */
export async function checkRedis(
  address: NonNullable<Config["redis"]>,
  deps: Pick<Deps, "clock" | "random">,
): Promise<readonly Finding[]> {
  const { redisChecks } = await import("./shared/state/redis/checkup.ts");
  return await redisChecks(address, deps);
}
