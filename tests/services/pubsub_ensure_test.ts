/** What the Pub/Sub bus sets up in a project and finds there, on Google's emulator. */
import assert from "node:assert/strict";
import { z } from "zod";
import { avroSchema } from "../../shared/bus/avro.ts";
import { ADMIN_CALL, type Clients, openClients } from "../../shared/bus/pubsub/clients.ts";
import type { EnsureContext } from "../../shared/bus/pubsub/ensure.ts";
import { openPubsubBus } from "../../shared/bus/pubsub/mod.ts";
import { namesOf } from "../../shared/bus/pubsub/names.ts";
import type { PubsubBusOptions } from "../../shared/bus/pubsub/options.ts";
import { ensureTopic } from "../../shared/bus/pubsub/topics.ts";
import { Publisher } from "../../shared/bus/pubsub/publisher.ts";
import type { Bus, EnsureFinding, Topology } from "../../shared/bus/port.ts";
import { EventFields } from "../../shared/contracts/event.ts";
import { EventTopic } from "../../shared/contracts/names.ts";
import { SUBSCRIPTIONS } from "../../shared/contracts/subscriptions.ts";
import { TOPICS } from "../../shared/contracts/topics.ts";
import { systemClock } from "../../shared/system/mod.ts";
import { openCounters } from "../../shared/telemetry/mod.ts";
import { quietLog, topologyOf } from "../adapters/embedded_bus.ts";
import { sampleEvent } from "../contracts/event_samples.ts";
import { ownName, servicesTest } from "./available.ts";

interface Project {
  readonly project: string;
  readonly clients: Clients;
  bus(over?: Partial<PubsubBusOptions>): Promise<Bus>;
}

/** Registers a test with an empty project. */
function projectTest(name: string, body: (project: Project) => Promise<void>): void {
  servicesTest(name, ["pubsub"], async ({ pubsub }) => {
    const projectId = ownName();
    const clients = openClients(projectId, pubsub);
    const opened: Bus[] = [];
    try {
      await body({
        project: `projects/${projectId}`,
        clients,
        bus: async (over = {}) => {
          const bus = await openPubsubBus({
            projectId,
            emulatorHost: pubsub,
            topicPrefix: "",
            clock: systemClock,
            log: quietLog(),
            counters: openCounters(),
            ...over,
          });
          opened.push(bus);
          return bus;
        },
      });
    } finally {
      for (const bus of opened) await bus.close();
      await clients.close();
    }
  });
}

const WHOLE: Topology = {
  topics: TOPICS,
  subscriptions: SUBSCRIPTIONS,
  endpointOf: (name) => `https://millrace.example/push/${name}`,
};

function find(findings: readonly EnsureFinding[], what: EnsureFinding["what"], name: string): EnsureFinding {
  const found = findings.find((finding) => finding.what === what && finding.name === name);
  assert.ok(found, `${what} ${name}`);
  return found;
}

projectTest(
  "PubsubBus.ensure() creates the whole topology once, and then finds it as it should be",
  async ({ bus }) => {
    const pubsub = await bus({ pushServiceAccount: "push@example.iam.gserviceaccount.com" });
    const first = await pubsub.ensure(WHOLE);
    assert.deepEqual(new Set(first.map(({ state }) => state)), new Set(["created"]));
    assert.equal(first.length, TOPICS.length + EventTopic.options.length + SUBSCRIPTIONS.length);
    const second = await pubsub.ensure(WHOLE);
    assert.deepEqual(second.filter(({ state }) => state !== "present"), []);
  },
);

projectTest("PubsubBus.ensure() from two instances at once succeeds for both", async ({ bus }) => {
  const [one, other] = [await bus(), await bus()];
  const findings = (await Promise.all([one.ensure(WHOLE), other.ensure(WHOLE)])).flat();
  assert.deepEqual(findings.filter(({ state }) => state !== "present" && state !== "created"), []);
  const after = await one.ensure(WHOLE);
  assert.deepEqual(after.filter(({ state }) => state !== "present"), []);
});

