/** The state while Redis is away, frozen, wrong or falling over: servers of the test's own, killed and started again. */
import assert from "node:assert/strict";
import { Redis } from "ioredis";
import { findRedis, isAbsent, type RedisOptions, type RedisService, startRedis } from "../../scripts/services/mod.ts";
import { RedisUrl } from "../../shared/contracts/addresses.ts";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import type { ResourceKey } from "../../shared/contracts/ids.ts";
import type { Lease, State } from "../../shared/state/port.ts";
import { openRedisState } from "../../shared/state/redis/mod.ts";
import { systemClock, systemRandom } from "../../shared/system/mod.ts";
import { servicesTest } from "./available.ts";
import { silentLog } from "./state_redis_world.ts";

const KEY: ResourceKey = { user_id: "ada", connection_id: "c1", resource: "mail" };
const REF = { user_id: "ada", doc_type: "email", doc_id: "0".repeat(32) } as const;

/** What a request can bear to wait, milliseconds. */
const REFUSED_MS_MAX = 2_000;

async function started(options: RedisOptions = {}): Promise<RedisService & AsyncDisposable> {
  const service = await startRedis(options);
  if (isAbsent(service)) throw new Error(service.why);
  return Object.assign(service, { [Symbol.asyncDispose]: () => service.close() });
}

async function opened(url: string): Promise<State & AsyncDisposable> {
  const address = RedisUrl.parse(url);
  const state = await openRedisState({ address, clock: systemClock, random: systemRandom, log: silentLog });
  return Object.assign(state, { [Symbol.asyncDispose]: () => state.close() });
}

/** Every kind of operation once. */
function operations(state: State): Record<string, Promise<unknown>> {
  const lease: Lease = { key: KEY, token: 1, owner: "nobody" };
  const token = { subscription: "s", event_id: "e", value: "v" };
  const records = state.records({ user_id: "ada" });
  return {
    micros: state.micros(),
    health: state.health(),
    claim: state.claims.claim("s", "e"),
    complete: state.claims.complete(token, "done"),
    release: state.claims.release(token, true),
    raise: state.leases.raise(KEY),
    acquire: state.leases.acquire(KEY, "message"),
    begin: state.leases.begin(lease),
    issue: state.ledger(KEY).issue(lease, "page"),
    commit: state.ledger(KEY).commit(lease, { entries: [], head: "head" }),
    list: state.ledger(KEY).list("", 1),
    put: state.refs.put([{ ...REF, revision: 1, hash: "", data: "{}" }]),
    get: state.refs.get(REF),
    record: records.get("meetings", "1"),
    records: records.commit([{ op: "put", collection: "meetings", id: "1", value: 1 }]),
    slot: state.slots.take("mail", 3, 1_000),
  };
}

async function assertAllAway(outcomes: Readonly<Record<string, Promise<unknown>>>): Promise<void> {
  const settled = await Promise.allSettled(Object.values(outcomes));
  for (const [at, name] of Object.keys(outcomes).entries()) {
    const outcome = settled[at];
    assert.ok(outcome?.status === "rejected" && outcome.reason instanceof StoreAwayError, name);
  }
}

async function assertRefusesAll(state: State): Promise<void> {
  const start = performance.now();
  await assertAllAway(operations(state));
  const passed = performance.now() - start;
  assert.ok(passed < REFUSED_MS_MAX, `refused after ${passed} ms`);
}

/** Waits until Redis answers again; the state finds that out by itself. */
async function untilItAnswers(state: State): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await state.micros().then(() => true, () => false)) return;
    await systemClock.sleep(50);
  }
  throw new Error("The state did not come back");
}

const faultTest = (name: string, run: () => Promise<void>) =>
  typeof findRedis() === "string" ? servicesTest(name, ["redis"], run) : Deno.test.ignore(name, () => {});

faultTest("Redis: operations are refused within 2 s while it is down, and work again when it is back", async () => {
  await using redis = await started({ appendonly: "always" });
  await using state = await opened(redis.url);
  const claim = await state.claims.claim("s", "event");
  assert.ok(claim.kind === "claimed");
  assert.equal(await state.claims.complete(claim.token, "done"), true);
  const { run_id } = await state.health();
  await redis.kill();
  await assertRefusesAll(state);
  await assertRefusesAll(state);
  await redis.restart();
  await untilItAnswers(state);
  assert.deepEqual(await state.claims.claim("s", "event"), { kind: "done", outcome: "done" });
  assert.notEqual((await state.health()).run_id, run_id, "a server that was started anew has another name");
  assert.equal((await state.leases.acquire(KEY, "message")).kind, "acquired", "scripts are loaded again");
});

