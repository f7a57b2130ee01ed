import assert from "node:assert/strict";
import { metricsDocument } from "../../scripts/metrics_docs.ts";
import { fullName, LABELS, type MetricConfig, type MetricName, METRICS } from "../../shared/contracts/metrics.ts";

const ROOT = new URL("../../", import.meta.url);
const TABLE: Readonly<Record<string, MetricConfig>> = METRICS;

async function* sources(folder: URL): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const url = new URL(entry.isDirectory ? `${entry.name}/` : entry.name, folder);
    if (entry.isDirectory) yield* sources(url);
    else if (entry.name.endsWith(".ts") && !entry.name.startsWith("metrics")) yield await Deno.readTextFile(url);
  }
}

Deno.test("docs/metrics.md is what the table says", async () => {
  const current = await Deno.readTextFile(new URL("docs/metrics.md", ROOT));
  assert.equal(current, metricsDocument(), "run: deno run --allow-write=docs scripts/metrics_docs.ts");
});

Deno.test("every family of the table is told by somebody", async () => {
  const folders = ["consumers/", "routes/", "shared/"].map((folder) => new URL(folder, ROOT));
  const texts = [await Deno.readTextFile(new URL("gauges.ts", ROOT))];
  for (const folder of folders) for await (const text of sources(folder)) texts.push(text);
  const code = texts.join("\n");
  const silent = Object.keys(TABLE).filter((name) => !code.includes(`"${name}"`));
  assert.deepEqual(silent, []);
});

Deno.test("names keep Prometheus's conventions: a unit, _total for counters and for nothing else", () => {
  const offending = Object.entries(TABLE).filter(([name, { kind, buckets = [] }]) =>
    !/^[a-z][a-z0-9_]*[a-z0-9]$/.test(name) ||
    (kind === "counter") !== name.endsWith("_total") ||
    (kind === "histogram") !== name.endsWith("_seconds") && kind === "histogram" ||
    (kind === "histogram") !== buckets.length > 0 ||
    buckets.some((bound, at) => at > 0 && bound <= (buckets[at - 1] ?? 0)) ||
    /millrace|_ms\b|_milliseconds|_minutes/.test(name)
  ).map(([name]) => name);
  assert.deepEqual(offending, []);
  assert.equal(fullName("process_resident_memory_bytes"), "process_resident_memory_bytes");
});

Deno.test("no label can hold a person, a connection or a document", () => {
  const labels = new Set((Object.keys(METRICS) as MetricName[]).flatMap((name) => [...METRICS[name].labels]));
  assert.deepEqual([...labels].filter((label) => !(label in LABELS)), []);
  assert.deepEqual(Object.keys(LABELS).filter((label) => ![...labels].some((used) => used === label)), [], "unused");
  assert.deepEqual(
    [...labels].filter((label) => /user|person|account|address|connection|doc|mail|id$/.test(label)),
    [],
  );
});
