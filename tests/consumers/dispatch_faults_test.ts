/**
 * Faults around one event: stores away before and after the effect, deliveries at the same moment, dead processes, slow
 * handlers. The oracle: whatever is acknowledged has its effect, its dead letter or its refetch; claims never matter.
 */
import assert from "node:assert/strict";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import { LEASE_TTL_MS } from "../../shared/contracts/keys.ts";
import { HANDLER_FAILURES_MAX } from "../../shared/contracts/subscriptions.ts";
import { type Faults, faultyState, noFaults } from "./faulty_state.ts";
import { emailEvent, gate, LOADER, openRig, pushBody } from "./dispatch_rig.ts";

for (const call of ["claim", "floor"] as const) {
  for (const fault of ["before", "after"] as const) {
    Deno.test(`deliver() refuses and handles nothing when the state is away ${fault} the ${call}`, async () => {
      const faults = noFaults();
      await using rig = openRig({ state: (state) => faultyState(state, faults) });
      let calls = 0;
      rig.handle = () => Promise.resolve(`${++calls}`);
      faults[call] = fault;
      const event = await emailEvent();
      const answer = await rig.push(event);
      assert.deepEqual([answer.status, answer.outcome, answer.retry_after_ms], [503, "away", 5_000]);
      assert.equal(calls, 0);
      faults[call] = "none";
      await rig.deps.clock.advance(LEASE_TTL_MS);
      assert.equal((await rig.push(event)).outcome, "handled");
    });
  }
}

for (const fault of ["before", "after"] as const) {
  Deno.test(`deliver() acknowledges an effect although the state is away ${fault} its completion`, async () => {
    const faults: Faults = { ...noFaults(), complete: fault };
    await using rig = openRig({ state: (state) => faultyState(state, faults) });
    let calls = 0;
    rig.handle = () => Promise.resolve(`${++calls}`);
    const event = await emailEvent();
    assert.equal((await rig.push(event)).status, 204);
    assert.equal(calls, 1);
  });

  Deno.test(`deliver() still refuses when the state is away ${fault} the claim is given back`, async () => {
    const faults: Faults = { ...noFaults(), release: fault };
    await using rig = openRig({ state: (state) => faultyState(state, faults) });
    rig.handle = () => Promise.reject(new Error("failed"));
    assert.deepEqual(await rig.push(await emailEvent()), { status: 503, outcome: "failed", retry_after_ms: 0 });
  });
}

Deno.test("deliver() refuses when the dead letter can't be published, and makes it later", async () => {
  await using rig = openRig();
  rig.bus.away = true;
  const invalid = { ...await emailEvent(), user_id: "" };
  const refused = await rig.push(invalid);
  assert.deepEqual([refused.status, refused.outcome], [503, "away"]);
  rig.bus.away = false;
  assert.equal((await rig.push(invalid)).outcome, "dead_letter");
  assert.equal(rig.bus.on("dead-letters").length, 1);
});

Deno.test("deliver() publishes the dead letter of the fifth failure before it acknowledges, through an outage", async () => {
  await using rig = openRig({ handle: () => Promise.reject(new Error("failed")) });
  const event = await emailEvent();
  for (let failure = 1; failure < HANDLER_FAILURES_MAX; failure++) await rig.push(event);
  rig.bus.away = true;
  assert.equal((await rig.push(event)).status, 503);
  assert.equal((await rig.push(event)).status, 503);
  rig.bus.away = false;
  rig.bus.forgetsToAnswer = true;
  assert.equal((await rig.push(event)).status, 503, "nobody knows whether it is durable");
  rig.bus.forgetsToAnswer = false;
  assert.equal((await rig.push(event)).outcome, "dead_letter");
  const ids = rig.bus.on("dead-letters").map((letter) => letter.dead_letter_id);
  assert.equal(ids.length, 2);
  assert.equal(new Set(ids).size, 1, "the same message is the same dead letter");
});

