/** Which version of the index an event reaches, while there are two. */
import assert from "node:assert/strict";
import { createDispatcher } from "../../consumers/dispatch/mod.ts";
import { adoptForwarded } from "../../consumers/dead_letters/forwarded.ts";
import { feedsOf, toldBy } from "../../consumers/vespa_loader/mod.ts";
import { FIRST_VERSIONS, type IndexVersions } from "../../shared/contracts/index_versions.ts";
import { subscriptionNamed, SUBSCRIPTIONS, versionedSubscriptions } from "../../shared/contracts/subscriptions.ts";
import { openSqliteIndexes } from "../../shared/index/sqlite/mod.ts";
import { VersionRecord } from "../../shared/index/version_record.ts";
import { VersionedIndex } from "../../shared/index/versioned.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import { testDeps } from "../routes/test_app.ts";
import { RecordingBus } from "./recording_bus.ts";

function open() {
  const deps = testDeps();
  const state = openSqliteState({ path: ":memory:", clock: deps.clock, random: deps.random });
  const [ours, theirs] = [new VersionRecord(state, deps.clock), new VersionRecord(state, deps.clock)];
  const index = new VersionedIndex(openSqliteIndexes({ folder: "", clock: deps.clock }), () => ours.read());
  index.version = (version) => Promise.resolve(Object.assign(Object.create(index), { number: version }));
  const fed = async (subscription: string) => {
    const found = await feedsOf(index, ours)(subscription);
    return found === null ? null : [(found.index as typeof found.index & { number: number }).number, found.active];
  };
  const set = (over: Partial<IndexVersions>) => theirs.change((before) => ({ ...before, ...over }));
  return { deps, state, ours, fed, set };
}

Deno.test("subscriptions of an index version are the loader's own seven, by name and back", () => {
  const versioned = versionedSubscriptions(2);
  const loader = SUBSCRIPTIONS.filter(({ service }) => service === "vespa-loader");
  assert.deepEqual(versioned.map(({ name }) => name), loader.map(({ name }) => `${name}-v2`));
  for (const [at, config] of versioned.entries()) {
    assert.deepEqual({ ...config, name: "" }, { ...loader[at], name: "" });
    assert.deepEqual(subscriptionNamed(config.name), config);
  }
  for (
    const name of ["vespa-loader-emails-v0", "vespa-loader-emails-v02", "shipments-emails-v2", "vespa-loader-x-v2"]
  ) {
    assert.equal(subscriptionNamed(name), undefined, name);
  }
});

Deno.test("feedsOf() feeds the base by the table and a version by its own, also one begun elsewhere a moment ago", async () => {
  const { fed, set, state, ours } = open();
  assert.deepEqual(await fed("vespa-loader-emails"), [1, true]);
  // The record in memory is fresh still, and an event of the new version must not be dropped by it.
  await set({ extra: 2, newest: 2 });
  assert.deepEqual(await fed("vespa-loader-emails-v2"), [2, false]);
  assert.deepEqual(await fed("vespa-loader-emails"), [1, true]);
  await set({ active: 2 });
  await ours.readNow();
  assert.deepEqual([await fed("vespa-loader-emails"), await fed("vespa-loader-emails-v2")], [[1, false], [2, true]]);
  // Ended: both feed the version that is left, until the version's own subscriptions are gone.
  await set({ base: 2, extra: 0 });
  await ours.readNow();
  assert.deepEqual([await fed("vespa-loader-emails"), await fed("vespa-loader-emails-v2")], [[2, true], [2, true]]);
  assert.equal(await fed("vespa-loader-emails-v3"), null);
  await state.close();
});

Deno.test("toldBy() names the subscription that feeds the version that is searched", async () => {
  const { ours, set, state } = open();
  const told = toldBy(ours);
  assert.equal(await told("vespa-loader-todos"), "vespa-loader-todos");
  await set({ active: 2, extra: 2, newest: 2 });
  await ours.readNow();
  assert.equal(await told("vespa-loader-todos"), "vespa-loader-todos-v2");
  await set({ ...FIRST_VERSIONS, active: 2, base: 2, newest: 2 });
  await ours.readNow();
  assert.equal(await told("vespa-loader-todos"), "vespa-loader-todos");
  await state.close();
});

Deno.test("dispatch serves a version's subscriptions where it serves the loader's, each by its own lane", () => {
  const { deps, state } = open();
  const serving = (service: "vespa-loader" | "shipments") =>
    createDispatcher({
      state,
      bus: new RecordingBus(),
      deps,
      subscriptions: SUBSCRIPTIONS.filter((config) => config.service === service),
      consumers: [{ service, kind: "events", handle: () => Promise.resolve("applied") }],
      topic_prefix: "",
    });
  assert.ok(serving("vespa-loader").serves("vespa-loader-emails-v2"));
  assert.ok(!serving("vespa-loader").serves("vespa-loader-nonsense-v2"));
  assert.ok(!serving("shipments").serves("vespa-loader-emails-v2"));
  assert.ok(!serving("shipments").serves("shipments-emails-v2"));
});

Deno.test("a message that the bus gave up is a dead letter of the version's subscription", async () => {
  const raw = {
    message_id: "1",
    published_at: "2026-03-02T09:00:00.000Z",
    attempt: 1,
    attributes: { CloudPubSubDeadLetterSourceSubscription: "test-vespa-loader-emails-v2" },
    data_base64: "",
  };
  const letter = await adoptForwarded(raw, "test-", 0);
  assert.deepEqual([letter.subscription, letter.topic], ["vespa-loader-emails-v2", "emails"]);
});
