/** Two instances on one Redis change a person's meetings together. */
import assert from "node:assert/strict";
import type { CalendarEvent } from "../../shared/contracts/documents.ts";
import { exception, openWorld, SUNDAYS } from "../consumers/meetings/meetings_world.ts";
import { servicesTest } from "./available.ts";
import { redisWorld } from "./state_redis_world.ts";

/** A series and its occurrences in two calendars, some of them gone. */
const EVENTS: readonly (Partial<CalendarEvent> | null)[] = Array.from({ length: 24 }, (_, at) => {
  const container = at % 2 === 0 ? "work" : "home";
  const planned = new Date(Date.UTC(2026, 2, 1 + 7 * (at % 4), 8)).toISOString();
  const later = new Date(Date.parse(planned) + at * 60_000).toISOString();
  return [{ ...SUNDAYS, container }, exception(planned, { container, starts_at: later }), {}, null][at % 4] ?? null;
});

servicesTest(
  "Redis: two instances that handle a person's events at once end in the state of one that does so in turn",
  ["redis"],
  async ({ redis }) => {
    await using store = await redisWorld(redis);
    const world = await openWorld({ handles: [store.state, await store.another()] });
    const deliveries = EVENTS.flatMap((said, at) => [{ at, said, revision: 2 }, { at, said: SUNDAYS, revision: 1 }]);
    await Promise.all(deliveries.map(({ at, said, revision }) => world.deliver(`event-${at}`, revision, said)));
    await using plain = await openWorld();
    for (const [at, said] of EVENTS.entries()) await plain.deliver(`event-${at}`, 2, said);
    assert.deepEqual(await world.kept({ events: false }), await plain.kept({ events: false }));
    assert.deepEqual(await world.list(), await plain.list());
    assert.ok((await world.list()).items.length > 4);
  },
);
