/** What monitors ask: alive, ready, and the numbers. */
import type { Context } from "hono";
import type { Clock } from "../shared/contracts/deps.ts";
import { metric, type MetricValue } from "../shared/contracts/metrics.ts";
import { expose, type MemoryCounters } from "../shared/telemetry/mod.ts";
import { allow, type AppEnv, type PlainApp } from "./access.ts";

/** How one part is. */
export interface PartHealth {
  /** Such as `bus`, `state`, `index`. */
  readonly name: string;
  readonly ready: boolean;
  /** For operators: what is wrong or will be soon, one sentence each. */
  readonly notes: readonly string[];
}

/** Where health comes from. */
export interface HealthPorts {
  readonly deps: { readonly clock: Pick<Clock, "now">; readonly counters: MemoryCounters };
  /** Asks every part; a part that does not answer is not ready. Never rejects. */
  readonly health: () => Promise<readonly PartHealth[]>;
  /** Numbers that are asked for and not counted here (backlogs, the stores' own), for `/metrics`. Never rejects. */
  readonly gauges: () => Promise<readonly MetricValue[]>;
}

/** Anybody may ask for readiness: the parts are asked at most this often. */
const REMEMBERED_MS = 1_000;

/** Asks once for all who want to know within a second. */
function remembered(ports: HealthPorts): () => Promise<readonly PartHealth[]> {
  let asked_at = -Infinity;
  let answer: Promise<readonly PartHealth[]> = Promise.resolve([]);
  return () => {
    const now = ports.deps.clock.now();
    if (now - asked_at >= REMEMBERED_MS || now < asked_at) {
      asked_at = now;
      answer = ports.health();
    }
    return answer;
  };
}

async function isOperator(c: Context<AppEnv>): Promise<boolean> {
  if (c.req.header("authorization") === undefined) return false;
  try {
    await c.get("guards").admin(c);
    return true;
  } catch {
    // Whatever the reason: a store that is away must not keep `/readyz` from saying that it is.
    return false;
  }
}

/** Puts `/healthz`, `/readyz` and `/metrics` into the app. */
export function addHealthRoutes(app: PlainApp, ports: HealthPorts): void {
  const health = remembered(ports);

  app.get("/healthz", allow("public"), (c) => c.json({ alive: true }));

  app.get("/readyz", allow("public"), async (c) => {
    const parts = await health();
    const ready = parts.every((part) => part.ready);
    const status = ready ? 200 : 503;
    return c.json(await isOperator(c) ? { ready, parts } : { ready }, status);
  });

  app.get("/metrics", allow("metrics"), async (c) => {
    const [parts, gauges] = await Promise.all([health(), ports.gauges()]);
    const { counters } = ports.deps;
    const values = [
      ...counters.snapshot(),
      ...parts.flatMap(({ name: part, ready, notes }) => [
        metric("ready", { part }, ready ? 1 : 0),
        metric("warnings", { part }, notes.length),
      ]),
      ...gauges,
    ];
    const scrape = { values, histograms: counters.histograms() };
    const { text, content_type } = await expose(scrape, c.req.header("accept") ?? "");
    return c.body(text, 200, { "content-type": content_type });
  });
}
