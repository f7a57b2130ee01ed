/** How much an instance takes on, and what it answers beyond. */
import assert from "node:assert/strict";
import { faultyState, noFaults } from "./faulty_state.ts";
import { emailEvent, gate, LOADER, openRig, pushBody } from "./dispatch_rig.ts";

/** The loader's mail subscription: 50 at once, an ack deadline of 120 s. */
const BATCH = 50;

Deno.test("deliver() handles one batch at once, queues up to ten, and refuses the next", async () => {
  await using rig = openRig();
  const working = gate();
  let at_once = 0, most = 0;
  rig.handle = async () => {
    most = Math.max(most, ++at_once);
    await working.opened;
    at_once--;
    return "applied";
  };
  const events = await Promise.all(
    Array.from({ length: BATCH * 10 + 1 }, (_, at) => emailEvent({ revision: 1_000_000 + at })),
  );
  const answers = events.map((event) => rig.push(event));
  const refused = await answers.at(-1);
  assert.deepEqual([refused?.status, refused?.outcome], [503, "full"]);
  assert.ok((refused?.retry_after_ms ?? 0) >= 1_000);
  working.open();
  const outcomes = (await Promise.all(answers.slice(0, -1))).map((answer) => answer.outcome);
  assert.ok(outcomes.every((outcome) => outcome === "handled"));
  assert.equal(most, BATCH);
  assert.equal(rig.counted(LOADER, "full"), 1);
  assert.equal((await rig.push(events.at(-1)!)).outcome, "handled", "there is room again");
});

Deno.test("deliver() refuses whoever is expected to wait longer than a quarter of the ack deadline", async () => {
  await using rig = openRig();
  rig.handle = async () => {
    await rig.deps.clock.sleep(40_000);
    return "applied";
  };
  let revision = 1_000_000;
  const push = async () => rig.push(await emailEvent({ revision: revision++ }));
  for (let round = 0; round < 2; round++) await rig.deps.clock.runUntil(push(), { stepMs: 5_000 });
  const admitted: Promise<unknown>[] = [];
  let refused;
  for (let at = 0; refused === undefined && at < BATCH * 10; at++) {
    const answer = push();
    await Promise.race([answer, rig.deps.clock.settle()]);
    if (rig.counted(LOADER, "full") > 0) refused = await answer;
    else admitted.push(answer);
  }
  assert.equal(refused?.outcome, "full");
  // 50 are done in 40 s, so 37 more in the 30 s that one may wait.
  assert.equal(admitted.length, BATCH + 37);
  assert.equal(refused?.retry_after_ms, 30_000);
  await rig.deps.clock.advance(130_000);
});

Deno.test("deliver() bounds the bytes of all that is admitted", async () => {
  await using rig = openRig({ admitted_bytes_max: 10_000 });
  const working = gate();
  rig.handle = async () => {
    await working.opened;
    return "applied";
  };
  const events = await Promise.all(
    Array.from({ length: 20 }, (_, at) => emailEvent({ revision: 1_000_000 + at })),
  );
  const bytes = pushBody(LOADER, events[0]).length;
  const answers = events.map((event) => rig.push(event));
  working.open();
  const handled = (await Promise.all(answers)).filter((answer) => answer.outcome === "handled").length;
  assert.equal(handled, Math.floor(10_000 / bytes));
  assert.equal((await rig.push(events.at(-1)!)).outcome, "handled", "the bytes were given back");
});

Deno.test("deliver() gives back the place of what it can't read", async () => {
  await using rig = openRig();
  for (let time = 0; time < BATCH * 11; time++) await rig.deliver(LOADER, "{");
  assert.equal((await rig.push(await emailEvent())).outcome, "handled");
});

Deno.test("deliver() gives its place to the next while the claim is being completed, and stays admitted", async () => {
  const completing = gate();
  let completions = 0;
  await using rig = openRig({
    state: (state) => {
      const faulty = faultyState(state, noFaults());
      const complete: typeof faulty.claims.complete = async (token, outcome) => {
        completions++;
        await completing.opened;
        return await faulty.claims.complete(token, outcome);
      };
      return { ...faulty, claims: { ...faulty.claims, complete } };
    },
  });
  const events = await Promise.all(
    Array.from({ length: BATCH * 10 + 1 }, (_, at) => emailEvent({ revision: 1_000_000 + at })),
  );
  const answers = events.map((event) => rig.push(event));
  await rig.deps.clock.settle();
  assert.equal(completions, BATCH * 10, "all were handled, though none is completed");
  assert.equal((await answers.at(-1))?.outcome, "full");
  completing.open();
  assert.ok((await Promise.all(answers.slice(0, -1))).every((answer) => answer.outcome === "handled"));
});

for (const [waited_ms, outcome] of [[39_000, "handled"], [41_000, "full"]] as const) {
  Deno.test(`deliver() answers "${outcome}" to who waited ${waited_ms / 1_000} s of 120 s for its turn`, async () => {
    await using rig = openRig();
    const working = gate();
    rig.handle = async () => {
      await working.opened;
      return "applied";
    };
    const events = await Promise.all(
      Array.from({ length: BATCH + 1 }, (_, at) => emailEvent({ revision: 1_000_000 + at })),
    );
    const answers = events.map((event) => rig.push(event));
    await rig.deps.clock.advance(waited_ms);
    working.open();
    assert.equal((await answers.at(-1))?.outcome, outcome);
  });
}
