/** `telemetry`: what metrics and traces cost a delivery. */
import { type Child, cpuSeconds, startChild } from "./child.ts";
import { compare, type Compared } from "./compare.ts";
import { Address, Load } from "./load.ts";
import { type Judged, type Measure, type Progress, ratioResult } from "./measure.ts";

const TELEMETRY: Judged = { name: "telemetry", unit: "deliveries/CPU s", target: 0.85, better: "higher" };
const ROUNDS = 9;
const REQUESTS_A_ROUND = 5_000;
const ACCEPTED = 204;

/**
 * Deliveries in a second of processor time of one server, each round with events that it has never seen: the exporter
 * works in threads of its own, and time that others of the machine take is not what telemetry costs.
 */
function rounds(load: Load, server: Child, address: Address): () => Promise<number> {
  let first = 0;
  return async () => {
    const order = { ...address, kind: "push" as const, path: "/push/vespa-loader-emails", first };
    first += REQUESTS_A_ROUND;
    const before = await cpuSeconds(server);
    await load.rate({ ...order, requests: REQUESTS_A_ROUND }, ACCEPTED);
    return REQUESTS_A_ROUND / (await cpuSeconds(server) - before);
  };
}

async function measure(progress: Progress): Promise<Compared> {
  // Takes what is exported and throws it away.
  const collector = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    await request.arrayBuffer();
    return new Response(null);
  });
  const folders = await Promise.all([1, 2].map(() => Deno.makeTempDir({ prefix: "millrace-bench-" })));
  const [ours = "", plain = ""] = folders;
  const load = new Load();
  const traced = startChild("push_server.ts", [ours, "", "traced"], {
    OTEL_DENO: "true",
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.addr.port}`,
    OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
    OTEL_TRACES_SAMPLER_ARG: "0.1",
  });
  const silent = startChild("push_server.ts", [plain, "", "silent"]);
  try {
    const [one, other] = await Promise.all(
      [traced, silent].map(async (child) => rounds(load, child, Address.parse(JSON.parse(await child.line())))),
    );
    if (one === undefined || other === undefined) throw new Error("Cannot bench: a server did not start");
    return await compare(ROUNDS, { ours: one, baseline: other }, progress);
  } finally {
    await Promise.all([load.end(), traced.end(), silent.end()]);
    await collector.shutdown();
    await Promise.all(folders.map((folder) => Deno.remove(folder, { recursive: true })));
  }
}

/**
 * Ours: the server of `push-embedded` with its counters and with traces, of which one in ten is kept, as docs/operations.md
 * has it, and exported to a collector that throws it away. Baseline: the same server without traces, and with counters that count nothing.
 */
export const telemetry: Measure = {
  names: [TELEMETRY.name],
  about: "deliveries with metrics and traces, against the same without either",
  run: async (progress) => [{ result: ratioResult(TELEMETRY, await measure(progress)), notes: [] }],
};
