/** What can be said of the Redis state without a server: its commands, its entries, and how it reads INFO. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { RedisUrl } from "../../shared/contracts/addresses.ts";
import { DocType } from "../../shared/contracts/names.ts";
import type { LedgerEntry } from "../../shared/state/port.ts";
import { createClient } from "../../shared/state/redis/connection.ts";
import { docIdOf, fieldOf, nameIn, readEntry, writeEntry } from "../../shared/state/redis/entries.ts";
import { healthOf, parseInfo } from "../../shared/state/redis/info.ts";
import { numbersOf } from "../../shared/state/redis/numbers.ts";
import { bucketOf, LEDGER_BUCKETS, recordKeys, resourceKeys } from "../../shared/state/redis/keys.ts";
import { seededRandom } from "../simulation/random.ts";

const EMPTY: LedgerEntry = {
  doc_id: "0".repeat(32),
  doc_type: "email",
  provider_id: "1",
  container: "",
  hash: "",
  revision: 1,
  version: 0,
  state: "pending",
  epoch: 0,
  doubt: "",
};

const FOLDER = new URL("../../shared/state/redis/", import.meta.url);

/** Known to Redis 6.0 in the form that is used; CONFIG, CLIENT, CLUSTER, OBJECT and MONITOR are not for managed Redis. */
const ALLOWED = new Set(
  `del eval evalsha exists get getrange hdel hget hgetall hincrby hmget hset hsetnx info persist pexpire ping pttl quit
   scan set time
   unlink wait zadd zcard zrangebylex zrangebyscore zrem zremrangebyscore`.split(/\s+/),
);

/** Of the client, but not commands. */
const CLIENT_MEMBERS = new Set([
  "connect",
  "disconnect",
  "exec",
  "iscluster",
  "nodes",
  "on",
  "once",
  "pipeline",
  "status",
]);

function sources(): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of [FOLDER, new URL("lua/", FOLDER)]) {
    for (const { name, isFile } of Deno.readDirSync(folder)) {
      if (isFile) found.set(`${folder.pathname}${name}`, Deno.readTextFileSync(new URL(name, folder)));
    }
  }
  return found;
}

