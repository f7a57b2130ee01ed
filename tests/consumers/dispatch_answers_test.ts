/** What each kind of delivery is answered, and what else it leaves behind: dead letters, counters, one log line. */
import assert from "node:assert/strict";
import type { NormalisedDocument } from "../../shared/contracts/documents.ts";
import { PermanentError, TransientError } from "../../shared/contracts/errors.ts";
import type { Event } from "../../shared/contracts/event.ts";
import { HANDLER_FAILURES_MAX, subscriptionNamed } from "../../shared/contracts/subscriptions.ts";
import { createDispatcher } from "../../consumers/dispatch/mod.ts";
import type { Delivery } from "../../consumers/registry.ts";
import { emailEvent, LOADER, openRig, pushBody, sampleEmail } from "./dispatch_rig.ts";

Deno.test("deliver() hands the event, its document and what the bus said to the handler and acknowledges", async () => {
  await using rig = openRig();
  const calls: [Event, NormalisedDocument | null, Delivery][] = [];
  rig.handle = (...call) => {
    calls.push(call);
    return Promise.resolve("applied");
  };
  const event = await emailEvent();
  const answer = await rig.push(event, { message_id: "77", attempt: 3 });
  assert.deepEqual(answer, { status: 204, outcome: "handled", retry_after_ms: 0 });
  const [handled, document, delivery] = calls[0]!;
  assert.deepEqual(handled, event);
  assert.deepEqual(document, sampleEmail());
  assert.equal(delivery.subscription, LOADER);
  assert.equal(delivery.message_id, "77");
  assert.equal(delivery.published_at, "2026-03-02T08:59:00.123Z");
  assert.equal(delivery.attempt, 3);
  assert.equal(delivery.signal.aborted, false);
  assert.equal(delivery.attributes["event_type"], "email.created");
  assert.equal(rig.counted(LOADER, "handled"), 1);
  const claim = await rig.state.claims.claim(LOADER, event.event_id);
  assert.deepEqual(claim, { kind: "done", outcome: "applied" });
});

Deno.test("deliver() gives a delete no document", async () => {
  await using rig = openRig();
  let document: NormalisedDocument | null | undefined;
  rig.handle = (_event, given) => {
    document = given;
    return Promise.resolve("deleted");
  };
  const event = await emailEvent({ operation: "delete", event_type: "email.deleted", data: "" });
  assert.equal((await rig.push(event)).outcome, "handled");
  assert.equal(document, null);
});

Deno.test("deliver() acknowledges a second delivery of an event without handling it", async () => {
  await using rig = openRig();
  let calls = 0;
  rig.handle = () => Promise.resolve(`applied ${++calls}`);
  const event = await emailEvent();
  await rig.push(event);
  const again = await rig.push(event, { message_id: "another" });
  assert.deepEqual(again, { status: 204, outcome: "duplicate", retry_after_ms: 0 });
  assert.equal(calls, 1);
});

Deno.test("deliver() reads unwrapped messages by their headers", async () => {
  await using rig = openRig();
  let delivery: Delivery | undefined;
  rig.handle = (_event, _document, given) => {
    delivery = given;
    return Promise.resolve("applied");
  };
  const answer = await rig.deliver(LOADER, JSON.stringify(await emailEvent()), {
    "x-goog-pubsub-message-id": "99",
    "x-goog-pubsub-publish-time": "2026-03-02T08:59:00.000Z",
    "x-goog-pubsub-subscription-name": `projects/p/subscriptions/${LOADER}`,
    "doc_type": "email",
  });
  assert.equal(answer.status, 204);
  assert.equal(delivery?.message_id, "99");
  assert.equal(delivery?.attributes["doc_type"], "email");
});

Deno.test("deliver() accepts data in the URL alphabet without padding", async () => {
  await using rig = openRig();
  const event = await emailEvent({ correlation_id: "???>>>~~~" });
  const body = JSON.parse(pushBody(LOADER, event));
  body.message.data = body.message.data.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  assert.match(body.message.data, /[-_]/);
  assert.equal((await rig.deliver(LOADER, JSON.stringify(body))).outcome, "handled");
});

