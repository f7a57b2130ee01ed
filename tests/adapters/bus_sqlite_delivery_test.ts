/**
 * How the embedded bus delivers: redelivery, deadlines, windows, dead letters, stopping. Under a simulated clock, so that
 * hours pass in milliseconds. Not asserted: the order of deliveries.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { DeadLetter } from "../../shared/contracts/messages.ts";
import { EMBEDDED_BACKOFF_MS, type SubscriptionConfig } from "../../shared/contracts/subscriptions.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { sampleEvent } from "../contracts/event_samples.ts";
import { type Answer, type EmbeddedBus, openEmbeddedBus, type Received, topologyOf } from "./embedded_bus.ts";

const EMAILS = "vespa-loader-emails";

/** A message that no signal tells of: it just never answers. */
const never = () => new Promise<number>(() => {});

function event(revision: number) {
  return { message: sampleEvent("emails", { revision }), attributes: {} };
}

function revisionOf({ delivery }: Received): number {
  return JSON.parse(Buffer.from(delivery.data_base64, "base64").toString()).revision;
}

interface Setup {
  answer?: Answer;
  names?: readonly string[];
  over?: Partial<SubscriptionConfig>;
}

/** Registers a test with a bus of its own. */
function busTest(name: string, setup: Setup, body: (opened: EmbeddedBus) => Promise<void>): void {
  Deno.test(`SQLite bus: ${name}`, async () => {
    const folder = await Deno.makeTempDir();
    const topology = topologyOf(setup.names ?? [EMAILS], setup.over);
    const opened = await openEmbeddedBus({
      path: `${folder}/bus.db`,
      topology,
      ...(setup.answer === undefined ? {} : { answer: setup.answer }),
    });
    try {
      await body(opened);
    } finally {
      await opened.bus.close();
      assert.equal(opened.clock.sleeping, 0, "no timer is left behind");
      await Deno.remove(folder, { recursive: true });
    }
  });
}

busTest("a published message is delivered without time passing", {}, async ({ bus, clock, received }) => {
  await bus.publish("emails", [event(1)]);
  await clock.settle();
  assert.equal(received.length, 1);
});

busTest(
  "a bus that has nothing to deliver sleeps until its next sweep, once the last deadline is over",
  {},
  async ({ bus, clock }) => {
    await bus.publish("emails", [event(1)]);
    await clock.settle();
    await clock.advance(121_000);
    assert.equal(clock.sleeping, 1);
  },
);

busTest(
  "redeliveries are spaced from 0.5 s to 60 s, growing, and counted",
  { answer: () => 503 },
  async ({ bus, clock, received }) => {
    await bus.publish("emails", [event(1)]);
    await clock.advance(15 * 60_000);
    const gaps = received.slice(1).map(({ at }, n) => at - (received[n]?.at ?? 0));
    assert.ok(gaps.length >= 15, `${gaps.length} redeliveries`);
    gaps.forEach((gap, n) => {
      const base = Math.min(EMBEDDED_BACKOFF_MS.max, EMBEDDED_BACKOFF_MS.min * 2 ** n);
      assert.ok(gap >= base && gap <= Math.min(EMBEDDED_BACKOFF_MS.max, base * 1.5) + 1, `gap ${n}: ${gap}`);
    });
    assert.deepEqual(received.map(({ delivery }) => delivery.delivery_attempt), received.map((_, n) => n + 1));
    assert.equal(new Set(gaps.slice(0, 6).map((gap, n) => gap / 2 ** n)).size, 6, "jitter differs");
  },
);

busTest(
  "Retry-After is the least wait, and does not shorten a longer one",
  { answer: () => ({ status: 503, retryAfterMs: 20_000 }) },
  async ({ bus, clock, received }) => {
    await bus.publish("emails", [event(1)]);
    await clock.advance(10 * 60_000);
    const gaps = received.slice(1).map(({ at }, n) => at - (received[n]?.at ?? 0));
    gaps.slice(0, 6).forEach((gap) => assert.equal(gap, 20_000));
    assert.ok((gaps[7] ?? 0) > 20_000);
  },
);

busTest("a delivery that fails to be sent is refused like any other", {
  answer: () => Promise.reject(new Error("connection reset")),
}, async (opened) => {
  await opened.bus.publish("emails", [event(1)]);
  await opened.clock.settle();
  opened.answer = () => 204;
  await opened.clock.advance(1_000);
  assert.equal(opened.received.length, 2);
  assert.equal((await opened.bus.stats())[0]?.backlog, 0);
});

