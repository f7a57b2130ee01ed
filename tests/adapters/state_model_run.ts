/** Runs arbitrary steps on a store and holds every answer to the model. */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { StateModel } from "./state_model.ts";
import {
  docId,
  emptyHands,
  type Hands,
  keyOf,
  type Op,
  perform,
  RESOURCES,
  Step,
  type Verdict,
} from "./state_steps.ts";
import type { World } from "./state_world.ts";

const MODELS_MAX = 32;

/**
 * The property: whatever the steps, each answer is the model's; of operations that ran at once, in one of their orders.
 * @param runs how many arbitrary lists of steps; each gets a store of its own
 */
export async function modelHolds(
  open: (seed: number) => Promise<World>,
  options: { runs: number; steps: number; seed?: number },
): Promise<void> {
  let seed = 0;
  const property = fc.asyncProperty(fc.array(Step, { maxLength: options.steps, size: "max" }), async (steps) => {
    await using world = await open(++seed);
    await runSteps(world, steps);
  });
  await fc.assert(property, { numRuns: options.runs, ...(options.seed === undefined ? {} : { seed: options.seed }) });
}

/** One list of steps, such as a counterexample of before. */
export async function runSteps(world: World, steps: readonly Step[]): Promise<void> {
  // Several, while the answers so far leave it open in which order two operations took effect.
  let models = [new StateModel(RESOURCES)];
  const hands = emptyHands();
  const others = [await world.another(), await world.another()];
  for (const step of steps) {
    if (step.step === "move") {
      await world.move(step.ms);
      const now = await nowMs(world);
      for (const model of models) model.pass(now);
    } else if (step.step === "die") {
      const before = await nowMs(world);
      await world.restart();
      if (!world.dies_with_process) continue;
      // Its time may go back over a restart (never to before a revision was issued), which the model doesn't follow:
      // it is moved on to where it was, and looks at its clock, for what it has not seen it can't hold on to.
      await world.move(Math.max(0, before - await nowMs(world)));
      await nowMs(world);
      others.fill(world.state);
      for (const model of models) model.die();
    } else models = await runAtOnce(world, others, step.ops, models, hands);
    assertTokensGrow(hands);
  }
  await assertLedgers(world, models);
}

async function nowMs(world: World): Promise<number> {
  return Math.floor(await world.state.micros() / 1_000);
}

/** @returns the models that the answers leave possible */
async function runAtOnce(
  world: World,
  others: readonly World["state"][],
  ops: readonly Op[],
  models: readonly StateModel[],
  hands: Hands,
): Promise<StateModel[]> {
  const now = await nowMs(world);
  const views = [world.state, ...others];
  const verdicts = await Promise.all(ops.map((op) => perform(op, views[op.view] ?? world.state, hands, now)));
  const given = verdicts.filter((verdict): verdict is Verdict => verdict !== undefined);
  const possible = new Map<string, StateModel>();
  for (const model of models) {
    for (const order of [given, given.toReversed()]) {
      const next = model.clone();
      if (order.every((verdict) => verdict(next, now))) possible.set(next.key(), next);
    }
  }
  assert.ok(possible.size > 0, `The store's answers fit no order of ${JSON.stringify(ops)}`);
  assert.ok(possible.size <= MODELS_MAX, "the answers tell too little");
  return [...possible.values()];
}

/** Not by the model but by history alone: once a younger lease was served, no older one ever is. */
function assertTokensGrow(hands: Hands): void {
  for (const tokens of hands.passed) {
    const [previous = 0, latest = 0] = [tokens.at(-3), tokens.at(-1)];
    // The last two may have run at once; the one before them had its answer already.
    assert.ok(latest >= previous, `token ${latest} was served after ${previous}`);
  }
}

async function assertLedgers(world: World, models: readonly StateModel[]): Promise<void> {
  const found = await Promise.all(Array.from({ length: RESOURCES }, async (_, resource) => {
    const ledger = world.state.ledger(keyOf(resource));
    const entries = await ledger.list("", 100);
    return {
      ...await ledger.head(),
      entries: entries.map(({ doc_id, revision, hash }) => ({ doc_id, revision, hash })),
    };
  }));
  const expected = models.map((model) =>
    model.resources.map(({ head, revision, entries }) => ({
      head,
      revision,
      entries: [0, 1, 2].map(docId).flatMap((doc_id) => {
        const entry = entries.get(doc_id);
        return entry === undefined ? [] : [{ doc_id, ...entry }];
      }),
    }))
  );
  assert.ok(expected.some((one) => isDeepStrictEqual(found, one)), `the ledgers hold ${JSON.stringify(found)}`);
}
