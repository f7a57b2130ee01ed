/** What monitors ask: alive, ready, and the numbers. */
import type { Context } from "hono";
import type { Clock } from "../shared/contracts/deps.ts";
import type { CounterValue, MemoryCounters } from "../shared/telemetry/mod.ts";
import { allow, type App, type AppEnv } from "./access.ts";

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
  /** Numbers that go up and down (backlogs), for `/metrics`. */
  readonly gauges: () => Promise<readonly CounterValue[]>;
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

const NAME = /[^a-zA-Z0-9_]/g;

function labelled(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) =>
    `${name.replace(NAME, "_")}="${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** Lines of one kind in the text format. Source: prometheus.io/docs/instrumenting/exposition_formats. */
function metricLines(values: readonly CounterValue[], kind: "counter" | "gauge"): string[] {
  const lines: string[] = [];
  let before = "";
  for (const { name, labels, value } of values) {
    const bare = `millrace_${name.replace(NAME, "_")}`;
    const full = kind === "counter" && !bare.endsWith("_total") ? `${bare}_total` : bare;
    if (full !== before) lines.push(`# TYPE ${full} ${kind}`);
    before = full;
    lines.push(`${full}${labelled(labels)} ${value}`);
  }
  return lines;
}

/** Puts `/healthz`, `/readyz` and `/metrics` into the app. */
export function addHealthRoutes(app: App, ports: HealthPorts): void {
  const health = remembered(ports);

  app.get("/healthz", allow("public"), (c) => c.json({ alive: true }));

  app.get("/readyz", allow("public"), async (c) => {
    const parts = await health();
    const ready = parts.every((part) => part.ready);
    const status = ready ? 200 : 503;
    return c.json(await isOperator(c) ? { ready, parts } : { ready }, status);
  });

  app.get("/metrics", allow("metrics"), async (c) => {
    const parts = await health();
    const ready = parts.map(({ name, ready }) => ({ name: "ready", labels: { part: name }, value: ready ? 1 : 0 }));
    const warnings = parts.map(({ name, notes }) => ({
      name: "warnings",
      labels: { part: name },
      value: notes.length,
    }));
    const gauges = await ports.gauges();
    const lines = [
      ...metricLines(ports.deps.counters.snapshot(), "counter"),
      ...metricLines(ready, "gauge"),
      ...metricLines(warnings, "gauge"),
      ...metricLines(gauges, "gauge"),
    ];
    return c.body(`${lines.join("\n")}\n`, 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  });
}
