/** `webhook`: notifications durably accepted over loopback HTTP. */
import { startChild } from "./child.ts";
import { figure, median } from "./compare.ts";
import { Address, compareWithBare, Load, type LoadPlan, requestsOf } from "./load.ts";
import { type Judged, type Measure, type Progress, ratioResult } from "./measure.ts";

const JUDGED: Judged = { name: "webhook", unit: "notifications/s", target: 0.35, better: "higher" };
const PLAN: Omit<LoadPlan, "address"> = {
  kind: "webhook",
  rounds: 9,
  requests_a_round: 5_000,
  path: "/webhooks/microsoft",
  accepted: 202,
};
const COALESCED_ROUNDS = 5;

async function measure(load: Load, data_dir: string, progress: Progress) {
  const total = requestsOf(PLAN);
  progress(`an instance with ${total} subscriptions`);
  const server = startChild("webhook_server.ts", [data_dir, String(total)]);
  try {
    const address = Address.parse(JSON.parse(await server.line()));
    const compared = await compareWithBare(load, server, { ...PLAN, address }, progress);
    progress("notifications for resources that are already going to be read");
    const coalesced: number[] = [];
    for (let round = 0; round < COALESCED_ROUNDS; round++) {
      const { kind, path, requests_a_round } = PLAN;
      const first = round * requests_a_round;
      coalesced.push(await load.rate({ ...address, kind, path, requests: requests_a_round, first }, PLAN.accepted));
    }
    const coalescedRatio = median(coalesced) / compared.baseline;
    return {
      result: ratioResult(JUDGED, compared),
      notes: [
        `coalesced, where none needs to publish: ${figure(median(coalesced))} notifications/s, ${
          figure(coalescedRatio)
        } of the bare route`,
        ...compared.notes,
      ],
    };
  } finally {
    await server.end();
  }
}

/**
 * Ours: an embedded instance in a process of its own, its log at the default level; 64 connections, each notification
 * for another connection of another person, so that each is published and synced before it is answered. Deliveries are
 * not started. Baseline: a bare Hono route in a process of its own that parses the same JSON.
 */
export const webhook: Measure = {
  names: ["webhook"],
  about: "Graph notifications durably accepted over loopback HTTP, against a bare Hono route that parses the JSON",
  async run(progress) {
    const data_dir = await Deno.makeTempDir({ prefix: "millrace-bench-" });
    const load = new Load();
    try {
      return [await measure(load, data_dir, progress)];
    } finally {
      await load.end();
      await Deno.remove(data_dir, { recursive: true });
    }
  },
};