projectTest("PubsubBus.ensure() sets every option of a subscription", async ({ bus, clients, project }) => {
  const pubsub = await bus({ pushServiceAccount: "push@example.com", topicPrefix: "blue-" });
  await pubsub.ensure(WHOLE);
  const subscription = `${project}/subscriptions/blue-vespa-loader-emails`;
  const [found] = await clients.subscriber.getSubscription({ subscription }, ADMIN_CALL);
  assert.equal(found.topic, `${project}/topics/blue-emails`);
  assert.equal(found.pushConfig?.pushEndpoint, "https://millrace.example/push/vespa-loader-emails");
  assert.equal(found.pushConfig?.oidcToken?.serviceAccountEmail, "push@example.com");
  assert.equal(found.pushConfig?.oidcToken?.audience, "https://millrace.example/push/vespa-loader-emails");
  assert.equal(found.ackDeadlineSeconds, 120);
  assert.equal(String(found.messageRetentionDuration?.seconds), "604800");
  assert.equal(found.retainAckedMessages, true);
  assert.equal(found.enableMessageOrdering, false);
  assert.deepEqual(found.expirationPolicy, { ttl: null });
  assert.equal(String(found.retryPolicy?.minimumBackoff?.seconds), "10");
  assert.equal(String(found.retryPolicy?.maximumBackoff?.seconds), "600");
  assert.deepEqual(found.deadLetterPolicy, {
    deadLetterTopic: `${project}/topics/blue-dead-letters`,
    maxDeliveryAttempts: 100,
  });
  const store = `${project}/subscriptions/blue-dead-letters-store`;
  const [last] = await clients.subscriber.getSubscription({ subscription: store }, ADMIN_CALL);
  assert.equal(last.deadLetterPolicy, null);
  // Thirty-one days on Google; the emulator keeps no subscription's messages longer than seven.
  assert.equal(String(last.messageRetentionDuration?.seconds), "604800");
  const [topic] = await clients.publisher.getTopic({ topic: `${project}/topics/blue-emails` }, ADMIN_CALL);
  assert.equal(topic.schemaSettings?.schema, `${project}/schemas/blue-emails-event`);
  assert.equal(topic.schemaSettings?.encoding, "JSON");
  assert.equal(String(topic.messageRetentionDuration?.seconds), "604800");
});

projectTest("PubsubBus.ensure() reports each setting that an operator made otherwise, and leaves it", async (given) => {
  const { bus, clients, project } = given;
  await clients.publisher.createTopic({ name: `${project}/topics/emails` }, ADMIN_CALL);
  await clients.subscriber.createSubscription({
    name: `${project}/subscriptions/vespa-loader-emails`,
    topic: `${project}/topics/emails`,
    ackDeadlineSeconds: 30,
    retainAckedMessages: true,
  }, ADMIN_CALL);
  const pubsub = await bus({ pushServiceAccount: "push@example.com", pushAudience: "https://audience.example" });
  for (let round = 0; round < 2; round++) {
    const findings = await pubsub.ensure(WHOLE);
    const topic = find(findings, "topic", "emails");
    assert.equal(topic.state, "differs");
    assert.deepEqual(topic.details, [
      "retention: expected 604800s, is none",
      `schema: expected ${project}/schemas/emails-event, is none`,
      "encoding: expected JSON, is none",
    ]);
    const subscription = find(findings, "subscription", "vespa-loader-emails");
    assert.equal(subscription.state, "differs");
    assert.deepEqual(subscription.details, [
      "endpoint: expected https://millrace.example/push/vespa-loader-emails, is none",
      "service_account: expected push@example.com, is none",
      "audience: expected https://audience.example, is none",
      "ack_deadline: expected 120s, is 30s",
      "expiration: expected never, is after none",
      "retry: expected 10s to 600s, is at once",
      `dead_letter_topic: expected ${project}/topics/dead-letters, is none`,
      "max_delivery_attempts: expected 100, is none",
    ]);
  }
});

projectTest(
  "ensureTopic() commits our later schema as a revision, which takes old messages and new ones",
  async (given) => {
    const { bus, clients, project } = given;
    await (await bus()).ensure(topologyOf([]));
    const later = () => avroSchema("emails", EventFields.extend({ tenant: z.string().default("") }));
    const context: EnsureContext = {
      clients,
      names: namesOf({ projectId: project.replace("projects/", ""), topicPrefix: "" }),
      topology: topologyOf([]),
      schemaOf: later,
      projectId: "",
      pushAudience: undefined,
      pushServiceAccount: undefined,
      retention_seconds_max: Infinity,
    };
    const emails = { name: "emails", retention_seconds: 7 * 24 * 60 * 60, has_schema: true } as const;
    const states = async () => (await ensureTopic(emails, context)).map(({ what, state }) => [what, state]);
    assert.deepEqual(await states(), [["schema", "updated"], ["topic", "present"]]);
    assert.deepEqual(await states(), [["schema", "present"], ["topic", "present"]]);
    const messages = [sampleEvent(), { ...sampleEvent(), tenant: "t" }].map((event) => ({
      data: new TextEncoder().encode(JSON.stringify(event)),
    }));
    const [{ messageIds }] = await clients.publisher.publish({ topic: `${project}/topics/emails`, messages });
    assert.equal(messageIds?.length, 2);
  },
);