Deno.test("deliver() lets one of two deliveries at the same moment handle the event and refuses the other", async () => {
  await using rig = openRig();
  const working = gate();
  let calls = 0;
  rig.handle = async () => {
    calls++;
    await working.opened;
    return "applied";
  };
  const event = await emailEvent();
  const first = rig.push(event);
  await rig.deps.clock.settle();
  const second = await rig.push(event, { message_id: "another" });
  assert.deepEqual([second.status, second.outcome, second.retry_after_ms], [503, "busy", LEASE_TTL_MS]);
  working.open();
  assert.equal((await first).outcome, "handled");
  assert.equal((await rig.push(event, { message_id: "another" })).outcome, "duplicate");
  assert.equal(calls, 1);
});

Deno.test("deliver() keeps the claim of a long handling until the ack deadline", async () => {
  await using rig = openRig();
  const working = gate();
  rig.handle = async () => {
    await working.opened;
    return "applied";
  };
  const event = await emailEvent();
  const first = rig.push(event);
  for (let second = 0; second < 110; second += 5) {
    await rig.deps.clock.advance(5_000);
    assert.equal((await rig.push(event)).outcome, "busy", `after ${second + 5} s`);
  }
  working.open();
  assert.equal((await first).outcome, "handled");
  assert.equal(rig.deps.clock.sleeping, 1, "one timer, whatever was handled");
  await rig.deps.clock.advance(2_000);
  assert.equal(rig.deps.clock.sleeping, 0, "and none when nothing is");
});

Deno.test("deliver() goes on and acknowledges when the claim can't be renewed", async () => {
  const faults: Faults = { ...noFaults(), renew: "before" };
  await using rig = openRig({ state: (state) => faultyState(state, faults) });
  const working = gate();
  rig.handle = async () => {
    await working.opened;
    return "applied";
  };
  const first = rig.push(await emailEvent());
  await rig.deps.clock.advance(30_000);
  working.open();
  assert.equal((await first).outcome, "handled");
});

Deno.test("deliver() aborts the handler at the ack deadline and counts a failure", async () => {
  await using rig = openRig();
  let aborted: unknown;
  rig.handle = (_event, _document, { signal }) =>
    new Promise((_resolve, reject) =>
      signal.addEventListener("abort", () => {
        aborted = signal.reason;
        reject(new DOMException("aborted", "AbortError"));
      })
    );
  const event = await emailEvent();
  const answer = rig.push(event);
  await rig.deps.clock.advance(119_000);
  assert.equal(aborted, undefined);
  await rig.deps.clock.advance(2_000);
  assert.deepEqual(await answer, { status: 503, outcome: "failed", retry_after_ms: 0 });
  assert.match(String(aborted), /within 120 s/);
  await rig.deps.clock.advance(LEASE_TTL_MS);
  const claim = await rig.state.claims.claim(LOADER, event.event_id);
  assert.equal(claim.kind === "claimed" && claim.failures, 1);
});

Deno.test("deliver() does not count a deadline that passed while a store was away", async () => {
  await using rig = openRig();
  rig.handle = (_event, _document, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new StoreAwayError("The index"))));
  const answer = rig.push(await emailEvent());
  await rig.deps.clock.advance(122_000);
  assert.equal((await answer).outcome, "away");
});

Deno.test("deliver() answers for a handler that ignores its signal, and keeps its place taken until it ends", async () => {
  await using rig = openRig();
  const endless = gate();
  let calls = 0;
  rig.handle = async () => {
    calls++;
    await endless.opened;
    return "applied";
  };
  const stuck = await Promise.all(
    Array.from({ length: 50 }, (_, at) => emailEvent({ revision: 1_000_000 + at })),
  );
  const answers = stuck.map((event) => rig.push(event));
  const waiting = rig.push(await emailEvent());
  await rig.deps.clock.advance(124_000);
  for (const answer of answers) assert.equal((await answer).outcome, "failed");
  assert.equal(calls, 50, "the next one must not start beside them");
  endless.open();
  assert.equal((await waiting).outcome, "full", "it waited too long to be begun");
});

