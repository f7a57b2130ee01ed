/** The webhook routes over a real state file, with subscriptions that a test writes and a signaller that it controls. */
import type { Signal } from "../../consumers/office/mod.ts";
import type { App } from "../../routes/access.ts";
import { addWebhookRoutes } from "../../routes/webhooks.ts";
import { COLLECTIONS, type ProviderSubscription } from "../../shared/contracts/records.ts";
import type { State } from "../../shared/state/port.ts";
import { openGraphTokens } from "../../shared/security/mod.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import { testApp, type TestDeps, testDeps } from "./test_app.ts";
import { SimulatedClock } from "../simulation/clock.ts";

export const SECRET = "client-state-of-subscription-1";

export interface World extends AsyncDisposable {
  readonly app: App;
  readonly deps: TestDeps;
  readonly state: State;
  readonly signals: Signal[];
  /** Replaces what a signal does. */
  signal: (signal: Signal) => Promise<{ published: boolean }>;
  subscribe(over?: Partial<ProviderSubscription>): Promise<ProviderSubscription>;
  remove(subscription_id: string): Promise<void>;
  post(path: string, body: unknown): Promise<Response>;
  /** The sum of a counter over its series with these labels. */
  counted(name: string, labels: Readonly<Record<string, string>>): number;
}

/** @param fast a clock that waits for nothing but microtasks, for many requests */
export function openWorld(fast = false): World {
  const dir = Deno.makeTempDirSync();
  const deps = {
    ...testDeps(),
    ...(fast ? { clock: new SimulatedClock({ settleTurns: 6, settlePauses: 0 }) } : {}),
  };
  const { app } = testApp({ deps });
  const state = openSqliteState({ path: `${dir}/state.sqlite`, clock: deps.clock, random: deps.random });
  const records = state.records({ system: "provider-subscriptions" });
  const world: World = {
    app,
    deps,
    state,
    signals: [],
    signal: (signal) => {
      world.signals.push(signal);
      return Promise.resolve({ published: true });
    },
    async subscribe(over = {}) {
      const record: ProviderSubscription = {
        subscription_id: "sub_1",
        user_id: "ada",
        connection_id: "connection_1",
        provider: "microsoft",
        resource: "mail",
        target: "",
        client_state: SECRET,
        remote_id: "7f105c7d-2dc5-4530-97cd-4e7ae6534c07",
        expires_at: "",
        state: "active",
        accepted_until: "",
        reason: "",
        former: "",
        public_url: "",
        ...over,
      };
      const id = record.subscription_id;
      await records.commit([
        { op: "put", collection: COLLECTIONS.providerSubscriptions, id, value: record },
        {
          op: "put",
          collection: COLLECTIONS.remoteSubscriptions,
          id: `${record.provider}:${record.remote_id}`,
          value: id,
        },
      ]);
      return record;
    },
    async remove(id) {
      await records.commit([{ op: "delete", collection: COLLECTIONS.providerSubscriptions, id }]);
    },
    post: async (path, body) =>
      await app.request(path, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    counted: (name, labels) =>
      deps.counters.snapshot()
        .filter((series) =>
          series.name === name && Object.entries(labels).every(([key, of]) => series.labels[key] === of)
        )
        .reduce((sum, { value }) => sum + value, 0),
    async [Symbol.asyncDispose]() {
      await deps.clock.advance(5_000);
      await state.close();
      await Deno.remove(dir, { recursive: true });
    },
  };
  const tokens = openGraphTokens({ client_id: "", login_url: "https://login.test" }, deps);
  addWebhookRoutes(app, { state, deps, signal: (signal) => world.signal(signal), tokens });
  return world;
}

/** One change notification of the subscription. */
export function change(over: Readonly<Record<string, unknown>> = {}) {
  return {
    subscriptionId: "7f105c7d-2dc5-4530-97cd-4e7ae6534c07",
    subscriptionExpirationDateTime: "2026-03-09T08:00:00+00:00",
    clientState: SECRET,
    changeType: "created",
    resource: "Users/1/Messages/2",
    resourceData: { "@odata.type": "#Microsoft.Graph.Message", id: "2" },
    tenantId: "84bd8158-6d4d-4958-8b9f-9d6445542f95",
    ...over,
  };
}

/** A request body with these items. */
export function collection(...items: readonly unknown[]) {
  return { value: items };
}
