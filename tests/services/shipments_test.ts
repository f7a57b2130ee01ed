/** Two instances on one Redis change a person's shipments together. */
import assert from "node:assert/strict";
import { openWorld, OTHER_UPS, STORY, type Told } from "../consumers/shipments/shipments_world.ts";
import { servicesTest } from "./available.ts";
import { redisWorld } from "./state_redis_world.ts";

/** One order, its two parcels, and enough mails about them to get in each other's way. */
const MAILS: readonly (Told | null)[] = Array.from({ length: 24 }, (_, at) => {
  const story = [STORY.ordered, STORY.shipped, STORY.tomorrow, STORY.delivered, null][at % 5] ?? null;
  if (story === null || at % 2 === 0) return story;
  return { ...story, body: story.body.replace(/1Z\w{16}/, OTHER_UPS) };
});

servicesTest(
  "Redis: two instances that handle a person's mails at once end in the state of one that does so in turn",
  ["redis"],
  async ({ redis }) => {
    await using store = await redisWorld(redis);
    const world = await openWorld([store.state, await store.another()]);
    const deliveries = MAILS.flatMap((
      told,
      at,
    ) => [{ at, told, revision: 2 }, { at, told: STORY.shipped, revision: 1 }]);
    await Promise.all(deliveries.map(({ at, told, revision }) => world.deliver(`mail-${at}`, revision, told)));
    await using plain = await openWorld();
    for (const [at, told] of MAILS.entries()) await plain.deliver(`mail-${at}`, 2, told);
    assert.deepEqual(await world.kept({ mails: false }), await plain.kept({ mails: false }));
    assert.equal((await world.list()).length, 2);
  },
);
