import assert from "node:assert/strict";
import { z } from "zod";
import { backedUp } from "../adapters/state_contract_backup.ts";
import { openEmbedded } from "./system.ts";

const Items = z.object({ items: z.array(z.looseObject({})) });

Deno.test("embedded: restored elsewhere from a backup, all is found again, and what changed meanwhile too", async () => {
  const system = await openEmbedded();
  try {
    for (const user of system.users) await system.connect(user);
    const [ada] = system.users;
    const documents = () =>
      Promise.all(system.users.map(async (user) => (await system.stores.index.stats(user)).documents));
    const contacts = () =>
      Promise.all(system.users.map(async (user) => {
        const answer = await system.get(user, "/v1/contacts?limit=200");
        return Items.parse(await answer.json()).items.length;
      }));
    const reach = async (count: () => Promise<number[]>, least: readonly number[]) =>
      (await count()).every((now, at) => now >= (least[at] ?? 0));
    await system.until("both are read", () => reach(documents, [30, 30]));
    await system.rest(30_000);
    const [documentsBefore, contactsBefore] = [await documents(), await contacts()];
    assert.ok(Math.min(...contactsBefore) > 5);

    await system.moveBy(backedUp);
    assert.deepEqual([await documents(), await contacts()], [[0, 0], contactsBefore], "the index is in no backup");
    system.simulator.person(ada).send({ from: "Kim <kim@later.example>", subject: "Quittenmarmelade", headers: [] });
    await system.until(
      "what came after the backup is found",
      async () => (await system.search(ada, "Quittenmarmelade")).length === 1,
    );
    await system.until("all else is found again", () => reach(documents, documentsBefore), 1_800_000);
    assert.ok(await reach(contacts, contactsBefore));
    // Reading and comparing at once may meet the provider's limits: what was told to wait comes back by itself.
    await system.until("nothing waits any more", async () => (await system.deadLetters()).length === 0);
  } finally {
    await system.close();
  }
});
