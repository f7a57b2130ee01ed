/** The whole app for a test: real state, vault, keys and guards; a provider, a dispatcher and an index that answer little. */
import { openBatches } from "../../consumers/office/mod.ts";
import { createApp } from "../../routes/mod.ts";
import type { AppDeps } from "../../routes/mod.ts";
import { createFeed } from "../../consumers/feed.ts";
import type { HttpConfig } from "../../shared/contracts/config.ts";
import { SUBSCRIPTIONS } from "../../shared/contracts/subscriptions.ts";
import type { Fetch } from "../../shared/contracts/deps.ts";
import { PermanentError } from "../../shared/contracts/errors.ts";
import { FIRST_VERSIONS } from "../../shared/contracts/index_versions.ts";
import { ResourceName } from "../../shared/contracts/ids.ts";
import type { Connection, ResourceChoice } from "../../shared/contracts/records.ts";
import { Secret } from "../../shared/contracts/secret.ts";
import type { Index } from "../../shared/index/port.ts";
import type { OAuth, Provider, Tokens } from "../../shared/providers/port.ts";
import { openApiKeys, openVault } from "../../shared/security/mod.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import { RecordingBus } from "../consumers/office/recording_bus.ts";
import { testDeps } from "./test_app.ts";

export const ADMIN_KEY = "the-operators-own-key-of-the-test";
export const INTERNAL = "the-secret-of-this-process";

export function httpConfig(over: Partial<HttpConfig> = {}): HttpConfig {
  return {
    public_url: "https://millrace.test",
    admin_api_key: new Secret(ADMIN_KEY),
    metrics_token: new Secret("the-token-of-the-monitor"),
    requests_per_minute: 0,
    auth: null,
    graph: { client_id: "client", login_url: "https://login.test" },
    push: { audiences: [], service_account: "", certs_url: "https://certs.test", insecure_emulator: false },
    ...over,
  };
}

/** A provider whose consent page is at `https://consent.test`; what it answers can be replaced. */
export interface FakeProvider extends Provider {
  readonly oauth: { -readonly [K in keyof OAuth]: OAuth[K] };
  granted: readonly string[];
}

function refuse(what: string): Promise<never> {
  return Promise.reject(new TypeError(`Cannot ${what} in this test`));
}

export function fakeProvider(name: "microsoft" | "google"): FakeProvider {
  const tokens = (scopes: readonly string[]): Tokens => ({
    access_token: "access-1",
    refresh_token: "refresh-1",
    expires_at_ms: Date.UTC(2030, 0),
    scopes,
  });
  const provider: FakeProvider = {
    name,
    granted: ["mail"],
    oauth: {
      authorizeUrl({ state, redirect_uri, resources = [] }) {
        const query = new URLSearchParams({ state, redirect_uri, resources: resources.join() });
        return Promise.resolve(new URL(`https://consent.test/${name}?${query}`));
      },
      exchange(callback) {
        if (callback.searchParams.get("code") === "good") return Promise.resolve(tokens(provider.granted));
        return Promise.reject(new PermanentError("code_invalid", "The code is not valid"));
      },
      refresh: () => refuse("refresh"),
      revoke: () => refuse("revoke"),
      account: () => Promise.resolve({ account_id: "account-1", address: "ada@example.com" }),
    },
    resources: (scopes) => ResourceName.options.filter((resource) => scopes.includes(resource)),
    push: () => ({ supported: true, reason: "", renewal: "extend" }),
    idScope: () => "account",
    targets: () => [""],
    subscriptions: () => Promise.resolve(null),
    containers: () => refuse("list containers"),
    changes: () => refuse("read changes"),
    lookup: () => refuse("look up"),
    subscribe: () => refuse("subscribe"),
    renew: () => refuse("renew"),
    unsubscribe: () => refuse("unsubscribe"),
  };
  return provider;
}

