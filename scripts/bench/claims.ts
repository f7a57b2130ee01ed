/** `claims`: taking claims on Redis, against the one command that a claim can't do without. */
import { createHash } from "node:crypto";
import { Redis } from "ioredis";
import { claimText, idempotencyKey, LEASE_TTL_MS } from "../../shared/contracts/keys.ts";
import { openRedisState } from "../../shared/state/redis/mod.ts";
import type { Claims, ClaimToken } from "../../shared/state/port.ts";
import { RedisUrl } from "../../shared/contracts/addresses.ts";
import { absentLine, isAbsent, startRedis } from "../services/mod.ts";
import { compare, figure, median } from "./compare.ts";
import { type Judged, type Measure, type Outcome, type Progress, ratioResult, skipped } from "./measure.ts";
import { quietDeps } from "./outside.ts";

const JUDGED: Judged = { name: "claims", unit: "claims/s", target: 0.5, better: "higher" };
const SUBSCRIPTION = "vespa-loader-emails";
/** Deliveries that an instance works on at once: the batch size of the subscription. */
const AT_ONCE = 50;
const CLAIMS_A_ROUND = 20_000;
const ROUNDS = 9;

/** Event ids that were never claimed before. */
class Fresh {
  #next = 0;
  id(): string {
    return (++this.#next).toString(16).padStart(32, "0");
  }
}

/** Works a second, so many at once. */
async function rate(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  let left = CLAIMS_A_ROUND;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (left-- > 0) await work();
  }));
  return CLAIMS_A_ROUND / ((performance.now() - started) / 1_000);
}

async function claimed(claims: Claims, event_id: string): Promise<ClaimToken> {
  const claim = await claims.claim(SUBSCRIPTION, event_id);
  if (claim.kind !== "claimed") throw new Error(`Cannot bench: the claim is ${claim.kind}`);
  return claim.token;
}

async function measure(url: string, progress: Progress): Promise<Outcome> {
  const fresh = new Fresh();
  const plain = new Redis(url, { enableAutoPipelining: true });
  const state = await openRedisState({ address: RedisUrl.parse(url), ...quietDeps() });
  const { claims } = state;
  try {
    const seconds = LEASE_TTL_MS / 1_000;
    const compared = await compare(ROUNDS, {
      ours: () => rate(() => claimed(claims, fresh.id())),
      baseline: () =>
        rate(async () => {
          const hashed = createHash("sha256").update(claimText(SUBSCRIPTION, fresh.id())).digest("hex");
          await plain.set(idempotencyKey(hashed), "1", "EX", seconds, "NX");
        }),
    }, progress);
    progress("claim and complete");
    const whole: number[] = [];
    for (let round = 0; round < 3; round++) {
      whole.push(await rate(async () => claims.complete(await claimed(claims, fresh.id()), "applied")));
    }
    return {
      result: ratioResult(JUDGED, compared),
      notes: [`claim and complete: ${figure(median(whole))} events/s`],
    };
  } finally {
    await Promise.all([state.close(), plain.quit()]);
  }
}

/** Ours: `claims.claim` of the Redis state. Baseline: auto-pipelined `SET key 1 EX 15 NX` of the same hashed keys. */
export const claims: Measure = {
  names: ["claims"],
  about: "claims taken on Redis, against auto-pipelined SET NX EX of the same keys",
  async run(progress) {
    const redis = await startRedis();
    if (isAbsent(redis)) return [skipped(JUDGED, absentLine(redis))];
    try {
      return [await measure(redis.url, progress)];
    } finally {
      await redis.close();
    }
  },
};