faultTest("Redis: operations are refused within 2 s while it is frozen, and work again when it goes on", async () => {
  await using redis = await started();
  await using state = await opened(redis.url);
  await state.micros();
  Deno.kill(redis.pid, "SIGSTOP");
  try {
    await assertRefusesAll(state);
    await assertRefusesAll(state);
  } finally {
    Deno.kill(redis.pid, "SIGCONT");
  }
  await untilItAnswers(state);
});

faultTest("Redis: a state that is opened while it is down refuses, then works when it is up", async () => {
  await using redis = await started();
  await redis.kill();
  const start = performance.now();
  await using state = await opened(redis.url);
  assert.ok(performance.now() - start < REFUSED_MS_MAX);
  await assertRefusesAll(state);
  await redis.restart();
  await untilItAnswers(state);
});

faultTest("Redis: the database number is obeyed, and one that is not there is never replaced by 0", async () => {
  await using redis = await started({ args: ["--databases", "4"] });
  const raw = new Redis(redis.url, { lazyConnect: true });
  await using state = await opened(redis.url.replace(/0$/, "3"));
  await state.leases.raise(KEY);
  assert.equal(await raw.dbsize(), 0);
  await raw.select(3);
  assert.equal(await raw.dbsize(), 1);
  await using wrong = await opened(redis.url.replace(/0$/, "9"));
  await assertRefusesAll(wrong);
  await raw.select(0);
  assert.equal(await raw.dbsize(), 0);
  raw.disconnect();
});

faultTest("Redis: user and password are given, and a wrong one is refused", async () => {
  await using redis = await started({
    args: ["--user", "mill", "on", "~*", "+@all", ">p@ss:word", "--user", "default", "on", "nopass", "-@all", "+ping"],
  });
  const { port } = redis;
  await using state = await opened(`redis://mill:p%40ss%3Aword@127.0.0.1:${port}/0`);
  await state.leases.raise(KEY);
  await using wrong = await opened(`redis://mill:other@127.0.0.1:${port}/0`);
  await assertRefusesAll(wrong);
});

faultTest("Redis: what rests on it alone waits for a replica, and is refused when none has it", async () => {
  await using primary = await started();
  await using replica = await started({
    args: ["--replicaof", "127.0.0.1", String(primary.port), "--repl-diskless-sync-delay", "0"],
  });
  const raw = new Redis(primary.url, { lazyConnect: true });
  while (!(await raw.info("replication")).includes("state=online")) await systemClock.sleep(50);
  await using state = await opened(primary.url);
  const records = state.records({ user_id: "ada" });
  const put = { op: "put", collection: "meetings", id: "1", value: 1 } as const;
  const acquired = await state.leases.acquire(KEY, "message");
  assert.ok(acquired.kind === "acquired");
  const claims = await Promise.all(["1", "2", "3"].map((event) => state.claims.claim("s", event)));
  const tokens = claims.map((claim) => (claim.kind === "claimed" ? claim.token : assert.fail()));
  const durable = (at: number) => ({
    complete: state.claims.complete(tokens[at] ?? assert.fail(), "done"),
    commit: state.ledger(KEY).commit(acquired.lease, { entries: [], head: "head" }),
    records: records.commit([put]),
    floor: records.raiseFloor(at + 1),
  });
  await Promise.all(Object.values(durable(0)));
  assert.match(await raw.info("commandstats"), /cmdstat_wait:calls=[1-9]/);
  Deno.kill(replica.pid, "SIGSTOP");
  try {
    await assertAllAway(durable(1));
    assert.ok((await state.leases.raise(KEY)).requested > 0, "hints don't wait");
  } finally {
    Deno.kill(replica.pid, "SIGCONT");
  }
  await state.leases.renew(acquired.lease);
  await Promise.all(Object.values(durable(2)));
  await raw.replicaof("127.0.0.1", String(replica.port));
  await assert.rejects(state.leases.raise(KEY), StoreAwayError, "a primary that became a replica");
  raw.disconnect();
});