Deno.test("deliver() refuses a body that names another subscription and takes one with the prefix", async () => {
  await using rig = openRig({ topic_prefix: "staging-" });
  const event = await emailEvent();
  const other = await rig.push(event, { subscription: "projects/p/subscriptions/shipments-emails" });
  assert.deepEqual(other, { status: 400, outcome: "misrouted", retry_after_ms: 0 });
  assert.equal((await rig.push(event, { subscription: `projects/p/subscriptions/staging-${LOADER}` })).status, 204);
  assert.equal(rig.bus.kept.length, 0);
});

Deno.test("deliver() acknowledges what was published again for others, and handles what is for it too", async () => {
  await using rig = openRig();
  let calls = 0;
  rig.handle = () => Promise.resolve(`${++calls}`);
  const event = await emailEvent();
  const skipped = await rig.push(event, { attributes: { only: "shipments-emails" } });
  assert.deepEqual([skipped.status, skipped.outcome, calls], [204, "skipped", 0]);
  const mine = await rig.push(event, { attributes: { only: `shipments-emails,${LOADER}` } });
  assert.deepEqual([mine.outcome, calls], ["handled", 1]);
});

Deno.test("deliver() drops what is at or below the person's erasure floor, and nothing above it", async () => {
  await using rig = openRig();
  let calls = 0;
  rig.handle = () => Promise.resolve(`${++calls}`);
  const event = await emailEvent();
  await rig.state.records({ user_id: "ada" }).raiseFloor(event.revision);
  assert.equal((await rig.push(event)).outcome, "erased");
  assert.equal(calls, 0);
  assert.equal((await rig.push(await emailEvent({ revision: event.revision + 1 }))).outcome, "handled");
  assert.equal((await rig.push(await emailEvent({ user_id: "ben", doc_id: "0".repeat(32) }))).outcome, "handled");
});

Deno.test("deliver() answers 404 for a subscription that the instance does not serve", async () => {
  await using rig = openRig();
  assert.equal((await rig.deliver("meetings-calendars", "{}")).status, 404);
});

Deno.test("deliver() refuses a newer schema version before it looks at anything else", async () => {
  await using rig = openRig();
  const newer = { ...await emailEvent(), schema_version: 2, provider: "of the future", data: 7 };
  const answer = await rig.deliver(LOADER, pushBody(LOADER, newer));
  assert.deepEqual(answer, { status: 503, outcome: "newer_schema", retry_after_ms: 30_000 });
  assert.equal(rig.bus.kept.length, 0);
});