Deno.test("Redis: scripts and code name only commands of the list, and none that is newer than 6.0", () => {
  const named = new Set<string>();
  for (const [path, text] of sources()) {
    for (const [, command = ""] of text.matchAll(/redis\.p?call\(\s*'([^']+)'/g)) named.add(command.toLowerCase());
    for (const [, member = ""] of text.matchAll(/\b(?:client|server|pipeline\(\)|exists\(key\))\s*\.([a-zA-Z]+)\(/g)) {
      if (!CLIENT_MEMBERS.has(member)) named.add(member.replace(/Buffer$/, ""));
    }
    assert.doesNotMatch(text, /redis\.p?call\(\s*[^'\s]/, `${path}: a command that is put together can't be checked`);
    assert.doesNotMatch(text, /(?<!redis)\.(call|sendCommand|multi)\(/, `${path}: commands go by their own method`);
  }
  assert.ok(named.size > 20);
  assert.deepEqual([...named].filter((command) => !ALLOWED.has(command)), []);
});

Deno.test("Redis: no options of commands are used that came after 6.0", () => {
  for (const [path, text] of sources()) {
    assert.doesNotMatch(text, /call\('SET'[^)]*'(GET|EXAT|PXAT)'/, path);
    assert.doesNotMatch(text, /call\('P?EXPIRE'[^)]*'(NX|XX|GT|LT)'/, path);
    assert.doesNotMatch(text, /'(BYSCORE|BYLEX|REV)'/, path);
  }
});

Deno.test("Redis: a ledger entry is read as it was written, whatever its texts hold", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(",", "1,2,", "", "ü".repeat(80), "x".repeat(200)),
    fc.stringMatching(/^[0-9a-f]{32}$/),
    fc.stringMatching(/^[A-Za-z0-9+/]{60,152}$/),
  );
  const number = fc.maxSafeNat();
  const entries: fc.Arbitrary<LedgerEntry> = fc.record({
    doc_id: fc.stringMatching(/^[0-9a-f]{32}$/),
    doc_type: fc.constantFrom(...DocType.options),
    provider_id: text,
    container: text,
    hash: text,
    revision: number,
    version: number,
    state: fc.constantFrom("pending", "published", "tombstone"),
    epoch: number,
    doubt: fc.constantFrom("", "removed", "reread"),
  }, { noNullPrototype: true });
  fc.assert(fc.property(entries, (entry) => {
    const { value, named } = writeEntry(entry);
    assert.equal(nameIn(value), named?.name ?? null);
    const textOf = (name: string) => (name === named?.name ? named.text : undefined);
    assert.deepEqual(readEntry(docIdOf(fieldOf(entry.doc_id)), value, textOf), entry);
  }));
});

Deno.test("Redis: entries of Graph and Gmail stay within the 64 bytes that Redis packs tightly", () => {
  const entry: LedgerEntry = {
    doc_id: "0".repeat(32),
    doc_type: "email",
    provider_id: "AAMk" + "A".repeat(144),
    container: "AAMk" + "C".repeat(116),
    hash: "0123456789abcdef".repeat(2),
    revision: Number.MAX_SAFE_INTEGER,
    version: Number.MAX_SAFE_INTEGER,
    state: "published",
    epoch: Number.MAX_SAFE_INTEGER,
    doubt: "",
  };
  assert.ok(writeEntry(entry).value.length <= 64);
  assert.ok(writeEntry({ ...entry, container: "", provider_id: "18c2f0a1b2c3d4e5" }).value.length <= 64);
});

Deno.test("Redis: what cannot be kept in a ledger entry is refused", () => {
  assert.throws(() => writeEntry({ ...EMPTY, revision: -1 }), RangeError);
  assert.throws(() => writeEntry({ ...EMPTY, version: 0.5 }), RangeError);
  assert.throws(() => fieldOf("0123"), TypeError);
  assert.throws(() => readEntry("0", Buffer.from("short"), () => ""), TypeError);
  const { value } = writeEntry({ ...EMPTY, container: "a long container" });
  assert.throws(() => readEntry("0", value, () => undefined), /name is not known/);
});

Deno.test("Redis: buckets keep the order of document ids", () => {
  const id = fc.stringMatching(/^[0-9a-f]{32}$/);
  fc.assert(fc.property(id, id, (one, other) => {
    assert.ok(bucketOf(one) >= 0 && bucketOf(one) < LEDGER_BUCKETS);
    if (one < other) assert.ok(bucketOf(one) <= bucketOf(other));
  }));
  assert.throws(() => bucketOf("not hexadecimal"), TypeError);
});

Deno.test("Redis: keys of different owners differ, and those that move together share a hash tag", () => {
  const key = { user_id: "ada", connection_id: "c1", resource: "mail" } as const;
  const keys = resourceKeys("", key);
  const together = [keys.signals, keys.head, keys.doubts, keys.tombstones, keys.bucket(0), keys.bucket(1_023)];
  assert.equal(new Set(together).size, together.length);
  assert.deepEqual(new Set(together.map((one) => /\{[^}]*\}/.exec(one)?.[0])), new Set(["{ada:c1:mail}"]));
  const scopes = [{ user_id: "ada" }, { system: "ada" }, { system: "user:ada" }, { user_id: "a" }];
  assert.equal(new Set(scopes.map((scope) => recordKeys("", scope).meta)).size, scopes.length);
});

const HEALTHY = `# Server\r\nrun_id:abc\r\nrole:master\r\nloading:0\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r
aof_enabled:1\r\naof_last_write_status:ok\r\naof_last_bgrewrite_status:ok\r\nrdb_last_bgsave_status:ok\r
connected_slaves:0\r\n`;

function health(...changes: readonly [string, string][]) {
  const text = changes.reduce((info, [field, value]) => info.replace(new RegExp(`^${field}:.*$`, "m"), value), HEALTHY);
  return healthOf([parseInfo(text)]);
}

Deno.test("Redis: health is good when nothing can be lost", () => {
  assert.deepEqual(health(), { ready: true, run_id: "abc/master", warnings: [] });
});

Deno.test("Redis: health is not ready when keys may be thrown away, and says what to set", () => {
  for (const policy of ["allkeys-lru", "volatile-ttl"]) {
    const { ready, warnings } = health(["maxmemory_policy", `maxmemory_policy:${policy}`]);
    assert.equal(ready, false);
    assert.match(warnings.join(), new RegExp(`${policy}.*set it to noeviction`));
  }
  assert.equal(health(["role", "role:slave"]).ready, false);
  assert.equal(health(["loading", "loading:1"]).ready, false);
  assert.equal(healthOf([]).ready, false);
});

Deno.test("Redis: health warns of what may be lost, and changes its run when the server does", () => {
  const warned = (field: string, value: string) => {
    const { ready, warnings } = health([field, `${field}:${value}`]);
    assert.equal(ready, true);
    assert.equal(warnings.length, 1);
    return warnings.join();
  };
  assert.match(warned("aof_enabled", "0"), /Set appendonly to yes/);
  assert.match(warned("aof_last_write_status", "err"), /append-only file/);
  assert.match(warned("rdb_last_bgsave_status", "err"), /snapshot/);
  assert.match(warned("maxmemory", "100\r\nused_memory:95"), /95 %/);
  assert.match(health(["maxmemory_policy", "x:y"]).warnings.join(), /does not say/);
  assert.notEqual(health(["run_id", "run_id:def"]).run_id, health().run_id);
  assert.notEqual(health(["role", "role:slave"]).run_id, health().run_id);
});

Deno.test("Redis: the client takes TLS, database, user and password from the address and keeps no queue", () => {
  const address = RedisUrl.parse("rediss://mill:p%40ss@redis.example:6390/7");
  const { options } = createClient(address, seededRandom(1));
  assert.ok("host" in options);
  assert.deepEqual(
    [options.host, options.port, options.db, options.username, options.password, options.tls],
    ["redis.example", 6390, 7, "mill", "p@ss", {}],
  );
  assert.deepEqual(
    [options.enableOfflineQueue, options.autoResendUnfulfilledCommands, options.maxRetriesPerRequest, options.protocol],
    [false, false, 0, 2],
  );
  const delays = Array.from({ length: 20 }, (_, attempt) => Number(options.retryStrategy?.(attempt + 1)));
  assert.ok(delays.every((delay) => delay >= 25 && delay <= 2_000), `${delays}`);
  assert.ok(delays.slice(-5).every((delay) => delay >= 1_000), `${delays}`);
});

Deno.test("numbersOf() reads INFO: memory, clients, keys, and the commands that took the most time", () => {
  const info = "used_memory:2048\r\nmaxmemory:4096\r\nconnected_clients:3\r\nexpired_keys:5\r\nkeyspace_hits:7\r\n";
  const many = Array.from({ length: 60 }, (_, at) => `cmdstat_c${at}:calls=${at},usec=${at * 1_000},usec_per_call=1`);
  const commands = ["# Commandstats", "cmdstat_config|get:calls=2,usec=90000000", ...many].join("\r\n");
  const numbers = numbersOf("0", parseInfo(info), parseInfo(commands));
  const of = (name: string, command = "") =>
    numbers.find((each) => each.name === name && (each.labels.command ?? "") === command)?.value;
  assert.deepEqual(
    [of("redis_memory_bytes"), of("redis_memory_limit_bytes"), of("redis_connections"), of("redis_keys_expired_total")],
    [2_048, 4_096, 3, 5],
  );
  assert.equal(of("redis_keys_evicted_total"), 0);
  assert.equal(of("redis_commands_total", "config|get"), 2);
  assert.equal(of("redis_command_seconds_total", "config|get"), 90);
  assert.equal(of("redis_command_seconds_total", "c59"), 0.059);
  assert.equal(of("redis_commands_total", "c1"), undefined, "only so many are told");
});
