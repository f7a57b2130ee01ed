/**
 * An instance whose loader does nothing, a process of its own: everything between the push route and the handler, and
 * back. Arguments: the data folder; for the state in Redis its address, else nothing; `traced` with traces, `silent` with
 * neither traces nor counters.
 */
import { openStores } from "../../adapters.ts";
import { openDeadLetters } from "../../consumers/dead_letters/mod.ts";
import { createDispatcher } from "../../consumers/dispatch/mod.ts";
import { createFeed } from "../../consumers/feed.ts";
import type { Consumer } from "../../consumers/registry.ts";
import { openReindex } from "../../consumers/vespa_loader/mod.ts";
import { openBatches } from "../../consumers/office/mod.ts";
import { createApp } from "../../routes/mod.ts";
import { readConfig } from "../../shared/contracts/config.ts";
import { SUBSCRIPTIONS } from "../../shared/contracts/subscriptions.ts";
import { randomToken } from "../../shared/security/mod.ts";
import { answeringInTurns } from "../../shared/system/mod.ts";
import { openRedisState } from "../../shared/state/redis/mod.ts";
import { RedisUrl } from "../../shared/contracts/addresses.ts";
import { openTracing } from "../../shared/telemetry/tracing.ts";
import { sayAndWait } from "./child.ts";
import { loggingDeps } from "./outside.ts";

const NO_OP: Consumer = { service: "vespa-loader", kind: "events", handle: () => Promise.resolve("applied") };

const [data_dir = "", redis = "", telemetry = ""] = Deno.args;
const config = readConfig({ DATA_DIR: data_dir }, { mode: "dev" });
const logging = await loggingDeps(`${data_dir}/log`, config.log_level);
const deps = {
  ...logging,
  ...(telemetry === "silent" ? { counters: { ...logging.counters, add() {}, observe() {} } } : {}),
  ...(telemetry === "traced" ? { tracing: openTracing("bench") } : {}),
};
const embedded = await openStores(config, deps, () => Promise.resolve({ status: 503 }));
const { bus, index, vault } = embedded;
const state = redis === "" ? embedded.state : await openRedisState({ address: RedisUrl.parse(redis), ...deps });
const subscriptions = SUBSCRIPTIONS.filter(({ service }) => service === NO_OP.service);
const dispatcher = createDispatcher({ state, bus, deps, subscriptions, consumers: [NO_OP], topic_prefix: "" });
const internal_token = randomToken(deps.random);
const app = createApp(config.http, {
  subscriptions: SUBSCRIPTIONS,
  deps,
  state,
  index,
  vault,
  providers: new Map(),
  dispatcher,
  holders: [],
  bus,
  topology: () => ({ findings: [], ensured_at: "" }),
  dead_letters: openDeadLetters({ state, bus, deps }),
  feed: createFeed("test"),
  ticks: new Map(),
  signal: null,
  onConnected: () => Promise.resolve(),
  disconnect: () => Promise.resolve(),
  containers: () => Promise.resolve([]),
  choose: () => Promise.resolve(null),
  erase: () => Promise.reject(new TypeError("Nobody is erased here")),
  writeArchive: () => Promise.reject(new TypeError("Nothing is archived here")),
  imports: null,
  reindex: openReindex({
    index,
    record: embedded.index_versions,
    bus,
    deps,
    endpointOf: (subscription) => `http://bench/${subscription}`,
    refresh: () => Promise.resolve(""),
  }),
  batches: openBatches({
    state,
    bus,
    deps,
    vault,
    providers: new Map(),
    index,
    holders: [],
    subscriptions: [],
    public_url: "",
    openMailbox: () => {
      throw new TypeError("Cannot open a mailbox: there are no providers here");
    },
  }),
  health: () => Promise.resolve([]),
  gauges: () => Promise.resolve([]),
  internal_token,
  operator_token: null,
  version: "bench",
  console: () => Promise.resolve(new Map()),
  simulator: null,
});
const server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: () => {} },
  answeringInTurns((request, info) => app.fetch(request, { remote_address: info.remoteAddr.hostname })),
);
await sayAndWait({ port: server.addr.port, token: internal_token.reveal() });
await server.shutdown();
await dispatcher.stop(0);
if (state !== embedded.state) await state.close();
await embedded.close();