busTest(
  "the ack deadline aborts a delivery and a later answer does not count",
  { over: { ack_deadline_seconds: 60 } },
  async (opened) => {
    const { bus, clock, received } = opened;
    let answerFirst = (_status: number) => {};
    opened.answer = () => new Promise<number>((resolve) => answerFirst = resolve);
    await bus.publish("emails", [event(1)]);
    await clock.advance(59_999);
    assert.equal(received[0]?.signal.aborted, false);
    await clock.advance(1);
    assert.equal(received[0]?.signal.aborted, true);
    answerFirst(204);
    await clock.settle();
    const [late] = await bus.stats();
    assert.deepEqual([late?.backlog, late?.acked, late?.nacked], [1, 0, 1]);
    opened.answer = () => 204;
    await clock.advance(1_000);
    assert.deepEqual(received.map(({ delivery }) => delivery.delivery_attempt), [1, 2]);
    await clock.advance(120_000);
    assert.equal(received.length, 2);
  },
);

busTest(
  "each of many hanging deliveries meets its own deadline",
  { answer: never, over: { ack_deadline_seconds: 60 } },
  async ({ bus, clock, received }) => {
    await bus.publish("emails", [event(1), event(2)]);
    await clock.advance(30_000);
    await bus.publish("emails", [event(3)]);
    await clock.advance(30_000);
    const aborted = () => received.filter(({ signal }) => signal.aborted).map(revisionOf);
    assert.deepEqual(aborted().sort(), [1, 2]);
    await clock.advance(30_000);
    assert.ok(aborted().includes(3));
  },
);

busTest(
  "a message delivered too often becomes a dead letter in the form of all others",
  {
    names: [EMAILS, "dead-letters-store"],
    answer: ({ subscription }) => subscription === EMAILS ? 503 : 204,
  },
  async ({ bus, clock, received }) => {
    const attributes = { operation: "create" };
    const [published] = await bus.publish("emails", [{ ...event(1), attributes }]);
    await clock.advance(3 * 60 * 60_000);
    const deliveries = received.filter(({ subscription }) => subscription === EMAILS);
    assert.equal(deliveries.length, 100);
    const letters = received.filter(({ subscription }) => subscription === "dead-letters-store");
    assert.equal(letters.length, 1);
    const data = Buffer.from(letters[0]?.delivery.data_base64 ?? "", "base64").toString();
    const letter = DeadLetter.parse(JSON.parse(data));
    assert.deepEqual(letters[0]?.delivery.attributes, { subscription: EMAILS, kind: "exhausted" });
    assert.deepEqual(letter.attributes, attributes);
    assert.equal(letter.kind, "exhausted");
    assert.equal(letter.subscription, EMAILS);
    assert.equal(letter.topic, "emails");
    assert.equal(letter.attempts, 100);
    assert.equal(letter.user_id, "ada");
    assert.equal(letter.message_id, published?.kind === "published" && published.message_id);
    assert.match(letter.reason, /100 deliveries.*503/);
    assert.ok(Date.parse(letter.retry_at) > Date.parse(letter.failed_at));
    assert.deepEqual(
      JSON.parse(Buffer.from(letter.data_base64, "base64").toString()),
      sampleEvent("emails", { revision: 1 }),
    );
    assert.deepEqual((await bus.stats()).map(({ backlog }) => backlog), [0, 0]);
  },
);

busTest("dead letters themselves are delivered until they are acknowledged", {
  names: ["dead-letters-store"],
  answer: () => 503,
}, async ({ bus, clock, received }) => {
  const letter = DeadLetter.parse({
    dead_letter_id: "d1",
    subscription: EMAILS,
    topic: "emails",
    kind: "permanent",
    reason: "r",
    field: "",
    retry_at: "",
    message_id: "1",
    published_at: "2026-01-31T12:00:00.000Z",
    failed_at: "2026-01-31T12:00:00.000Z",
    attempts: 1,
    user_id: "",
    attributes: {},
    data_base64: "",
  });
  await bus.publish("dead-letters", [{ message: letter, attributes: {} }]);
  await clock.advance(4 * 60 * 60_000);
  assert.ok(received.length > 150);
  assert.equal(received[0]?.delivery.delivery_attempt, 0, "no policy, so no count");
  assert.equal((await bus.stats())[0]?.backlog, 1);
});

busTest("the window starts at a batch size, grows with success to four batch sizes, and shrinks with refusals", {
  over: { batch_size: 5 },
}, async (opened) => {
  const { bus, clock } = opened;
  const open: ((status: number) => void)[] = [];
  opened.answer = () => new Promise<number>((resolve) => open.push(resolve));
  await bus.publish("emails", Array.from({ length: 200 }, (_, n) => event(n + 1)));
  const sizes: number[] = [];
  for (let round = 0; round < 5; round++) {
    await clock.settle();
    sizes.push(open.length);
    open.splice(0).forEach((answer) => answer(204));
  }
  assert.deepEqual(sizes, [5, 10, 20, 20, 20]);
  await clock.settle();
  open.splice(0).forEach((answer) => answer(503));
  await clock.settle();
  assert.equal(open.length, 10);
});

