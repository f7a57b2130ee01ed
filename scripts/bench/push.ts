/** `push-embedded` and `push-redis`: deliveries handled over loopback HTTP. */
import { absentLine, isAbsent, startRedis } from "../services/mod.ts";
import { startChild } from "./child.ts";
import { Address, compareWithBare, Load, type LoadPlan } from "./load.ts";
import { type Judged, type Measure, type Outcome, type Progress, ratioResult, skipped } from "./measure.ts";

const EMBEDDED: Judged = { name: "push-embedded", unit: "deliveries/s", target: 0.3, better: "higher" };
const REDIS: Judged = { name: "push-redis", unit: "deliveries/s", target: 0.25, better: "higher" };
const PLAN: Omit<LoadPlan, "address"> = {
  kind: "push",
  rounds: 9,
  requests_a_round: 5_000,
  path: "/push/vespa-loader-emails",
  accepted: 204,
};

async function measure(judged: Judged, redis: readonly string[], progress: Progress): Promise<Outcome> {
  const data_dir = await Deno.makeTempDir({ prefix: "millrace-bench-" });
  const load = new Load();
  const server = startChild("push_server.ts", [data_dir, ...redis]);
  try {
    const address = Address.parse(JSON.parse(await server.line()));
    const compared = await compareWithBare(load, server, { ...PLAN, address }, progress);
    return { result: ratioResult(judged, compared), notes: compared.notes };
  } finally {
    await Promise.all([load.end(), server.end()]);
    await Deno.remove(data_dir, { recursive: true });
  }
}

/**
 * Ours: `/push/vespa-loader-emails` of an app in a process of its own, its log at the default level; 64 connections,
 * events of 2 KB with ids that were never seen, each claimed, handled by a handler that does nothing, and completed.
 * The deliveries carry the token of the embedded bus. Baseline: the bare Hono route, given the same bodies.
 */
const measureOf = (judged: Judged, about: string, run: Measure["run"]): Measure => ({
  names: [judged.name],
  about: `${about}, against a bare Hono route that parses the JSON`,
  run,
});

/** Claims in SQLite. */
export const pushEmbedded = measureOf(
  EMBEDDED,
  "deliveries handled over loopback HTTP with claims in SQLite",
  async (progress) => [await measure(EMBEDDED, [], progress)],
);

/** Claims in Redis. */
export const pushRedis = measureOf(
  REDIS,
  "deliveries handled over loopback HTTP with claims in Redis",
  async (progress) => {
    const redis = await startRedis();
    if (isAbsent(redis)) return [skipped(REDIS, absentLine(redis))];
    try {
      return [await measure(REDIS, [redis.url], progress)];
    } finally {
      await redis.close();
    }
  },
);
