/** Many dead letters at once: at the rate that was asked for, and none lost. */
import assert from "node:assert/strict";
import {
  type DeadLetters,
  EVERY_LETTER,
  historyOf,
  openDeadLetters,
  type Wanted,
} from "../../consumers/dead_letters/mod.ts";
import { PermanentError } from "../../shared/contracts/errors.ts";
import { eventAttributes } from "../../shared/contracts/event.ts";
import type { DeadLetter } from "../../shared/contracts/messages.ts";
import { emailEvent, LOADER, openRig, pushBody, type Rig } from "./dispatch_rig.ts";

const STORE = "dead-letters-store";
const ALL: Wanted = { ...EVERY_LETTER, ids: [], cursor: "", limit: 1_000 };
const never = new AbortController().signal;

interface World extends AsyncDisposable {
  readonly rig: Rig;
  readonly letters: DeadLetters;
  keep(at: number, over?: Partial<DeadLetter>): Promise<void>;
}

function openWorld(): World {
  const rig = openRig({ subscriptions: [LOADER, STORE] });
  return {
    rig,
    letters: openDeadLetters(rig),
    async keep(at, over = {}) {
      const event = await emailEvent({ revision: Date.UTC(2026, 2, 2, 8) * 1_000 + at });
      const letter: DeadLetter = {
        dead_letter_id: `letter_${at}`,
        subscription: LOADER,
        topic: "emails",
        kind: "exhausted",
        reason: "RangeError: failed",
        field: "",
        retry_at: "",
        message_id: String(at),
        published_at: "2026-03-02T08:00:00.000Z",
        failed_at: new Date(Date.UTC(2026, 2, 2, 8) + at).toISOString(),
        attempts: 5,
        user_id: at % 2 === 0 ? "ada" : "ben",
        attributes: eventAttributes(event),
        data_base64: new TextEncoder().encode(JSON.stringify(event)).toBase64(),
        ...over,
      };
      await rig.deliver(STORE, pushBody(STORE, letter));
    },
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}

for (const rate of [5, 100]) {
  Deno.test(`replayMany() hands back ${rate} a second within a tenth of that, each once`, async () => {
    await using world = openWorld();
    const { rig, letters } = world;
    const { clock } = rig.deps;
    const count = Math.min(40, rate * 3);
    for (let at = 0; at < count; at++) await world.keep(at);
    const started = clock.now();
    const bulk = await clock.runUntil(letters.replayMany(ALL, rate, never), {
      stepMs: rate === 5 ? 100 : 5,
      limitMs: 30_000,
    });
    const seconds = (clock.now() - started) / 1_000;
    assert.deepEqual(bulk, { done: count, refetched: 0, failed: [], next_cursor: "" });
    const measured = (count - 1) / seconds;
    assert.ok(Math.abs(measured / rate - 1) <= 0.1, `${measured} a second instead of ${rate}`);
    const handed = rig.bus.on("emails").map(({ event_id }) => event_id);
    assert.deepEqual([handed.length, new Set(handed).size], [count, count]);
    assert.equal((await letters.summary(EVERY_LETTER)).count, 0);
  });
}

Deno.test("replayMany() ends a request after 20 seconds and goes on from its cursor, without one left out or twice", async () => {
  await using world = openWorld();
  const { rig, letters } = world;
  for (let at = 0; at < 50; at++) await world.keep(at);
  const run = (cursor: string) =>
    rig.deps.clock.runUntil(letters.replayMany({ ...ALL, cursor }, 1, never), { stepMs: 500, limitMs: 30_000 });
  const first = await run("");
  assert.deepEqual([first.done, first.next_cursor === ""], [20, false]);
  const second = await run(first.next_cursor);
  const third = await run(second.next_cursor);
  assert.deepEqual([second.done, third.done, third.next_cursor], [20, 10, ""]);
  assert.equal(new Set(rig.bus.on("emails").map(({ event_id }) => event_id)).size, 50);
});

Deno.test("replayMany() leaves what never kept its contract, says so, and goes on; by filter and by id", async () => {
  await using world = openWorld();
  const { rig, letters } = world;
  for (let at = 0; at < 6; at++) await world.keep(at, at === 3 ? { data_base64: "e30=" } : {});
  await world.keep(6, { kind: "permanent", reason: "document_invalid: wrong" });
  const run = (wanted: Partial<Wanted>) =>
    rig.deps.clock.runUntil(letters.replayMany({ ...ALL, ...wanted }, 1_000, never), { stepMs: 10 });
  const ben = await run({ user_id: "ben" });
  assert.deepEqual([ben.done, ben.failed.map(({ id }) => id)], [2, ["letter_3"]]);
  assert.match(ben.failed[0]?.reason ?? "", /not_replayable/);
  assert.equal((await run({ reason: "document_invalid" })).done, 1);
  const named = await run({ ids: ["letter_0", "nothing", "letter_4"] });
  assert.deepEqual([named.done, named.failed], [2, []]);
  const left = await letters.list({ ...EVERY_LETTER, cursor: "", limit: 10 });
  assert.deepEqual(left.items.map(({ dead_letter_id }) => dead_letter_id), ["letter_3", "letter_2"]);
});

Deno.test("replayMany() loses nothing when the bus goes away in between", async () => {
  await using world = openWorld();
  const { rig, letters } = world;
  for (let at = 0; at < 20; at++) await world.keep(at);
  const running = rig.deps.clock.runUntil(letters.replayMany(ALL, 10, never), { stepMs: 50, limitMs: 30_000 });
  const refused = assert.rejects(running, { code: "store_away" });
  while (rig.bus.on("emails").length < 5) await new Promise((resolve) => setTimeout(resolve, 1));
  rig.bus.away = true;
  await refused;
  const handed = rig.bus.on("emails").length;
  const { count } = await letters.summary(EVERY_LETTER);
  assert.equal(handed + count, 20);
  assert.ok(count > 0);
});

Deno.test("summary() counts by subscription, kind and the code of the reason, the largest group first", async () => {
  await using world = openWorld();
  for (let at = 0; at < 3; at++) await world.keep(at);
  await world.keep(7, { kind: "transient", reason: "throttled: wait", subscription: "shipments-emails" });
  await world.keep(8, { reason: "Something in words: without a code" });
  const { groups, ...counts } = await world.letters.summary(EVERY_LETTER);
  assert.deepEqual(counts, { count: 5, truncated: false });
  assert.deepEqual(groups.map(({ subscription, kind, code, count }) => [subscription, kind, code, count]), [
    [LOADER, "exhausted", "RangeError", 3],
    [LOADER, "exhausted", "other", 1],
    ["shipments-emails", "transient", "throttled", 1],
  ]);
  assert.equal(groups[0]?.oldest, "2026-03-02T08:00:00.000Z");
  assert.equal(groups[0]?.newest, "2026-03-02T08:00:00.002Z");
  assert.equal((await world.letters.summary({ ...EVERY_LETTER, kind: "transient" })).count, 1);
});

Deno.test("discardMany() gives up what matches and nothing else", async () => {
  await using world = openWorld();
  for (let at = 0; at < 10; at++) await world.keep(at);
  const first = await world.letters.discardMany({ ...ALL, user_id: "ada", limit: 3 });
  assert.equal(first.done, 3);
  const rest = await world.letters.discardMany({ ...ALL, user_id: "ada", cursor: first.next_cursor });
  assert.deepEqual([rest.done, rest.next_cursor], [2, ""]);
  assert.equal((await world.letters.summary(EVERY_LETTER)).count, 5);
  assert.equal(world.rig.bus.on("emails").length, 0);
});

Deno.test("a message that is handed back and fails again is listed again, with what it failed of before", async () => {
  await using world = openWorld();
  const { rig, letters } = world;
  rig.handle = () => Promise.reject(new PermanentError("no_room", "There is no room for ada@example.com"));
  await rig.push(await emailEvent(), { message_id: "first" });
  let taken = 0;
  const deliverAll = async () => {
    for (; taken < rig.bus.kept.length; taken++) {
      const kept = rig.bus.kept[taken]!;
      const to = kept.topic === "dead-letters" ? STORE : LOADER;
      await rig.deliver(to, pushBody(to, kept.text, { ...kept, message_id: `m${taken}` }));
    }
  };
  for (let round = 1; round <= 10; round++) {
    await deliverAll();
    const { items } = await letters.list({ ...EVERY_LETTER, cursor: "", limit: 10 });
    assert.equal(items.length, 1, `round ${round}`);
    const history = historyOf(items[0]!);
    assert.equal(history.length, Math.min(8, round - 1));
    assert.ok(history.every(({ code }) => code === "no_room"));
    assert.doesNotMatch(JSON.stringify(items[0]?.attributes), /example\.com/);
    await rig.deps.clock.advance(1_000);
    assert.equal(await letters.replay(items[0]!.dead_letter_id), "published");
  }
  rig.handle = () => Promise.resolve("applied");
  await deliverAll();
  assert.equal((await letters.summary(EVERY_LETTER)).count, 0);
});
