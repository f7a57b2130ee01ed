/** Dead letters: kept, listed, handed back to the subscription that failed and to it alone. */
import assert from "node:assert/strict";
import { type DeadLetters, EVERY_LETTER, openDeadLetters } from "../../consumers/dead_letters/mod.ts";
import { PermanentError, TransientError } from "../../shared/contracts/errors.ts";
import { type Event, eventAttributes } from "../../shared/contracts/event.ts";
import type { DeadLetter } from "../../shared/contracts/messages.ts";
import { DOC_ID, emailEvent, LOADER, openRig, pushBody, type Rig } from "./dispatch_rig.ts";

const STORE = "dead-letters-store";
const DAY_MS = 24 * 60 * 60 * 1000;

interface World extends AsyncDisposable {
  readonly rig: Rig;
  readonly letters: DeadLetters;
  /** Delivers what waits on `dead-letters` to the store. */
  store(): Promise<void>;
  /** Delivers what waits on `emails` to the loader; its outcomes. */
  load(): Promise<string[]>;
}

function openWorld(): World {
  const rig = openRig({ subscriptions: [LOADER, STORE] });
  const { state, bus, deps } = rig;
  let stored = 0, loaded = 0;
  return {
    rig,
    letters: openDeadLetters({ state, bus, deps }),
    async store() {
      for (; stored < bus.kept.length; stored++) {
        const kept = bus.kept[stored]!;
        if (kept.topic !== "dead-letters") continue;
        assert.equal((await rig.deliver(STORE, pushBody(STORE, kept.text, kept))).status, 204);
      }
    },
    async load() {
      const outcomes: string[] = [];
      for (; loaded < bus.kept.length; loaded++) {
        const kept = bus.kept[loaded]!;
        if (kept.topic === "emails") {
          outcomes.push((await rig.deliver(LOADER, pushBody(LOADER, kept.text, kept))).outcome);
        }
      }
      return outcomes;
    },
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}

const LIST = { ...EVERY_LETTER, cursor: "", limit: 10 };
const never = new AbortController().signal;

/** Has the loader refuse one event in that way. */
async function fail(world: World, error: Error, event?: Event): Promise<DeadLetter> {
  const { rig } = world;
  const handle = rig.handle;
  rig.handle = () => Promise.reject(error);
  assert.equal((await rig.push(event ?? await emailEvent(), { message_id: String(error) })).outcome, "dead_letter");
  rig.handle = handle;
  await world.store();
  return (await world.letters.list(LIST)).items[0]!;
}

const locked = (retry_after_ms = 60_000) => new TransientError("locked", "…", { scope: "one", retry_after_ms });

Deno.test("the store keeps each dead letter once, with the newest state of it", async () => {
  await using world = openWorld();
  const letter = await fail(world, locked());
  assert.deepEqual(await world.letters.get(letter.dead_letter_id), letter);
  await world.rig.deps.clock.advance(1_000);
  await fail(world, locked());
  const { items } = await world.letters.list(LIST);
  assert.equal(items.length, 1);
  assert.equal(Date.parse(items[0]!.failed_at) - Date.parse(letter.failed_at), 1_000);
  // The place in the index of what was replaced is gone with it.
  await world.rig.deps.clock.advance(59_000);
  assert.deepEqual(await world.letters.replayDue(never), { done: 0, more: false });
  await world.rig.deps.clock.advance(1_000);
  assert.deepEqual(await world.letters.replayDue(never), { done: 1, more: false });
});

Deno.test("replayDue() hands back what is due to its subscription alone, and the event is handled", async () => {
  await using world = openWorld();
  const event = await emailEvent();
  await fail(world, locked(), event);
  assert.deepEqual(await world.letters.replayDue(never), { done: 0, more: false });
  await world.rig.deps.clock.advance(60_000);
  assert.deepEqual(await world.letters.replayDue(never), { done: 1, more: false });
  const kept = world.rig.bus.kept.filter(({ topic }) => topic === "emails");
  assert.deepEqual(kept.map(({ text }) => JSON.parse(text)), [event]);
  assert.deepEqual(kept[0]?.attributes, {
    ...eventAttributes(event),
    only: LOADER,
    replays: "1",
    history: "2026-03-02T09:00:00.000Z locked",
  });
  assert.deepEqual(await world.load(), ["handled"]);
  assert.deepEqual(await world.letters.list(LIST), { items: [], next_cursor: "" });
  assert.deepEqual(await world.letters.replayDue(never), { done: 0, more: false });
});

Deno.test("replayDue() keeps a letter whose publish is not durable", async () => {
  await using world = openWorld();
  await fail(world, locked(1));
  await world.rig.deps.clock.advance(1_000);
  world.rig.bus.away = true;
  await assert.rejects(world.letters.replayDue(never), { code: "store_away" });
  world.rig.bus.away = false;
  world.rig.bus.forgetsToAnswer = true;
  await assert.rejects(world.letters.replayDue(never), { code: "store_away" });
  world.rig.bus.forgetsToAnswer = false;
  assert.equal((await world.letters.list(LIST)).items.length, 1);
  assert.deepEqual(await world.letters.replayDue(never), { done: 1, more: false });
  assert.deepEqual(await world.load(), ["handled", "duplicate"]);
});

Deno.test("replay() of a permanent dead letter forgets its claim, so that it is handled anew", async () => {
  await using world = openWorld();
  const event = await emailEvent();
  const letter = await fail(world, new PermanentError("no_room", "…"), event);
  assert.equal((await world.rig.push(event)).outcome, "duplicate");
  assert.equal(await world.letters.replay(letter.dead_letter_id), "published");
  assert.deepEqual(await world.load(), ["handled"]);
  assert.equal(await world.letters.replay(letter.dead_letter_id), null);
});

Deno.test("replay() counts handler failures from 0 again", async () => {
  await using world = openWorld();
  const { rig } = world;
  const event = await emailEvent();
  rig.handle = () => Promise.reject(new Error("failed"));
  for (let attempt = 1; attempt <= 5; attempt++) await rig.push(event);
  await world.store();
  const [letter] = (await world.letters.list(LIST)).items;
  assert.equal(letter?.kind, "exhausted");
  await world.letters.replay(letter!.dead_letter_id);
  assert.deepEqual(await world.load(), ["failed"]);
});

for (const [age_days, replayed] of [[29, "published"], [31, "refetch"]] as const) {
  Deno.test(`replay() of an event that was read ${age_days} days ago is ${replayed}`, async () => {
    await using world = openWorld();
    const read_ms = world.rig.deps.clock.now() - age_days * DAY_MS;
    const letter = await fail(world, locked(), await emailEvent({ revision: read_ms * 1_000 }));
    assert.equal(await world.letters.replay(letter.dead_letter_id), replayed);
    const tasks = world.rig.bus.on("sync-tasks").map((task) =>
      task.kind === "publish_again" && [task.doc_ids, task.only]
    );
    assert.deepEqual(tasks, replayed === "refetch" ? [[[DOC_ID], [LOADER]]] : []);
    assert.equal(world.rig.bus.on("emails").length, replayed === "refetch" ? 0 : 1);
  });
}

Deno.test("replayDue() leaves what can't be handed back to a person, and goes on", async () => {
  await using world = openWorld();
  const { rig } = world;
  await fail(world, locked(1));
  const good = (await world.letters.list(LIST)).items[0]!;
  const spoilt: DeadLetter = { ...good, dead_letter_id: "spoilt", data_base64: "e30=", retry_at: good.failed_at };
  await rig.bus.publish("dead-letters", [{ message: spoilt, attributes: {} }]);
  await world.store();
  await rig.deps.clock.advance(1_000);
  assert.deepEqual(await world.letters.replayDue(never), { done: 2, more: false });
  const { items } = await world.letters.list(LIST);
  assert.deepEqual(items.map(({ dead_letter_id, kind, retry_at }) => [dead_letter_id, kind, retry_at]), [
    ["spoilt", "permanent", ""],
  ]);
  assert.match(items[0]!.reason, /^not_replayable/);
  await assert.rejects(world.letters.replay("spoilt"), { code: "not_replayable" });
});

Deno.test("replayDue() works in slices and stops when it is told to", async () => {
  await using world = openWorld();
  const { rig } = world;
  const template = await fail(world, locked(1));
  const more = Array.from({ length: 60 }, (_, at): DeadLetter => ({
    ...template,
    dead_letter_id: `letter_${at}`,
    failed_at: new Date(Date.parse(template.failed_at) + at * 1_000).toISOString(),
  }));
  await rig.bus.publish("dead-letters", more.map((message) => ({ message, attributes: {} })));
  await world.store();
  await rig.deps.clock.advance(120_000);
  assert.deepEqual(await world.letters.replayDue(AbortSignal.abort()), { done: 0, more: true });
  assert.deepEqual(await world.letters.replayDue(never), { done: 50, more: true });
  assert.deepEqual(await world.letters.replayDue(never), { done: 11, more: false });
});

Deno.test("list() pages newest first and narrows to a subscription", async () => {
  await using world = openWorld();
  const { rig } = world;
  const template = await fail(world, locked());
  await world.letters.discard(template.dead_letter_id);
  const made = Array.from({ length: 7 }, (_, at): DeadLetter => ({
    ...template,
    dead_letter_id: `letter_${at}`,
    subscription: at % 2 === 0 ? LOADER : "shipments-emails",
    failed_at: new Date(Date.parse(template.failed_at) + at * 1_000).toISOString(),
  }));
  await rig.bus.publish("dead-letters", made.map((message) => ({ message, attributes: {} })));
  await world.store();
  async function all(subscription: string, limit: number): Promise<string[]> {
    const ids: string[] = [];
    let cursor = "";
    do {
      const page = await world.letters.list({ ...LIST, subscription, cursor, limit });
      assert.ok(page.items.length <= limit);
      ids.push(...page.items.map(({ dead_letter_id }) => dead_letter_id.slice(-1)));
      cursor = page.next_cursor;
    } while (cursor !== "");
    return ids;
  }
  for (const limit of [1, 2, 3, 7, 10]) {
    assert.equal((await all("", limit)).join(""), "6543210", `limit ${limit}`);
    assert.equal((await all("shipments-emails", limit)).join(""), "531", `limit ${limit}`);
  }
});

Deno.test("discard() gives a letter up for good, with its place in both indexes", async () => {
  await using world = openWorld();
  const letter = await fail(world, locked());
  assert.equal(await world.letters.discard(letter.dead_letter_id), true);
  assert.equal(await world.letters.discard(letter.dead_letter_id), false);
  await world.rig.deps.clock.advance(DAY_MS);
  assert.deepEqual(await world.letters.replayDue(never), { done: 0, more: false });
  assert.deepEqual(await world.letters.list(LIST), { items: [], next_cursor: "" });
});

Deno.test("the store adopts what Pub/Sub's own policy forwarded, and hands it back later", async () => {
  await using world = openWorld();
  const event = await emailEvent();
  const body = pushBody(STORE, event, {
    message_id: "990",
    attributes: {
      ...eventAttributes(event),
      CloudPubSubDeadLetterSourceDeliveryCount: "100",
      CloudPubSubDeadLetterSourceSubscription: LOADER,
      CloudPubSubDeadLetterSourceSubscriptionProject: "millrace",
      CloudPubSubDeadLetterSourceTopicPublishTime: "2026-03-01T21:19:13.749+00:00",
    },
  });
  assert.equal((await world.rig.deliver(STORE, body)).outcome, "handled");
  const [letter] = (await world.letters.list(LIST)).items;
  assert.deepEqual(
    [letter?.subscription, letter?.topic, letter?.kind, letter?.attempts, letter?.published_at, letter?.attributes],
    [LOADER, "emails", "transient", 100, "2026-03-01T21:19:13.749Z", eventAttributes(event)],
  );
  await world.rig.deps.clock.advance(10 * 60_000);
  assert.equal((await world.letters.replayDue(never)).done, 1);
  assert.deepEqual(await world.load(), ["handled"]);
});

Deno.test("the store keeps what is no dead letter and comes from nowhere, for a person", async () => {
  await using world = openWorld();
  assert.equal((await world.rig.deliver(STORE, pushBody(STORE, "no JSON at all"))).outcome, "handled");
  const [letter] = (await world.letters.list(LIST)).items;
  assert.deepEqual([letter?.kind, letter?.subscription, letter?.retry_at], ["permanent", STORE, ""]);
  assert.equal(atob(letter?.data_base64 ?? ""), "no JSON at all");
});