export const emptyIndex: Index = {
  feed: () => refuse("feed"),
  search: () => Promise.resolve({ hits: [], facets: {}, next_cursor: "" }),
  document: () => Promise.resolve(null),
  fragments: () => Promise.resolve(null),
  fragment: () => Promise.resolve(null),
  revisions: () => Promise.resolve(new Map()),
  suggest: () => Promise.resolve([]),
  people: () => Promise.resolve({ users: [], next_cursor: "" }),
  purge: () => refuse("purge"),
  stats: () => Promise.resolve({ documents: 0, newest_sync: "" }),
  sweep: () => Promise.resolve(0),
  ping: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

export type AppBundle = Awaited<ReturnType<typeof openBundle>>;

/** Opens the app with its surroundings; close the state at the end. */
export async function openBundle(over: { http?: Partial<HttpConfig>; ports?: Partial<AppDeps>; fetch?: Fetch } = {}) {
  const deps = testDeps(over.fetch === undefined ? {} : { fetch: over.fetch });
  const state = openSqliteState({ path: ":memory:", clock: deps.clock, random: deps.random });
  const vault = await openVault([{ id: "k1", key: new Secret(deps.random.bytes(32).toBase64()) }], deps.random);
  const microsoft = fakeProvider("microsoft");
  const providers = new Map([["microsoft" as const, microsoft]]);
  const bus = new RecordingBus();
  const connected: Connection[] = [];
  const disconnected: Connection[] = [];
  const chosen: (readonly ResourceChoice[])[] = [];
  const feed = createFeed("test");
  const app = createApp(httpConfig(over.http), {
    subscriptions: SUBSCRIPTIONS,
    deps,
    state,
    index: emptyIndex,
    vault,
    providers,
    dispatcher: {
      serves: () => true,
      inFlight: () => [],
      deliver: () => Promise.resolve({ status: 204, retry_after_ms: 0, outcome: "handled" }),
      stop: () => Promise.resolve(),
    },
    dead_letters: {
      list: () => Promise.resolve({ items: [], next_cursor: "" }),
      get: () => Promise.resolve(null),
      replay: () => Promise.resolve(null),
      discard: () => Promise.resolve(false),
      summary: () => Promise.resolve({ count: 0, truncated: false, groups: [] }),
      replayMany: () => Promise.resolve({ done: 0, refetched: 0, failed: [], next_cursor: "" }),
      discardMany: () => Promise.resolve({ done: 0, refetched: 0, failed: [], next_cursor: "" }),
      async *lettersOf() {},
      eraseOf: () => Promise.resolve(0),
      replayDue: () => Promise.resolve({ done: 0, more: false }),
    },
    holders: [],
    bus,
    topology: () => ({ findings: [], ensured_at: "" }),
    ticks: new Map([["polls", () => Promise.resolve({ done: 0, more: false })]]),
    signal: () => Promise.resolve({ published: true }),
    onConnected: (connection) => Promise.resolve(void connected.push(connection)),
    disconnect: (connection) => Promise.resolve(void disconnected.push(connection)),
    containers: () => Promise.resolve([]),
    choose: (connection, choices) => {
      chosen.push(choices);
      return Promise.resolve(connection);
    },
    imports: null,
    reindex: {
      versions: () => Promise.resolve(FIRST_VERSIONS),
      build: () => refuse("build"),
      fill: () => refuse("fill"),
      carryOver: () => refuse("carry over"),
      compare: () => refuse("compare"),
      switchTo: () => refuse("switch"),
      end: () => refuse("end"),
      sweep: () => Promise.resolve({ done: 0, more: false }),
    },
    batches: openBatches({
      state,
      bus,
      deps,
      vault,
      providers,
      index: emptyIndex,
      holders: [],
      subscriptions: SUBSCRIPTIONS,
      public_url: "https://millrace.test",
      openMailbox: () => {
        throw new TypeError("Cannot open a mailbox in this test");
      },
    }),
    erase: () => refuse("erase"),
    writeArchive: () => refuse("write an archive"),
    feed,
    health: () => Promise.resolve([{ name: "state", ready: true, notes: [] }]),
    gauges: () => Promise.resolve([]),
    internal_token: new Secret(INTERNAL),
    operator_token: new Secret("the-operator-token-of-instance-json"),
    version: "0.0.0-test",
    console: () => Promise.resolve(new Map()),
    simulator: null,
    ...over.ports,
  });
  const keys = openApiKeys(state, deps);
  const as = async (user_id: string) => ({
    authorization: `Bearer ${(await keys.create(`user:${user_id}`, "")).key.reveal()}`,
  });
  const operator = { authorization: `Bearer ${ADMIN_KEY}` };
  return { app, deps, state, bus, vault, microsoft, connected, disconnected, chosen, feed, keys, as, operator };
}