projectTest("PubsubBus.ensure() keeps a newer schema, and reports one that contradicts", async (given) => {
  const { bus, clients, project } = given;
  const ours = avroSchema("emails");
  const put = (topic: EventTopic, definition: object) =>
    clients.schemas.createSchema({
      parent: project,
      schemaId: `${topic}-event`,
      schema: { type: "AVRO", definition: JSON.stringify(definition) },
    }, ADMIN_CALL);
  await put("emails", { ...ours, fields: [...ours.fields, { name: "tenant", type: "string", default: "" }] });
  const contacts = avroSchema("contacts");
  await put("contacts", { ...contacts, fields: contacts.fields.filter(({ name }) => name !== "data_ref") });
  const findings = await (await bus()).ensure(WHOLE);
  assert.equal(find(findings, "schema", "emails-event").state, "present");
  assert.deepEqual(find(findings, "schema", "contacts-event"), {
    what: "schema",
    name: "contacts-event",
    state: "differs",
    details: ["field data_ref: missing there"],
  });
  assert.equal(find(findings, "schema", "todos-event").state, "created");
});

projectTest(
  "PubsubBus.ensure() creates an external subscription, and says when its topic is missing",
  async (given) => {
    const { bus, clients, project } = given;
    const external = {
      name: "gmail-notifications",
      topic: `${project}/topics/gmail`,
      ack_deadline_seconds: 60,
      endpoint: "https://millrace.example/push/gmail",
    };
    const pubsub = await bus();
    const ensure = async () =>
      find(await pubsub.ensure({ ...topologyOf([]), external: [external] }), "subscription", "gmail-notifications");
    const missing = await ensure();
    assert.equal(missing.state, "differs");
    assert.match(missing.details.join(), /missing/);
    await clients.publisher.createTopic({ name: external.topic }, ADMIN_CALL);
    assert.equal((await ensure()).state, "created");
    assert.equal((await ensure()).state, "present");
  },
);

projectTest(
  "the topic's schema refuses what zod would have refused, by name, and the rest is published",
  async (given) => {
    const { bus, clients, project } = given;
    await (await bus()).ensure(topologyOf([]));
    const publisher = new Publisher(async (topic, messages) => {
      const [{ messageIds }] = await clients.publisher.publish({ topic, messages: [...messages] }, ADMIN_CALL);
      return messageIds ?? [];
    }, systemClock);
    const wire = (event: object) => ({ data: new TextEncoder().encode(JSON.stringify(event)), attributes: {} });
    const good = sampleEvent("emails");
    const { data: _data, ...incomplete } = good;
    const results = await publisher.publish(`${project}/topics/emails`, [
      wire(good),
      wire(incomplete),
      wire({ ...good, doc_type: "todo" }),
      wire(good),
      wire({ ...good, revision: "1" }),
      wire({ ...good, data: null }),
      wire({ ...good, operation: "explode" }),
      wire(good),
    ]);
    assert.deepEqual(results.map(({ kind }) => kind === "published"), [
      true,
      false,
      false,
      true,
      false,
      false,
      false,
      true,
    ]);
  },
);

Deno.test("PubsubBus.ping() and publish() say that Pub/Sub is away when nothing listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const bus = await openPubsubBus({
    projectId: ownName(),
    emulatorHost: `127.0.0.1:${port}`,
    topicPrefix: "",
    clock: systemClock,
    log: quietLog(),
    counters: openCounters(),
  });
  await assert.rejects(bus.ping(), { code: "store_away" });
  await bus.close();
  await assert.rejects(bus.ping(), { code: "store_away" });
  await assert.rejects(bus.publish("emails", []), { code: "store_away" });
});
