/** A whole app with the real dispatcher and state, to which a payload is sent as its provider sends it. */
import type { Signal } from "../../consumers/office/mod.ts";
import type { HttpConfig } from "../../shared/contracts/config.ts";
import type { Fetch } from "../../shared/contracts/deps.ts";
import { COLLECTIONS, DueRenewal, type ProviderSubscription } from "../../shared/contracts/records.ts";
import type { State } from "../../shared/state/port.ts";
import { LOADER, openRig } from "../consumers/dispatch_rig.ts";
import type { RecordingBus } from "../consumers/recording_bus.ts";
import { INTERNAL, openBundle } from "../routes/app_bundle.ts";
import { testDeps } from "../routes/test_app.ts";
import { SimulatedClock } from "../simulation/clock.ts";

export interface RouteWorld extends AsyncDisposable {
  readonly signals: Signal[];
  readonly bus: RecordingBus;
  readonly state: State;
  readonly clock: SimulatedClock;
  /** Posts a body with the secret of this process as bearer, which the headers may replace. */
  post(path: string, body: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Writes our record of a subscription that the provider knows by this id. */
  subscribe(subscription_id: string, remote_id: string, client_state: string): Promise<void>;
  /** Writes that `ben` and `eve` have connected this Google account. */
  connect(address: string): Promise<void>;
  /** What the renewals tick was told to do. */
  renewals(): Promise<readonly DueRenewal["event"][]>;
  /** The sum of a counter over its series with these labels. */
  counted(name: string, labels: Readonly<Record<string, string>>): number;
}

export interface RouteWorldOptions {
  readonly http?: Partial<HttpConfig>;
  readonly fetch?: Fetch;
  /** Milliseconds since the epoch. */
  readonly start?: number;
}

export async function openRouteWorld({ http = {}, fetch, start }: RouteWorldOptions = {}): Promise<RouteWorld> {
  const deps = {
    ...testDeps(fetch === undefined ? {} : { fetch }),
    clock: new SimulatedClock(start === undefined ? {} : { start }),
  };
  const rig = openRig({ deps, subscriptions: [LOADER, "dead-letters-store"] });
  const signals: Signal[] = [];
  const { app, state: unused } = await openBundle({
    http,
    ports: {
      deps,
      state: rig.state,
      dispatcher: rig.dispatcher,
      signal: (signal) => {
        signals.push(signal);
        return Promise.resolve({ published: true });
      },
    },
  });
  return {
    signals,
    bus: rig.bus,
    state: rig.state,
    clock: deps.clock,
    post: async (path, body, headers = {}) =>
      await app.request(path, {
        method: "POST",
        body,
        headers: { "content-type": "application/json", authorization: `Bearer ${INTERNAL}`, ...headers },
      }),
    async subscribe(subscription_id, remote_id, client_state) {
      const value: ProviderSubscription = {
        subscription_id,
        user_id: "ada",
        connection_id: `connection_of_${subscription_id}`,
        provider: "microsoft",
        resource: "mail",
        target: "",
        client_state,
        remote_id,
        expires_at: "",
        state: "active",
        accepted_until: "",
        reason: "",
        former: "",
        public_url: "",
      };
      await rig.state.records({ system: "provider-subscriptions" }).commit([
        { op: "put", collection: COLLECTIONS.providerSubscriptions, id: subscription_id, value },
        {
          op: "put",
          collection: COLLECTIONS.remoteSubscriptions,
          id: `microsoft:${remote_id}`,
          value: subscription_id,
        },
      ]);
    },
    async connect(address) {
      const connections = ["ben", "eve"].map((user_id) => ({ user_id, connection_id: `connection_of_${user_id}` }));
      await rig.state.records({ system: "accounts" }).commit([
        { op: "put", collection: COLLECTIONS.accounts, id: `google:${address}`, value: { connections } },
      ]);
    },
    async renewals() {
      const found = await rig.state.records({ system: "due" }).list(COLLECTIONS.dueRenewals, { limit: 10 });
      return found.map(({ value }) => DueRenewal.parse(value).event);
    },
    counted: (name, labels) =>
      deps.counters.snapshot()
        .filter((one) => one.name === name && Object.entries(labels).every(([key, of]) => one.labels[key] === of))
        .reduce((sum, { value }) => sum + value, 0),
    async [Symbol.asyncDispose]() {
      await unused.close();
      await rig[Symbol.asyncDispose]();
    },
  };
}
