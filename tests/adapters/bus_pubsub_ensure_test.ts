/** What `ensure` says of each way that Pub/Sub can answer; the emulator never refuses a permission. */
import assert from "node:assert/strict";
import { drift, durationText } from "../../shared/bus/pubsub/drift.ts";
import { ensureResource, type Resource } from "../../shared/bus/pubsub/ensure.ts";
import { GRPC } from "../../shared/bus/pubsub/errors.ts";
import { namesOf, shortName } from "../../shared/bus/pubsub/names.ts";

function grpcError(code: number): Error {
  return Object.assign(new Error(`${code} it failed`), { code, details: "it failed" });
}

const present = { state: "present", details: [] } as const;

function topic(over: Partial<Resource<string, null>> = {}): Resource<string, null> {
  return {
    what: "topic",
    name: "emails",
    get: () => Promise.resolve("found"),
    create: () => Promise.resolve(),
    compare: () => Promise.resolve(present),
    command: "gcloud pubsub topics create emails",
    ...over,
  };
}

const fails = (code: number) => () => Promise.reject(grpcError(code));

Deno.test("ensureResource() compares what is there and creates nothing", async () => {
  let created = 0;
  const create = () => Promise.resolve(created++);
  const differs = { state: "differs", details: ["retention: expected 7, is 1"] } as const;
  const finding = await ensureResource(topic({ create, compare: () => Promise.resolve(differs) }), null);
  assert.deepEqual(finding, { what: "topic", name: "emails", ...differs });
  assert.equal(created, 0);
});

Deno.test("ensureResource() creates what is missing", async () => {
  const finding = await ensureResource(topic({ get: fails(GRPC.not_found) }), null);
  assert.deepEqual(finding, { what: "topic", name: "emails", state: "created", details: [] });
});

Deno.test("ensureResource() compares what another instance has just created", async () => {
  let looked = 0;
  const get = () => looked++ === 0 ? Promise.reject(grpcError(GRPC.not_found)) : Promise.resolve("found");
  const finding = await ensureResource(topic({ get, create: fails(GRPC.already_exists) }), null);
  assert.equal(finding.state, "present");
  assert.equal(looked, 2);
});

Deno.test("ensureResource() says which command to run where it may not look or may not create", async () => {
  const mayNotLook = topic({ get: fails(GRPC.permission_denied) });
  const mayNotCreate = topic({ get: fails(GRPC.not_found), create: fails(GRPC.permission_denied) });
  for (const resource of [mayNotLook, mayNotCreate]) {
    const finding = await ensureResource(resource, null);
    assert.equal(finding.state, "denied");
    assert.deepEqual(finding.details, ["run: gcloud pubsub topics create emails"]);
  }
});

Deno.test("ensureResource() tells what Pub/Sub will never accept from an outage", async () => {
  const invalid = await ensureResource(
    topic({ get: fails(GRPC.not_found), create: fails(GRPC.invalid_argument) }),
    null,
  );
  assert.equal(invalid.state, "denied");
  assert.match(invalid.details.join(), /it failed.*gcloud pubsub topics create emails/);
  for (const code of [GRPC.unavailable, GRPC.deadline_exceeded, GRPC.unauthenticated]) {
    await assert.rejects(ensureResource(topic({ get: fails(code) }), null), { code: "store_away" });
    await assert.rejects(ensureResource(topic({ get: fails(GRPC.not_found), create: fails(code) }), null), {
      code: "store_away",
    });
  }
});

Deno.test("ensureResource() says when what a resource refers to is missing", async () => {
  const finding = await ensureResource(topic({ get: fails(GRPC.not_found), create: fails(GRPC.not_found) }), null);
  assert.equal(finding.state, "differs");
  assert.match(finding.details.join(), /missing/);
});

Deno.test("drift() names each setting that is otherwise", () => {
  assert.deepEqual(drift({ a: "1", b: "2", c: "3" }, { a: "1", b: "x" }), [
    "b: expected 2, is x",
    "c: expected 3, is unknown",
  ]);
  assert.equal(durationText({ seconds: "604800" }), "604800s");
  assert.equal(durationText({ seconds: 0 }), "0s");
  assert.equal(durationText(null), "none");
});

Deno.test("namesOf() puts the prefix before every short name", () => {
  const names = namesOf({ projectId: "p", topicPrefix: "blue-" });
  assert.equal(names.topic("emails"), "projects/p/topics/blue-emails");
  assert.equal(names.subscription("vespa-loader-emails"), "projects/p/subscriptions/blue-vespa-loader-emails");
  assert.equal(names.schema("emails"), "projects/p/schemas/blue-emails-event");
  assert.equal(shortName(names.topic("emails")), "blue-emails");
});
