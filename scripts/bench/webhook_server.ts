/**
 * An embedded instance with the subscriptions of many connections, a process of its own. Office is served, so that its
 * webhooks are, but nothing is delivered: what is measured is the acceptance of notifications and nothing after.
 * Arguments: the data folder, and how many subscriptions there are.
 */
import { openInstance } from "../../open_instance.ts";
import { readConfig } from "../../shared/contracts/config.ts";
import { COLLECTIONS, type ProviderSubscription } from "../../shared/contracts/records.ts";
import type { Records } from "../../shared/state/port.ts";
import { answeringInTurns } from "../../shared/system/mod.ts";
import { sayAndWait } from "./child.ts";
import { loggingDeps } from "./outside.ts";
import { clientState, subscriptionId } from "./requests.ts";

const RECORDS_A_COMMIT = 500;
const READY_LOOK_MS = 10;

function subscription(number: number): ProviderSubscription {
  return {
    subscription_id: subscriptionId(number),
    user_id: `person-${number}`,
    connection_id: `connection-${number}`,
    provider: "microsoft",
    resource: "mail",
    target: "",
    client_state: clientState(number),
    remote_id: `6a4e7a3e-0000-4c1e-9f5b-${number.toString(16).padStart(12, "0")}`,
    expires_at: "2030-01-01T00:00:00.000Z",
    state: "active",
    accepted_until: "",
    reason: "",
    former: "",
    public_url: "",
  };
}

async function writeSubscriptions(records: Records, count: number): Promise<void> {
  for (let first = 0; first < count; first += RECORDS_A_COMMIT) {
    const length = Math.min(RECORDS_A_COMMIT, count - first);
    await records.commit(Array.from({ length }, (_, at) => {
      const value = subscription(first + at);
      return { op: "put", collection: COLLECTIONS.providerSubscriptions, id: value.subscription_id, value };
    }));
  }
}

const [data_dir = "", count = "0"] = Deno.args;
const config = readConfig({ DATA_DIR: data_dir }, { mode: "dev" });
const deps = await loggingDeps(`${data_dir}/log`, config.log_level);
const { app, stores, start, stop } = await openInstance(config, deps);
start();
while ((await app.fetch(new Request("http://bench.invalid/readyz"))).status !== 200) {
  await deps.clock.sleep(READY_LOOK_MS);
}
// The bus takes what is published as before, and keeps it.
await stores.stopDeliveries(0);
await writeSubscriptions(stores.state.records({ system: "provider-subscriptions" }), Number(count));
const server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: () => {} },
  answeringInTurns((request, info) => app.fetch(request, { remote_address: info.remoteAddr.hostname })),
);
await sayAndWait({ port: server.addr.port, token: "" });
await server.shutdown();
await stop(0);
