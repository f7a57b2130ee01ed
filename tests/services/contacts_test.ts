/** Two instances on one Redis change a person's contacts together. */
import assert from "node:assert/strict";
import type { NormalisedDocument } from "../../shared/contracts/documents.ts";
import { invited, mail, meeting, openWorld } from "../consumers/contacts/contacts_world.ts";
import { servicesTest } from "./available.ts";
import { redisWorld } from "./state_redis_world.ts";

/** Documents about the same three people, some of which are deleted. */
const DOCUMENTS: readonly (NormalisedDocument | null)[] = Array.from({ length: 24 }, (_, at) => {
  const told = [
    mail({ from: "Anna Müller <anna@firm.example>", cc: ["Kim Berg <kim@firm.example>"] }),
    mail({ from: "Müller, Anna <anna@home.example>" }),
    mail({ to: ["kim@firm.example", "anna@firm.example"], folder_role: "sent" }),
    meeting({ attendees: [invited("Jo Lind <jo@firm.example>"), invited("Anna Müller <anna@home.example>")] }),
    null,
  ];
  return told[at % told.length] ?? null;
});

servicesTest(
  "Redis: two instances that handle a person's documents at once end in the state of one that does so in turn",
  ["redis"],
  async ({ redis }) => {
    await using store = await redisWorld(redis);
    const world = await openWorld([store.state, await store.another()]);
    const former = mail({ from: "Kim Berg <kim@firm.example>" });
    const deliveries = DOCUMENTS.flatMap((told, at) => [{ at, told, revision: 2 }, { at, told: former, revision: 1 }]);
    await Promise.all(deliveries.map(({ at, told, revision }) => world.deliver(`d${at}`, revision, told)));
    await using plain = await openWorld();
    for (const [at, told] of DOCUMENTS.entries()) await plain.deliver(`d${at}`, 2, told);
    assert.deepEqual(await world.kept({ documents: false }), await plain.kept({ documents: false }));
    assert.equal((await world.list()).length, 3);
  },
);
