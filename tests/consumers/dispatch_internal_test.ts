/** Messages between our own parts: no claim, and a failure that lasts becomes a dead letter that comes back. */
import assert from "node:assert/strict";
import { PermanentError, StoreAwayError, TransientError } from "../../shared/contracts/errors.ts";
import type { DeadLetter, ProviderChange } from "../../shared/contracts/messages.ts";
import { faultyState, noFaults } from "./faulty_state.ts";
import { openRig, pushBody } from "./dispatch_rig.ts";

const CHANGES = "office-provider-changes";
const TASKS = "office-sync-tasks";
const STORE = "dead-letters-store";

function change(over: Partial<ProviderChange> = {}): ProviderChange {
  return {
    change_id: "change_1",
    user_id: "ada",
    connection_id: "connection_1",
    provider: "microsoft",
    resource: "mail",
    cause: "notification",
    requested: 1,
    traceparent: "",
    ...over,
  };
}

/** A rig for `provider-changes` whose handler is `handle`. */
function changesRig(handle: () => Promise<string>) {
  return openRig({
    subscriptions: [CHANGES, TASKS, STORE],
    internal: { "provider-changes": handle, "sync-tasks": handle },
  });
}

Deno.test("deliver() hands an internal message over each time it comes: there is no claim", async () => {
  const seen: ProviderChange[] = [];
  await using rig = openRig({
    subscriptions: [CHANGES],
    internal: {
      "provider-changes": (message) => {
        seen.push(message);
        return Promise.resolve("done");
      },
    },
  });
  for (let time = 0; time < 2; time++) {
    assert.equal((await rig.deliver(CHANGES, pushBody(CHANGES, change()))).outcome, "handled");
  }
  assert.deepEqual(seen, [change(), change()]);
});

Deno.test("deliver() makes a permanent dead letter of an internal message that breaks its contract", async () => {
  await using rig = changesRig(() => Promise.reject(new Error("must not be called")));
  const answer = await rig.deliver(CHANGES, pushBody(CHANGES, { ...change(), resource: "fax" }));
  assert.equal(answer.outcome, "dead_letter");
  const [letter] = rig.bus.on("dead-letters");
  assert.deepEqual([letter?.kind, letter?.topic, letter?.field, letter?.user_id], [
    "permanent",
    "provider-changes",
    "resource",
    "ada",
  ]);
});

Deno.test("deliver() refuses a failing internal message until the fifth attempt, then sets it aside for 5 minutes", async () => {
  await using rig = changesRig(() => Promise.reject(new Error("failed")));
  for (const attempt of [1, 2, 3, 4]) {
    const answer = await rig.deliver(CHANGES, pushBody(CHANGES, change(), { attempt }));
    assert.deepEqual([answer.status, answer.outcome], [503, "failed"]);
  }
  assert.equal((await rig.deliver(CHANGES, pushBody(CHANGES, change(), { attempt: 5 }))).outcome, "dead_letter");
  const [letter] = rig.bus.on("dead-letters");
  assert.equal(letter?.kind, "exhausted");
  assert.equal(letter?.retry_at, new Date(rig.deps.clock.now() + 300_000).toISOString());
});

Deno.test("deliver() refuses an internal message for as long as a store is away", async () => {
  await using rig = changesRig(() => Promise.reject(new StoreAwayError("The state")));
  const answer = await rig.deliver(CHANGES, pushBody(CHANGES, change(), { attempt: 50 }));
  assert.deepEqual(answer, { status: 503, outcome: "away", retry_after_ms: 5_000 });
  assert.equal(rig.bus.kept.length, 0);
});

Deno.test("deliver() sets an internal message aside that a provider told to wait", async () => {
  await using rig = changesRig(() =>
    Promise.reject(new TransientError("throttled", "…", { scope: "one", retry_after_ms: 120_000 }))
  );
  assert.equal(
    (await rig.deliver(
      TASKS,
      pushBody(TASKS, {
        task_id: "task_1",
        kind: "publish_again",
        user_id: "ada",
        connection_id: "connection_1",
        provider: "google",
        resource: "mail",
        doc_ids: ["0".repeat(32)],
        only: [],
        batch_id: "",
        correlation_id: "",
        traceparent: "",
      }),
    )).outcome,
    "dead_letter",
  );
  assert.equal(rig.bus.on("dead-letters")[0]?.retry_at, new Date(rig.deps.clock.now() + 120_000).toISOString());
});

Deno.test("deliver() makes a dead letter of an internal message that its handler calls permanent", async () => {
  await using rig = changesRig(() => Promise.reject(new PermanentError("connection_gone", "…")));
  assert.equal((await rig.deliver(CHANGES, pushBody(CHANGES, change()))).outcome, "dead_letter");
  assert.equal(rig.bus.on("dead-letters")[0]?.kind, "permanent");
});

const LETTER: DeadLetter = {
  dead_letter_id: "letter_1",
  subscription: CHANGES,
  topic: "provider-changes",
  kind: "transient",
  reason: "throttled: …",
  field: "",
  retry_at: "2026-03-02T09:05:00.000Z",
  message_id: "1",
  published_at: "2026-03-02T08:00:00.000Z",
  failed_at: "2026-03-02T09:00:00.000Z",
  attempts: 1,
  user_id: "ada",
  attributes: {},
  data_base64: "e30=",
};

Deno.test("deliver() refuses a dead letter that can't be stored, however often, and makes none of it", async () => {
  const faults = noFaults();
  await using rig = openRig({ subscriptions: [STORE], state: (state) => faultyState(state, faults) });
  faults.commit = "before";
  for (const attempt of [1, 5, 40]) {
    assert.equal((await rig.deliver(STORE, pushBody(STORE, LETTER, { attempt }))).status, 503);
  }
  faults.commit = "none";
  assert.equal((await rig.deliver(STORE, pushBody(STORE, LETTER, { attempt: 41 }))).status, 204);
  assert.equal(rig.bus.kept.length, 0);
});