const INVALID: readonly (readonly [string, (event: Event) => unknown, string, RegExp])[] = [
  ["data that is not JSON", () => "{", "", /event_invalid: The message's data is not JSON/],
  ["a wrong type", (event) => ({ ...event, revision: "1" }), "revision", /event_invalid/],
  ["a missing field", ({ user_id: _user_id, ...event }) => event, "user_id", /event_invalid/],
  ["a schema version that is no number", (event) => ({ ...event, schema_version: "2" }), "schema_version", /event_inv/],
  ["another topic's document type", (event) => ({ ...event, doc_type: "todo" }), "doc_type", /must be email/],
  ["neither data nor reference", (event) => ({ ...event, data: "" }), "data", /exactly one/],
  ["a document that is not JSON", (event) => ({ ...event, data: "{" }), "", /document_invalid/],
  ["a document of the wrong shape", (event) => ({ ...event, data: '{"doc_type":"email"}' }), "data.doc_id", /invalid/],
  [
    "another document",
    (event) => ({ ...event, data: JSON.stringify(sampleEmail({ doc_id: "0".repeat(32) })) }),
    "data.doc_id",
    /not the one/,
  ],
  [
    "another person's reference",
    (event) => ({ ...event, data: "", data_ref: `office:ben:email:${event.doc_id}` }),
    "data_ref",
    /reference_foreign/,
  ],
];

for (const [what, spoil, field, reason] of INVALID) {
  Deno.test(`deliver() makes a permanent dead letter of ${what} and acknowledges`, async () => {
    await using rig = openRig({ handle: () => Promise.reject(new Error("must not be called")) });
    const event = await emailEvent();
    const spoilt = spoil(event);
    const answer = await rig.deliver(LOADER, pushBody(LOADER, spoilt, { message_id: "13", attempt: 2 }));
    assert.deepEqual(answer, { status: 204, outcome: "dead_letter", retry_after_ms: 0 });
    const [letter] = rig.bus.on("dead-letters");
    assert.equal(letter?.kind, "permanent");
    assert.equal(letter?.subscription, LOADER);
    assert.equal(letter?.topic, "emails");
    assert.equal(letter?.field, field);
    assert.match(letter?.reason ?? "", reason);
    assert.equal(letter?.retry_at, "");
    assert.equal(letter?.message_id, "13");
    assert.equal(letter?.attempts, 2);
    assert.equal(letter?.published_at, "2026-03-02T08:59:00.123Z");
    const data = new TextDecoder().decode(Uint8Array.fromBase64(letter?.data_base64 ?? ""));
    assert.equal(data, typeof spoilt === "string" ? spoilt : JSON.stringify(spoilt));
  });
}

const UNREADABLE: readonly (readonly [string, string])[] = [
  ["a body that is not JSON", "{"],
  ["a body of another shape", '{"message":[]}'],
  ["a body without a message id", JSON.stringify({ message: { data: "e30=" }, subscription: LOADER })],
];

for (const [what, body] of UNREADABLE) {
  Deno.test(`deliver() keeps ${what} as one dead letter, however often it comes`, async () => {
    await using rig = openRig();
    assert.equal((await rig.deliver(LOADER, body)).outcome, "dead_letter");
    assert.equal((await rig.deliver(LOADER, body)).outcome, "dead_letter");
    const letters = rig.bus.on("dead-letters");
    assert.match(letters[0]?.reason ?? "", /^push_invalid/);
    assert.equal(new TextDecoder().decode(Uint8Array.fromBase64(letters[0]?.data_base64 ?? "")), body);
    assert.equal(letters[0]?.dead_letter_id, letters[1]?.dead_letter_id);
  });
}

Deno.test("deliver() cuts the body of what is no push delivery at 64 KiB", async () => {
  await using rig = openRig();
  await rig.deliver(LOADER, "x".repeat(100_000));
  assert.equal(Uint8Array.fromBase64(rig.bus.on("dead-letters")[0]?.data_base64 ?? "").length, 65_536);
});

Deno.test("deliver() makes a dead letter of data that is not base64", async () => {
  await using rig = openRig();
  const body = pushBody(LOADER, "{}").replace(/"data":"[^"]*"/, '"data":"%%%"');
  assert.equal((await rig.deliver(LOADER, body)).outcome, "dead_letter");
  assert.match(rig.bus.on("dead-letters")[0]?.reason ?? "", /^data_invalid/);
});

Deno.test("deliver() makes a dead letter of what the handler calls permanent, once", async () => {
  await using rig = openRig();
  rig.handle = () => Promise.reject(new PermanentError("too_many_people", "No room", { field: "data.to" }));
  const event = await emailEvent();
  assert.equal((await rig.push(event)).outcome, "dead_letter");
  assert.equal((await rig.push(event)).outcome, "duplicate");
  const [letter, ...others] = rig.bus.on("dead-letters");
  assert.deepEqual([letter?.kind, letter?.reason, letter?.field, letter?.user_id], [
    "permanent",
    "too_many_people: No room",
    "data.to",
    "ada",
  ]);
  assert.equal(others.length, 0);
});

Deno.test("deliver() refuses what is transient for all, with its wait, and counts no failure", async () => {
  await using rig = openRig();
  rig.handle = () => Promise.reject(new TransientError("index_away", "…", { scope: "whole", retry_after_ms: 7_000 }));
  const event = await emailEvent();
  for (let attempt = 0; attempt < HANDLER_FAILURES_MAX + 2; attempt++) {
    assert.deepEqual(await rig.push(event), { status: 503, outcome: "away", retry_after_ms: 7_000 });
  }
  const claim = await rig.state.claims.claim(LOADER, event.event_id);
  assert.equal(claim.kind === "claimed" && claim.failures, 0);
  assert.equal(rig.bus.kept.length, 0);
});

Deno.test("deliver() sets aside what is transient for one message, with the time to hand it back", async () => {
  await using rig = openRig();
  rig.handle = () => Promise.reject(new TransientError("locked", "…", { scope: "one", retry_after_ms: 90_000 }));
  const event = await emailEvent();
  assert.equal((await rig.push(event)).outcome, "dead_letter");
  const [letter] = rig.bus.on("dead-letters");
  assert.equal(letter?.kind, "transient");
  assert.equal(letter?.retry_at, new Date(rig.deps.clock.now() + 90_000).toISOString());
  rig.handle = () => Promise.resolve("applied");
  assert.equal((await rig.push(event)).outcome, "handled", "the claim was given back");
});

Deno.test("deliver() doubles the wait of what was handed back before, up to an hour", async () => {
  await using rig = openRig();
  rig.handle = () => Promise.reject(new TransientError("locked", "…", { scope: "one", retry_after_ms: 60_000 }));
  const event = await emailEvent();
  for (const replays of ["2", "30", "-1", "x"]) await rig.push(event, { attributes: { replays } });
  const waits = rig.bus.on("dead-letters").map((letter) => Date.parse(letter.retry_at) - rig.deps.clock.now());
  assert.deepEqual(waits, [240_000, 3_600_000, 60_000, 60_000]);
});

Deno.test("deliver() tries a failing handler five times, then makes a dead letter", async () => {
  await using rig = openRig();
  let calls = 0;
  rig.handle = () => Promise.reject(new RangeError(`call ${++calls}`));
  const event = await emailEvent();
  for (let failure = 1; failure < HANDLER_FAILURES_MAX; failure++) {
    // Attempts that the bus counts do not matter: busy and full refusals use them up too.
    assert.deepEqual(await rig.push(event, { attempt: 90 }), { status: 503, outcome: "failed", retry_after_ms: 0 });
  }
  assert.equal(rig.bus.kept.length, 0);
  assert.equal((await rig.push(event, { attempt: 91 })).outcome, "dead_letter");
  const [letter] = rig.bus.on("dead-letters");
  assert.deepEqual([letter?.kind, letter?.reason, letter?.attempts, letter?.retry_at], [
    "exhausted",
    "RangeError: call 5",
    5,
    "",
  ]);
  assert.equal((await rig.push(event)).outcome, "duplicate");
  assert.equal(calls, HANDLER_FAILURES_MAX);
});

Deno.test("deliver() writes one line with what a delivery is known by, and none when the level is off", async () => {
  await using rig = openRig();
  const event = await emailEvent();
  await rig.push(event, { attempt: 2 });
  assert.equal(rig.deps.lines.length, 1);
  const { fields, ...line } = rig.deps.lines[0]!;
  assert.deepEqual(line, { level: "info", message: "push.handled" });
  const { idempotency_key, duration_ms, ...rest } = fields;
  assert.match(idempotency_key ?? "", /^[0-9a-f]{64}$/);
  assert.equal(typeof duration_ms, "number");
  assert.deepEqual(rest, {
    subscription: LOADER,
    topic: "emails",
    service: "vespa-loader",
    outcome: "handled",
    reason: "applied",
    status: 204,
    message_id: "4711",
    attempt: 2,
    trace_id: "0af7651916cd43dd8448eb211c80319c",
    correlation_id: "correlation_1",
    user_id: "ada",
    connection_id: "connection_1",
    provider: "microsoft",
    event_id: event.event_id,
    doc_type: "email",
    doc_id: event.doc_id,
    operation: "create",
    revision: event.revision,
  });
  rig.deps.log.enabled = () => false;
  await rig.push(event);
  assert.equal(rig.deps.lines.length, 1);
  assert.equal(rig.counted(LOADER, "duplicate"), 1);
});

Deno.test("createDispatcher() refuses a subscription without a consumer", async () => {
  await using rig = openRig();
  const { state, bus, deps } = rig;
  const subscriptions = [subscriptionNamed("meetings-calendars")!];
  assert.throws(
    () => createDispatcher({ subscriptions, consumers: [], state, bus, deps, topic_prefix: "" }),
    /meetings-calendars/,
  );
});
