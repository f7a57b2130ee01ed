import assert from "node:assert/strict";
import fc from "fast-check";
import { encode } from "../../shared/bus/encode.ts";
import type { Event } from "../../shared/contracts/event.ts";
import type { TopicName } from "../../shared/contracts/names.ts";
import { sampleEvent, topicAndEvent } from "../contracts/event_samples.ts";

function refusal(topic: TopicName, message: object, attributes: Record<string, string> = {}): string {
  const result = encode(topic, { message: message as Event, attributes });
  return result.kind === "refused" ? `${result.field}: ${result.reason}` : "accepted";
}

Deno.test("encode() gives the JSON of every event its contract accepts, and its attributes", () => {
  fc.assert(fc.property(topicAndEvent, ({ topic, event }) => {
    const attributes = { operation: event.operation };
    const result = encode(topic, { message: event, attributes });
    assert.equal(result.kind, "encoded");
    if (result.kind !== "encoded") return;
    assert.deepEqual(JSON.parse(result.text), event);
    assert.deepEqual(result.attributes, attributes);
  }));
});

Deno.test("encode() leaves out what the contract does not know", () => {
  const result = encode("emails", { message: { ...sampleEvent(), secret: "x" } as Event, attributes: {} });
  assert.equal(result.kind === "encoded" && "secret" in JSON.parse(result.text), false);
});

Deno.test("encode() refuses by field what the contract of the topic refuses", () => {
  assert.match(refusal("emails", sampleEvent("emails", { user_id: "a b" })), /^user_id: must be 1 to 64/);
  assert.match(refusal("emails", { ...sampleEvent(), revision: "1" }), /^revision: /);
  assert.match(refusal("emails", { ...sampleEvent(), data: undefined }), /^data: /);
  assert.match(refusal("emails", sampleEvent("emails", { data_ref: "office:ada:email:x" })), /^data: exactly one/);
  assert.match(refusal("sync-tasks", { kind: "publish_again", doc_ids: ["x"] }), /^task_id: /);
  assert.match(
    refusal("sync-tasks", {
      task_id: "t",
      kind: "publish_again",
      user_id: "ada",
      connection_id: "c",
      provider: "google",
      resource: "mail",
      doc_ids: ["0".repeat(32), "X"],
      only: [],
      batch_id: "",
      correlation_id: "",
      traceparent: "",
    }),
    /^doc_ids\.1: must be 32 hex digits/,
  );
});

Deno.test("encode() refuses a valid event on the topic of another kind of document", () => {
  assert.equal(refusal("calendars", sampleEvent("emails")), "doc_type: must be calendar on topic calendars");
});

Deno.test("encode() keeps a secret out of its reasons", () => {
  const secret = "hunter2-hunter2";
  for (const field of Object.keys(sampleEvent())) {
    for (const wrong of [{ secret }, [secret], `${secret} ${"x".repeat(600)}`]) {
      assert.doesNotMatch(refusal("emails", { ...sampleEvent(), data_ref: "r", [field]: wrong }), /hunter2/);
    }
  }
});

Deno.test("encode() refuses attributes beyond the bus's limits and accepts those at them", () => {
  const attributes = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, "v"]));
  assert.equal(refusal("emails", sampleEvent(), attributes(100)), "accepted");
  assert.match(refusal("emails", sampleEvent(), attributes(101)), /^attributes: .*100/);
  assert.equal(refusal("emails", sampleEvent(), { ["ä".repeat(128)]: "€".repeat(341) }), "accepted");
  assert.match(refusal("emails", sampleEvent(), { ["ä".repeat(129)]: "v" }), /^attributes: .*256/);
  assert.match(refusal("emails", sampleEvent(), { only: "€".repeat(342) }), /^attributes\.only: .*1024/);
  assert.match(refusal("emails", sampleEvent(), { "": "v" }), /^attributes: /);
  assert.match(refusal("emails", sampleEvent(), { googclient_x: "v" }), /^attributes\.googclient_x: /);
  assert.match(refusal("emails", sampleEvent(), { n: 1 } as unknown as Record<string, string>), /^attributes\.n: /);
});

Deno.test("encode() refuses a message over ten million bytes, counted in UTF-8", () => {
  assert.equal(refusal("emails", sampleEvent("emails", { data: "x".repeat(9_999_000) })), "accepted");
  assert.match(refusal("emails", sampleEvent("emails", { data: "x".repeat(10_000_000) })), /^: .*10000000 bytes/);
  assert.match(refusal("emails", sampleEvent("emails", { data: "€".repeat(3_400_000) })), /^: /);
});
