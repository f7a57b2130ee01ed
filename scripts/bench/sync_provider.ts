/** The simulated providers with one large account, a process of its own. Argument: the order, as JSON. */
import { systemClock, systemFetch } from "../../shared/system/mod.ts";
import { createSimulator } from "../simulator/mod.ts";
import { sayAndWait } from "./child.ts";
import { SyncOrder } from "./sync_order.ts";

const SEED = 1;
/** Far above what is asked for: it is not the quota that is measured. */
const NO_QUOTA = 1_000_000_000;
const FEW = { events: 0, contacts: 0, files: 0, tasks: 0 };

const { provider, resource, size } = SyncOrder.parse(JSON.parse(Deno.args[0] ?? ""));
const reached: { serve?: (request: Request) => Promise<Response> } = {};
const server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: () => {} },
  (request) => reached.serve?.(request) ?? new Response(null, { status: 503 }),
);
const simulator = createSimulator({
  seed: SEED,
  clock: systemClock,
  fetch: systemFetch,
  origin: `http://127.0.0.1:${server.addr.port}`,
  people: [{
    user: "ada",
    provider,
    mails: resource === "mail" ? size : 0,
    desk: resource === "calendar" ? { ...FEW, events: size } : FEW,
  }],
});
simulator.faults.requestsPerTenMinutes = NO_QUOTA;
simulator.faults.unitsPerMinute = NO_QUOTA;
simulator.faults.callsPerMinute = {};
reached.serve = simulator.fetch;
await sayAndWait({ port: server.addr.port });
await simulator.close();
await server.shutdown();
