/** A subscription that is set back: what was done before is done once more, by every instance that was told in time. */
import assert from "node:assert/strict";
import { recordSeek, SEEK_KNOWN_MS } from "../../consumers/dispatch/mod.ts";
import { faultyState, noFaults } from "./faulty_state.ts";
import { emailEvent, LOADER, openRig, pushBody } from "./dispatch_rig.ts";

/** When the messages of a rig's push bodies were published. */
const PUBLISHED = Date.parse("2026-03-02T08:59:00.123Z");

const handledBy = (done: string[]) => (event: { readonly event_id: string }) => {
  done.push(event.event_id);
  return Promise.resolve("applied");
};

Deno.test("a message of a subscription that was set back is handled once more, and then is a duplicate again", async () => {
  const done: string[] = [];
  await using rig = openRig({ handle: handledBy(done) });
  const event = await emailEvent();
  assert.equal((await rig.push(event)).outcome, "handled");
  assert.equal((await rig.push(event)).outcome, "duplicate");
  await rig.deps.clock.advance(1_000);
  await recordSeek(rig.state, LOADER, new Date(PUBLISHED - 60_000));
  await rig.deps.clock.advance(SEEK_KNOWN_MS);
  assert.equal((await rig.push(event)).outcome, "handled");
  assert.equal((await rig.push(event)).outcome, "duplicate");
  assert.equal(done.length, 2);
});

Deno.test("what was published before the time, and other subscriptions, stay done", async () => {
  const done: string[] = [];
  await using rig = openRig({
    handle: handledBy(done),
    subscriptions: [LOADER, "contact-discovery-emails"],
  });
  const event = await emailEvent();
  const other = () => rig.deliver("contact-discovery-emails", pushBody("contact-discovery-emails", event));
  await rig.push(event);
  await other();
  await rig.deps.clock.advance(1_000);
  await recordSeek(rig.state, LOADER, new Date(PUBLISHED + 1_000));
  await rig.deps.clock.advance(SEEK_KNOWN_MS);
  assert.equal((await rig.push(event)).outcome, "duplicate");
  await recordSeek(rig.state, LOADER, new Date(PUBLISHED));
  await rig.deps.clock.advance(SEEK_KNOWN_MS);
  assert.equal((await other()).outcome, "duplicate");
  assert.equal((await rig.push(event)).outcome, "handled");
  assert.equal(done.length, 3);
});

Deno.test("an instance that delivers all the time knows of a seek in time, though it does not read at each delivery", async () => {
  const done: string[] = [];
  let reads = 0;
  await using rig = openRig({
    handle: handledBy(done),
    state(state) {
      const faulty = faultyState(state, noFaults());
      return {
        ...faulty,
        records(scope) {
          const records = faulty.records(scope);
          if (!("system" in scope) || scope.system !== "seeks") return records;
          return {
            ...records,
            list(...args) {
              reads++;
              return records.list(...args);
            },
          };
        },
      };
    },
  });
  const event = await emailEvent();
  await rig.push(event);
  await rig.deps.clock.advance(1);
  await recordSeek(rig.state, LOADER, new Date(PUBLISHED));
  for (let at = 0; at < 60; at++) {
    await rig.deps.clock.advance(SEEK_KNOWN_MS / 60);
    await rig.push(await emailEvent({ revision: event.revision + 1 + at }));
  }
  assert.ok(reads <= 3, `${reads} reads`);
  assert.equal((await rig.push(event)).outcome, "handled");
});

Deno.test("recordSeek() forgets seeks whose claims are gone", async () => {
  await using rig = openRig();
  await recordSeek(rig.state, LOADER, new Date(PUBLISHED));
  await rig.deps.clock.advance(26 * 60 * 60_000);
  await recordSeek(rig.state, "shipments-emails", new Date(PUBLISHED));
  const kept = await rig.state.records({ system: "seeks" }).list("seeks", { limit: 10 });
  assert.deepEqual(kept.map(({ id }) => id.split("|")[0]), ["shipments-emails"]);
});
