/** Documents by reference, and the refetch of those that are gone. */
import assert from "node:assert/strict";
import { sweepRefetches } from "../../consumers/dispatch/mod.ts";
import type { NormalisedDocument } from "../../shared/contracts/documents.ts";
import type { Event } from "../../shared/contracts/event.ts";
import { officeKey } from "../../shared/contracts/keys.ts";
import type { State } from "../../shared/state/port.ts";
import { faultyState, noFaults } from "./faulty_state.ts";
import { DOC_ID, emailEvent, LOADER, openRig, pushBody, sampleEmail } from "./dispatch_rig.ts";

const REF = { user_id: "ada", doc_type: "email", doc_id: DOC_ID } as const;
const REVISION = Date.UTC(2026, 2, 2, 8) * 1_000;

function referring(over: Partial<Event> = {}): Promise<Event> {
  return emailEvent({ data: "", data_ref: officeKey("ada", "email", DOC_ID), revision: REVISION, ...over });
}

function keep(state: State, revision: number, title = "kept"): Promise<readonly boolean[]> {
  return state.refs.put([{ ...REF, revision, hash: "h", data: JSON.stringify(sampleEmail({ title })) }]);
}

Deno.test("deliver() looks a referred document up by the event's own user, type and id", async () => {
  await using rig = openRig();
  let seen: [number, NormalisedDocument | null] | undefined;
  rig.handle = (event, document) => {
    seen = [event.revision, document];
    return Promise.resolve("applied");
  };
  await keep(rig.state, REVISION);
  assert.equal((await rig.push(await referring())).outcome, "handled");
  assert.deepEqual(seen, [REVISION, sampleEmail({ title: "kept" })]);
});

Deno.test("deliver() applies a newer value with the value's revision", async () => {
  await using rig = openRig();
  let revision = 0;
  rig.handle = (event) => {
    revision = event.revision;
    return Promise.resolve("applied");
  };
  await keep(rig.state, REVISION + 5);
  await rig.push(await referring());
  assert.equal(revision, REVISION + 5);
});

for (
  const [what, prepare] of [
    ["gone", () => Promise.resolve()],
    ["older than the event", (state: State) => keep(state, REVISION - 1)],
  ] as const
) {
  Deno.test(`deliver() asks once for a document whose reference is ${what}, and acknowledges`, async () => {
    await using rig = openRig({ handle: () => Promise.reject(new Error("must not be called")) });
    await prepare(rig.state);
    const event = await referring({ batch_id: "batch_1" });
    assert.deepEqual(await rig.push(event), { status: 204, outcome: "refetch", retry_after_ms: 0 });
    const [task, ...others] = rig.bus.on("sync-tasks");
    assert.deepEqual(others, []);
    assert.deepEqual({ ...task, task_id: "" }, {
      task_id: "",
      kind: "publish_again",
      user_id: "ada",
      connection_id: "connection_1",
      provider: "microsoft",
      resource: "mail",
      doc_ids: [DOC_ID],
      only: [LOADER],
      batch_id: "batch_1",
      correlation_id: "correlation_1",
      traceparent: event.traceparent,
    });
    assert.equal((await rig.push(event)).outcome, "duplicate");
  });
}

Deno.test("deliver() lets one refetch stand for all events of a document that were read before it", async () => {
  await using rig = openRig();
  for (const offset of [0, 1, 2]) {
    assert.equal((await rig.push(await referring({ revision: REVISION + offset }))).outcome, "refetch");
  }
  assert.equal(rig.bus.on("sync-tasks").length, 1);
  // Read after the refetch was asked for: what the refetch will bring may be older than this.
  await rig.push(await referring({ revision: (rig.deps.clock.now() + 1_000) * 1_000 }));
  assert.equal(rig.bus.on("sync-tasks").length, 2);
  await rig.deps.clock.advance(10 * 60_000);
  await rig.push(await referring({ revision: REVISION + 3 }));
  assert.equal(rig.bus.on("sync-tasks").length, 3);
});

Deno.test("deliver() asks for each subscription by itself, since a refetch goes to one alone", async () => {
  const discovery = "contact-discovery-emails";
  await using rig = openRig({ subscriptions: [LOADER, discovery] });
  const event = await referring();
  await rig.push(event);
  assert.equal((await rig.deliver(discovery, pushBody(discovery, event))).outcome, "refetch");
  assert.deepEqual(rig.bus.on("sync-tasks").map((task) => task.kind === "publish_again" && task.only), [[LOADER], [
    discovery,
  ]]);
});

Deno.test("deliver() refuses when the refetch can't be published, and asks when it can", async () => {
  await using rig = openRig();
  rig.bus.away = true;
  const event = await referring();
  assert.equal((await rig.push(event)).outcome, "away");
  rig.bus.away = false;
  assert.equal((await rig.push(event)).outcome, "refetch");
  assert.equal(rig.bus.on("sync-tasks").length, 1);
});

Deno.test("a crash between the publish of a refetch and its note publishes it again", async () => {
  const faults = noFaults();
  await using rig = openRig({ state: (state) => faultyState(state, faults) });
  faults.commit = "before";
  const event = await referring();
  assert.equal((await rig.push(event)).status, 503);
  faults.commit = "none";
  assert.equal((await rig.push(event)).outcome, "refetch");
  assert.equal(rig.bus.on("sync-tasks").length, 2);
});

Deno.test("deliver() refuses when the references are away", async () => {
  const faults = noFaults();
  await using rig = openRig({ state: (state) => faultyState(state, faults) });
  await keep(rig.state, REVISION);
  faults.refs = "before";
  assert.equal((await rig.push(await referring())).outcome, "away");
  assert.equal(rig.bus.kept.length, 0);
  faults.refs = "none";
  assert.equal((await rig.push(await referring())).outcome, "handled", "the claim was given back");
});

Deno.test("sweepRefetches() removes the notes that stand for nothing any more", async () => {
  await using rig = openRig();
  const notes = () => rig.state.records({ system: "refetches" }).list("refetches", { limit: 10 });
  await rig.push(await referring());
  await rig.deps.clock.advance(9 * 60_000);
  const other = "0".repeat(32);
  await rig.deliver(
    LOADER,
    pushBody(LOADER, await referring({ doc_id: other, data_ref: officeKey("ada", "email", other) })),
  );
  await rig.deps.clock.advance(2 * 60_000);
  assert.equal((await notes()).length, 2);
  assert.deepEqual(await sweepRefetches(rig.state), { done: 1, more: false });
  assert.deepEqual((await notes()).map(({ id }) => id), [`${LOADER}|${other}`]);
});
