import assert from "node:assert/strict";
import avsc from "avsc";
import fc from "fast-check";
import { z } from "zod";
import { avroSchema, compareSchemas } from "../../shared/bus/avro.ts";
import { Event, EventFields } from "../../shared/contracts/event.ts";
import { EventTopic, TOPIC_DOC_TYPES } from "../../shared/contracts/names.ts";
import { sampleEvent, topicAndEvent } from "./event_samples.ts";

const TYPES = Object.fromEntries(
  EventTopic.options.map((topic) => [topic, avsc.Type.forSchema(avroSchema(topic) as avsc.Schema)]),
);

/** Whether Avro's JSON reader takes the text, as the bus does: an unknown field is refused too. */
function avroAccepts(topic: EventTopic, value: object): boolean {
  const type = TYPES[topic];
  assert.ok(type);
  const fields = new Set((type as avsc.types.RecordType).fields.map(({ name }) => name));
  if (Object.keys(value).some((name) => !fields.has(name))) return false;
  try {
    return type.isValid(type.fromString(JSON.stringify(value)));
  } catch {
    return false;
  }
}

Deno.test("avroSchema() accepts every event that its contract accepts", () => {
  fc.assert(fc.property(topicAndEvent, ({ topic, event }) => {
    assert.ok(Event.safeParse(event).success);
    assert.ok(avroAccepts(topic, event));
  }));
});

Deno.test("avroSchema() refuses an event with a missing field, a wrong type, a field too many or a null", () => {
  const names = Object.keys(EventFields.shape);
  fc.assert(fc.property(topicAndEvent, fc.constantFrom(...names), ({ topic, event }, name) => {
    const { [name]: value, ...without } = { ...event } as Record<string, unknown>;
    assert.equal(avroAccepts(topic, without), false);
    for (const wrong of [null, typeof value === "string" ? 7 : "7", [value, value], { string: value }, true]) {
      assert.equal(avroAccepts(topic, { ...event, [name]: wrong }), false, `${name}: ${JSON.stringify(wrong)}`);
    }
    assert.equal(avroAccepts(topic, { ...event, surplus: "" }), false);
  }));
});

Deno.test("avroSchema() refuses an event of another topic, an unknown operation and a fractional revision", () => {
  fc.assert(fc.property(topicAndEvent, fc.constantFrom(...EventTopic.options), ({ topic, event }, other) => {
    assert.equal(avroAccepts(other, event), other === topic);
    assert.equal(avroAccepts(topic, { ...event, operation: "explode" }), false);
    assert.equal(avroAccepts(topic, { ...event, revision: 1.5 }), false);
  }));
});

Deno.test("avroSchema() names the contract's fields in their order and fixes doc_type to the topic", () => {
  const { fields } = avroSchema("todos");
  assert.deepEqual(fields.map(({ name }) => name), Object.keys(EventFields.shape));
  assert.deepEqual(fields.find(({ name }) => name === "doc_type")?.type, {
    type: "enum",
    name: "doc_type",
    symbols: [TOPIC_DOC_TYPES.todos],
  });
  assert.equal(fields.find(({ name }) => name === "revision")?.type, "long");
});

Deno.test("avroSchema() carries a later field with its default, and old and new read each other", () => {
  const later = avroSchema("emails", EventFields.extend({ tenant: z.string().default("") }));
  assert.deepEqual(later.fields.at(-1), { name: "tenant", type: "string", default: "" });
  const before = TYPES.emails;
  const after = avsc.Type.forSchema(later as avsc.Schema);
  assert.ok(before);
  const event = sampleEvent();
  const read = after.fromBuffer(before.toBuffer(event), after.createResolver(before));
  assert.equal(read.tenant, "");
  const back = before.fromBuffer(after.toBuffer({ ...event, tenant: "x" }), before.createResolver(after));
  assert.deepEqual({ ...back }, event);
});

Deno.test("avroSchema() refuses a contract that Avro's JSON cannot carry flat", () => {
  const derive = (field: z.ZodType) => () => avroSchema("emails", EventFields.extend({ field }));
  assert.throws(derive(z.string().optional()), /"field": it needs a default/);
  assert.throws(derive(z.array(z.string())), /"field": only flat values/);
  assert.throws(derive(z.string().nullable()), /"field": only flat values/);
});

Deno.test("compareSchemas() tells which side is newer and names what differs", () => {
  const ours = avroSchema("emails");
  const compare = (change: (fields: typeof ours.fields) => unknown[]) =>
    compareSchemas(ours, JSON.stringify({ ...ours, fields: change(ours.fields) }));
  assert.equal(compare((fields) => fields).kind, "same");
  assert.equal(compare((fields) => [...fields, { name: "tenant", type: "string", default: "" }]).kind, "theirs_newer");
  const later = avroSchema("emails", EventFields.extend({ tenant: z.string().default("") }));
  assert.equal(compareSchemas(later, JSON.stringify(ours)).kind, "ours_newer");
  assert.deepEqual(compare((fields) => [...fields.slice(1), { name: "tenant", type: "string" }]), {
    kind: "differs",
    details: [
      "field schema_version: missing there",
      "field tenant: unknown here",
      "fields schema_version, tenant: added on both sides",
    ],
  });
  assert.deepEqual(compare((fields) => fields.map((f) => f.name === "data" ? { ...f, type: "long" } : f)), {
    kind: "differs",
    details: ["field data: expected string, is long"],
  });
  for (const broken of ["", "{", '"string"', '{"type":"record"}']) {
    assert.equal(compareSchemas(ours, broken).kind, "differs");
  }
});
