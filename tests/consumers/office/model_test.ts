import assert from "node:assert/strict";
import fc from "fast-check";
import { TransientError } from "../../../shared/contracts/errors.ts";
import { openWorld, type World } from "./world.ts";

/** Histories per run; each is reproduced by the seed that fast-check prints. */
const HISTORIES = 40;

const FOLDERS = ["inbox", "archive", "trash"];
const IDS = ["m0", "m1", "m2", "m3", "m4", "m5"];

const anId = fc.constantFrom(...IDS);
const aFolder = fc.constantFrom(...FOLDERS);

/** What may happen at the provider and to the processes. */
const anAct = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("put" as const), id: anId, folder: aFolder }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("move" as const), id: anId, folder: aFolder }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("touch", "remove", "bounce"), id: anId }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lose" as const), folder: aFolder }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("sync", "notify", "wait") }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("kill" as const), after: fc.nat({ max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("throttle" as const), after: fc.nat({ max: 5 }) }) },
);
type Act = typeof anAct extends fc.Arbitrary<infer T> ? T : never;

/** Counts the world's calls to the provider and the bus, and strikes at one of them. */
function strike(world: World, after: number, blow: () => void): void {
  let calls = 0;
  const hook = () => {
    if (calls++ === after) blow();
  };
  world.provider.during = hook;
  world.bus.before = hook;
  world.bus.after = hook;
}

function calm(world: World): void {
  world.provider.during = () => {};
  world.bus.before = () => {};
  world.bus.after = () => {};
}

async function perform(world: World, act: Act, step: number): Promise<void> {
  const { provider } = world;
  switch (act.kind) {
    case "put":
      if (provider.items.has(act.id)) provider.edit(act.id, `edited at ${step}`);
      else provider.put(act.id, act.folder, `made at ${step}`);
      return;
    case "move":
      if (provider.items.has(act.id)) provider.move(act.id, act.folder);
      return;
    case "touch":
      if (provider.items.has(act.id)) provider.touch(act.id, `touched at ${step}`);
      return;
    case "remove":
      if (provider.items.has(act.id)) provider.remove(act.id);
      return;
    case "bounce":
      if (provider.items.has(act.id)) provider.bounce(act.id);
      return;
    case "lose":
      provider.loseCursor(act.folder);
      return;
    case "notify":
      await world.signal("notification");
      return;
    case "wait":
      await world.clock.advance(20_000);
      return;
    case "sync":
      await world.signal("poll");
      await world.settle(world.start());
      return;
    case "kill": {
      await world.signal("poll");
      if (world.bus.changes.length === 0) return;
      const change = world.take();
      const process = world.start();
      strike(world, act.after, () => process.kill());
      process.handle(change).catch(() => {});
      await world.clock.advance(16_000);
      calm(world);
      // The bus delivers again what nobody acknowledged.
      world.bus.changes.push(change);
      return;
    }
    case "throttle":
      await world.signal("poll");
      strike(world, act.after, () => {
        throw new TransientError("throttled", "wait", { retry_after_ms: 30_000 });
      });
      if (world.bus.changes.length > 0) {
        const change = world.take();
        await world.clock.runUntil(world.start().handle(change).catch(() => {}), { stepMs: 250, limitMs: 400_000 });
        world.bus.changes.push(change);
      }
      calm(world);
      return;
  }
}

Deno.test("office converges to the provider's state under moves, lost cursors, throttling and crashes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anAct, { minLength: 5, maxLength: 30 }), async (acts) => {
      const world = await openWorld(FOLDERS);
      try {
        for (const [step, act] of acts.entries()) await perform(world, act, step);
        // At rest: whatever a lost notification left behind is found by the next poll.
        await world.clock.advance(40_000);
        await world.signal("poll");
        await world.settle(world.start());
        await world.clock.advance(700_000);
        await world.signal("poll");
        await world.settle(world.start());
        const truth = new Map([...world.provider.items].map(([id, { subject, folder }]) => [id, { subject, folder }]));
        assert.deepEqual(new Map([...world.bus.converged()].sort()), new Map([...truth].sort()));
        const ids = world.bus.events.map((event) => `${event.doc_id}@${event.revision}`);
        assert.equal(new Set(ids).size, ids.length, "a revision of a document is published once");
      } finally {
        await world.close();
      }
    }),
    { numRuns: HISTORIES },
  );
});
