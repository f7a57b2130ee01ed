import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Simulator } from "../../scripts/simulator/mod.ts";
import { openEmbedded, type System } from "./system.ts";

/** Histories, each from its own seed. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** Changes a person makes while the faults are on. */
const CHANGES = 60;

/** What goes wrong on the way, all at once. */
function breakThings({ faults }: Simulator): void {
  faults.dropNotifications = 0.3;
  faults.duplicateNotifications = 0.3;
  faults.lateNotifications = 3_000;
  faults.shuffle = true;
  faults.throttle = { share: 0.1, next: 0, retryAfterSeconds: 7 };
  faults.serverErrors = 0.05;
  faults.loseCursorShare = 0.03;
  faults.emptyFirstDelta = true;
  faults.emptyPages = true;
  faults.partialItems = true;
  faults.repeatItemsOnPages = true;
  faults.loseMovedBack = true;
  faults.accessTokenSeconds = 120;
}

function mendThings({ faults }: Simulator): void {
  faults.dropNotifications = 0;
  faults.duplicateNotifications = 0;
  faults.lateNotifications = 0;
  faults.throttle = { share: 0, next: 0, retryAfterSeconds: 7 };
  faults.serverErrors = 0;
  faults.loseCursorShare = 0;
  faults.emptyFirstDelta = false;
}

const Titles = z.object({ hits: z.array(z.object({ title: z.string() })) });

/** One look at all of them, which is far cheaper than a search for each. */
async function hasTitles(system: System, user: string, titles: readonly string[]): Promise<boolean> {
  const answer = await system.get(user, "/v1/search?sort=newest&limit=100");
  const { hits } = Titles.parse(await answer.json());
  assert.ok(titles.length <= 100, "all of them are on one page");
  return isDeepStrictEqual(hits.map(({ title }) => title).toSorted(), titles.toSorted());
}

/** What the person finds is what the provider holds: every mail once, in its last state, and nothing else. */
async function isTrue(system: System, user: string): Promise<boolean> {
  const truth = [...system.simulator.person(user).truth().values()];
  const { documents } = await system.stores.index.stats(user);
  if (documents !== truth.length || !await hasTitles(system, user, truth.map(({ subject }) => subject))) return false;
  for (const mail of truth) {
    const hits = await system.search(user, mail.word);
    if (hits.length !== 1 || hits[0]?.title !== mail.subject) return false;
  }
  return true;
}

for (const seed of SEEDS) {
  Deno.test(`the index converges to what both providers hold, whatever goes wrong on the way (seed ${seed})`, async () => {
    const system = await openEmbedded(seed);
    const { simulator, users } = system;
    try {
      for (const user of users) await system.connect(user);
      breakThings(simulator);
      for (let change = 0; change < CHANGES; change++) {
        for (const user of users) simulator.person(user).randomChange();
        if (change % 3 === 0) await system.rest(700);
        if (change === CHANGES / 2) simulator.faults.historyTooOld = 1;
      }
      mendThings(simulator);
      // The longest of all waits: a poll comes round for whatever no notification told of.
      for (const user of users) await system.until(`${user}'s mail is true`, () => isTrue(system, user), 40 * 60_000);
      const letters = await system.deadLetters();
      assert.deepEqual(letters.filter((letter) => letter.retry_at === ""), [], "nothing was given up");
    } finally {
      await system.close();
    }
  });
}