busTest("a subscription that refuses everything is tried one at a time, about every two seconds", {
  answer: () => 503,
}, async ({ bus, clock, received }) => {
  await bus.publish("emails", Array.from({ length: 500 }, (_, n) => event(n + 1)));
  await clock.advance(60_000);
  const before = received.length;
  await clock.advance(60_000);
  // Thirty pauses; a message that is refused twice in a row waits for itself only.
  const tried = received.length - before;
  assert.ok(tried >= 25 && tried <= 40, `${tried} deliveries in a minute`);
});

busTest("one bad message does not slow the others down", {
  answer: (one) => revisionOf(one) === 1 ? 500 : 204,
}, async ({ bus, clock, received }) => {
  await bus.publish("emails", Array.from({ length: 300 }, (_, n) => event(n + 1)));
  await clock.settle();
  await clock.advance(50);
  assert.equal(new Set(received.map(revisionOf)).size, 300);
});

busTest("a slow subscription with a long queue does not hold up another", {
  names: [EMAILS, "shipments-emails"],
  answer: ({ subscription }) => subscription === EMAILS ? never() : 204,
}, async ({ bus, clock, received }) => {
  await bus.publish("emails", Array.from({ length: 1_500 }, (_, n) => event(n + 1)));
  for (let turn = 0; turn < 40; turn++) await clock.settle();
  const shipped = received.filter(({ subscription }) => subscription === "shipments-emails");
  assert.equal(shipped.length, 1_500);
  assert.equal(received.filter(({ subscription }) => subscription === EMAILS).length, 50, "its first window");
});

busTest("a message for named subscriptions is not written for the others", {
  names: [EMAILS, "shipments-emails", "contact-discovery-emails"],
  answer: never,
}, async ({ bus, clock, received }) => {
  await bus.publish("emails", [{ ...event(1), attributes: { only: "shipments-emails,contact-discovery-emails" } }]);
  await clock.settle();
  assert.deepEqual(received.map(({ subscription }) => subscription).sort(), [
    "contact-discovery-emails",
    "shipments-emails",
  ]);
  assert.equal((await bus.stats()).find(({ subscription }) => subscription === EMAILS)?.backlog, 0);
});

busTest("stats() tells backlog, age and what was answered", {}, async (opened) => {
  const { bus, clock } = opened;
  const statuses = [204, 503];
  opened.answer = () => statuses.shift() ?? never();
  await bus.publish("emails", [event(1)]);
  await clock.settle();
  await bus.publish("emails", [event(2)]);
  await clock.advance(5_000);
  assert.deepEqual(await bus.stats(), [{
    subscription: EMAILS,
    backlog: 1,
    oldest_unacked_seconds: 5,
    delivered: 3,
    acked: 1,
    nacked: 1,
  }]);
});

busTest("stop() waits for deliveries under way and starts no others", {}, async (opened) => {
  const { bus, clock, received } = opened;
  let answer = (_status: number) => {};
  opened.answer = () => new Promise<number>((resolve) => answer = resolve);
  await bus.publish("emails", [event(1)]);
  await clock.settle();
  const stopped = bus.stop(5_000);
  await bus.publish("emails", [event(2)]);
  await clock.advance(1_000);
  answer(204);
  await stopped;
  assert.equal(received.length, 1);
  assert.equal((await bus.stats())[0]?.backlog, 1);
});

busTest("stop() aborts after its grace, and the attempt does not count", { answer: never }, async (opened) => {
  const { bus, clock, received } = opened;
  await bus.publish("emails", [event(1)]);
  await clock.settle();
  const stopped = bus.stop(5_000);
  await clock.runUntil(stopped, { stepMs: 1_000, limitMs: 6_000 });
  assert.equal(received[0]?.signal.aborted, true);
  assert.equal((await bus.stats())[0]?.backlog, 1);
  await bus.stop();
});

Deno.test("SQLite bus: close() right after start() leaves nothing running", async () => {
  const folder = await Deno.makeTempDir();
  const clock = new SimulatedClock();
  const { bus } = await openEmbeddedBus({
    path: `${folder}/bus.db`,
    clock,
    topology: topologyOf([EMAILS]),
    start: false,
  });
  bus.start();
  await bus.close();
  await clock.settle();
  assert.equal(clock.sleeping, 0);
  await assert.rejects(bus.ping(), { code: "store_away" });
  await assert.rejects(bus.publish("emails", [event(1)]), { code: "store_away" });
  await bus.close();
  await Deno.remove(folder, { recursive: true });
});
