import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import { KEY_TTL_SECONDS } from "../../shared/contracts/keys.ts";
import { openDatabase } from "../../shared/sqlite/mod.ts";
import { KnownClaims } from "../../shared/state/sqlite/known_claims.ts";
import { MIGRATIONS } from "../../shared/state/sqlite/schema.ts";
import type { Claims } from "../../shared/state/port.ts";
import { SetClock, sqliteWorld } from "./state_world.ts";

const TTL_MS = KEY_TTL_SECONDS.idempotency * 1_000;
const HOUR_MS = 60 * 60 * 1000;

async function finish(claims: Claims, event: string): Promise<void> {
  const claim = await claims.claim("s", event);
  assert.ok(claim.kind === "claimed", `${event} is ${claim.kind}`);
  assert.equal(await claims.complete(claim.token, "indexed"), true);
}

const kindOf = async (claims: Claims, event: string) => (await claims.claim("s", event)).kind;

Deno.test("SQLite: after a restart each claim of an earlier process is known, from the first look on", async () => {
  await using world = sqliteWorld();
  const events = Array.from({ length: 1_000 }, (_, at) => `event-${at}`);
  for (const event of events) await finish(world.state.claims, event);
  const failing = await world.state.claims.claim("s", "failing");
  assert.ok(failing.kind === "claimed");
  await world.state.claims.release(failing.token, true);
  await world.restart();
  // The last written is asked for first, when the rows before it have not been read yet.
  const again = await world.state.claims.claim("s", "failing");
  assert.ok(again.kind === "claimed");
  assert.equal(again.failures, 1);
  for (const event of events.toReversed()) assert.equal(await kindOf(world.state.claims, event), "done", event);
  await world.restart();
  for (const event of events) assert.equal(await kindOf(world.state.claims, event), "done", event);
});

Deno.test("SQLite: a done claim counts for a day and no longer, whenever in the life of the process it was made", async () => {
  await using world = sqliteWorld();
  // One claim every five hours, over several times as long as a claim counts.
  for (let round = 0; round < 20; round++) {
    const { claims } = world.state;
    await finish(claims, `event-${round}`);
    for (let age = 0; age <= Math.min(round, 8); age++) {
      const event = `event-${round - age}`;
      if (age * 5 < 24) assert.equal(await kindOf(claims, event), "done", `${event} after ${age * 5} h`);
    }
    await world.move(5 * HOUR_MS);
  }
  assert.equal(await kindOf(world.state.claims, "event-19"), "done");
  await world.move(19 * HOUR_MS);
  assert.equal(await kindOf(world.state.claims, "event-19"), "claimed");
});

Deno.test("SQLite: an event that is being forgotten can be claimed from failure 0, and is free again after that", async () => {
  await using world = sqliteWorld();
  const { claims } = world.state;
  const failing = await claims.claim("s", "event");
  assert.ok(failing.kind === "claimed");
  await claims.release(failing.token, true);
  const [, again] = await Promise.all([claims.forget("s", "event"), claims.claim("s", "event")]);
  assert.ok(again.kind === "claimed");
  assert.equal(again.failures, 0);
  assert.equal(await claims.release(again.token, true), 1);
});

Deno.test("SQLite: a wait that was asked for while its resource was dropped is known after a restart only if it is before", async () => {
  await using world = sqliteWorld();
  const key = { user_id: "ada", connection_id: "c1", resource: "mail" } as const;
  await world.state.leases.waitUntil(key, 1);
  const { leases } = world.state;
  const until_ms = Math.floor(await world.state.micros() / 1_000) + HOUR_MS;
  await Promise.all([world.state.ledger(key).drop(), leases.waitUntil(key, until_ms)]);
  const before = (await leases.acquire(key, "message")).kind;
  await world.restart();
  assert.equal((await world.state.leases.acquire(key, "message")).kind, before);
});

Deno.test("SQLite: a claim at a closed file is refused, also of an event that is new for sure", async () => {
  const world = sqliteWorld();
  const { claims } = world.state;
  await finish(claims, "event");
  await world[Symbol.asyncDispose]();
  await assert.rejects(() => claims.claim("s", "another"), StoreAwayError);
});

const nameOf = (at: number) => createHash("sha256").update(String(at)).digest("hex");

function emptyFile() {
  return openDatabase({ path: ":memory:", name: "The file", migrations: MIGRATIONS });
}

Deno.test("KnownClaims knows every claim that was added for as long as it counts, and few others", () => {
  const db = emptyFile();
  const known = new KnownClaims(db, TTL_MS);
  const { now_ms } = new SetClock();
  const ADDED = 100_000;
  for (let at = 0; at < ADDED; at++) known.add(nameOf(at), now_ms + at);
  const end_ms = now_ms + TTL_MS - 1;
  for (let at = 0; at < ADDED; at++) assert.ok(known.mayBeInFile(nameOf(at), end_ms));
  let mistaken = 0;
  for (let at = ADDED; at < 2 * ADDED; at++) if (known.mayBeInFile(nameOf(at), end_ms)) mistaken++;
  assert.ok(mistaken < ADDED / 1_000, `${mistaken} of ${ADDED} were taken for others`);
});

Deno.test("KnownClaims forgets what counts no more, so that it does not fill up", () => {
  const db = emptyFile();
  const known = new KnownClaims(db, TTL_MS);
  const { now_ms } = new SetClock();
  known.add(nameOf(1), now_ms);
  known.add(nameOf(2), now_ms + TTL_MS - 1);
  assert.equal(known.mayBeInFile(nameOf(1), now_ms + TTL_MS), true);
  assert.equal(known.mayBeInFile(nameOf(2), now_ms + 2 * TTL_MS - 1), true);
  known.add(nameOf(3), now_ms + 2 * TTL_MS);
  known.add(nameOf(4), now_ms + 3 * TTL_MS);
  assert.equal(known.mayBeInFile(nameOf(1), now_ms + 3 * TTL_MS), false);
  assert.equal(known.mayBeInFile(nameOf(2), now_ms + 3 * TTL_MS), false);
  assert.equal(known.mayBeInFile(nameOf(3), now_ms + 3 * TTL_MS), true);
});
