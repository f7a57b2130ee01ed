/** Each alert of processing fires when its fault is caused in an app, and is quiet before and after. */
import assert from "node:assert/strict";
import { PermanentError, StoreAwayError } from "../../shared/contracts/errors.ts";
import { openQuiet } from "./alert_world.ts";

Deno.test("alerts fire on poison, failing handlers, and a store that is away for long", async () => {
  const world = await openQuiet();
  const { system } = world;
  const [ada] = system.users;
  const { index } = system.stores;
  const version = index.version.bind(index);
  const failWith = (error: unknown) =>
    Object.assign(index, { version: () => Promise.resolve({ feed: () => Promise.reject(error) }) });
  try {
    failWith(new PermanentError("not_indexable", "The document can't be indexed"));
    system.simulator.person(ada).send({ subject: "Poison" });
    await world.watch(2);
    assert.deepEqual(world.firing(), ["MillracePoisonMessages"]);

    failWith(new TypeError("A bug"));
    system.simulator.person(ada).send({ subject: "Unlucky" });
    await world.watch(2);
    assert.deepEqual(world.firing(), ["MillraceEventProcessingFailures", "MillracePoisonMessages"]);

    failWith(new StoreAwayError("The index"));
    system.simulator.person(ada).send({ subject: "Late" });
    await world.watch(8);
    assert.ok(world.firing().includes("MillraceHighLag"), `${world.firing()}`);
    Object.assign(index, { version });
    await world.watch(3);
    assert.ok(world.firing().includes("MillraceChangesSearchableLate"), `${world.firing()}`);
    assert.ok(!world.firing().includes("MillraceHighLag"), `${world.firing()}`);
    await world.watch(11);
    assert.deepEqual(world.firing(), [], "quiet after");
  } finally {
    await world.close();
  }
});