Deno.test("a process that dies with the fifth attempt in sight loses nothing and makes no dead letter", async () => {
  await using rig = openRig({ handle: () => Promise.reject(new Error("failed")) });
  const event = await emailEvent();
  for (let failure = 1; failure < HANDLER_FAILURES_MAX; failure++) await rig.push(event);
  // It dies within the handler: nothing is completed or released, the claim ends by itself.
  const claim = await rig.state.claims.claim(LOADER, event.event_id);
  assert.equal(claim.kind === "claimed" && claim.failures, HANDLER_FAILURES_MAX - 1);
  assert.equal((await rig.push(event)).outcome, "busy");
  await rig.deps.clock.advance(LEASE_TTL_MS);
  rig.handle = () => Promise.resolve("applied");
  assert.equal((await rig.push(event, { attempt: 99 })).outcome, "handled");
  assert.equal(rig.bus.kept.length, 0);
});

Deno.test("stop() refuses newcomers, aborts handlers without counting a failure, and waits for them", async () => {
  await using rig = openRig();
  rig.handle = (_event, _document, { signal }) =>
    new Promise((_resolve, reject) =>
      signal.addEventListener("abort", () => void rig.deps.clock.sleep(400).then(() => reject(new Error("stopped"))))
    );
  const event = await emailEvent();
  const answer = rig.push(event);
  await rig.deps.clock.settle();
  const stopped = rig.dispatcher.stop(5_000);
  const newcomer = await rig.push(await emailEvent({ revision: 7 }));
  assert.deepEqual([newcomer.status, newcomer.outcome], [503, "stopping"]);
  await rig.deps.clock.runUntil(stopped);
  assert.equal((await answer).outcome, "stopping");
  const claim = await rig.state.claims.claim(LOADER, event.event_id);
  assert.equal(claim.kind === "claimed" && claim.failures, 0);
});

Deno.test("stop() lets a handler finish that needs less than half of the grace period", async () => {
  await using rig = openRig();
  rig.handle = async (_event, _document, { signal }) => {
    await rig.deps.clock.sleep(900, signal);
    return "applied";
  };
  const answer = rig.push(await emailEvent());
  await rig.deps.clock.settle();
  await rig.deps.clock.runUntil(rig.dispatcher.stop(2_000), { stepMs: 50 });
  assert.equal((await answer).outcome, "handled");
});

Deno.test("stop() gives up handlers that do not stop within the grace period", async () => {
  await using rig = openRig({ handle: () => new Promise(() => {}) });
  const answer = rig.push(await emailEvent());
  await rig.deps.clock.settle();
  const started = rig.deps.clock.now();
  await rig.deps.clock.runUntil(rig.dispatcher.stop(1_000));
  assert.equal(rig.deps.clock.now() - started, 1_000);
  assert.equal((await answer).outcome, "stopping");
});

Deno.test("deliver() refuses what a mistake of ours kept it from reading, and makes no dead letter of it", async () => {
  await using rig = openRig();
  const body = pushBody(LOADER, await emailEvent());
  const answer = await rig.dispatcher.deliver(LOADER, {
    bytes: body.length,
    text: () => Promise.resolve(body),
    header: () => {
      throw new TypeError("a mistake");
    },
  });
  assert.deepEqual([answer.status, answer.outcome], [503, "failed"]);
  assert.equal(rig.bus.kept.length, 0);
});

Deno.test("deliver() leaves an unreadable push for dead-letters-store on the bus", async () => {
  const store = "dead-letters-store";
  await using rig = openRig({ subscriptions: [store] });
  assert.equal((await rig.deliver(store, "{")).status, 503);
  assert.equal(rig.bus.kept.length, 0);
});
