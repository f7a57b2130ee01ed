import assert from "node:assert/strict";
import { lateConsumers } from "../../consumers/late.ts";
import type { Consumer, Delivery } from "../../consumers/registry.ts";
import { SUBSCRIPTIONS } from "../../shared/contracts/subscriptions.ts";
import { sampleEvent } from "../contracts/event_samples.ts";

const DELIVERY: Delivery = {
  subscription: "meetings-calendars",
  message_id: "1",
  published_at: "",
  attempt: 1,
  signal: new AbortController().signal,
  attributes: {},
};

const OF_MEETINGS = SUBSCRIPTIONS.filter(({ service }) => service === "meetings");

function eventsOf(consumers: readonly Consumer[]) {
  const [consumer] = consumers;
  assert.ok(consumer?.kind === "events");
  return consumer;
}

Deno.test("lateConsumers() stands for each service with the kind that its topics ask for", () => {
  const consumers = lateConsumers(SUBSCRIPTIONS, () => Promise.resolve([]));
  assert.deepEqual(consumers.map(({ service, kind }) => [service, kind]), [
    ["vespa-loader", "events"],
    ["contact-discovery", "events"],
    ["meetings", "events"],
    ["shipments", "events"],
    ["office", "internal"],
    ["dead-letters", "internal"],
  ]);
});

Deno.test("lateConsumers() loads with the first message, and hands on what the consumer answers", async () => {
  let loads = 0;
  const event = sampleEvent("calendars");
  const late = eventsOf(lateConsumers(OF_MEETINGS, () => {
    loads++;
    return Promise.resolve([{
      service: "meetings",
      kind: "events",
      handle: (given) => Promise.resolve(given === event ? "applied" : "another"),
    }]);
  }));
  assert.equal(loads, 0);
  assert.equal(await late.handle(event, null, DELIVERY), "applied");
  assert.equal(await late.handle(event, null, DELIVERY), "applied");
  assert.equal(loads, 1);
});

Deno.test("lateConsumers() refuses a message whose consumer can't be loaded, as if a store was away, and loads again", async () => {
  let works = false;
  const late = eventsOf(lateConsumers(OF_MEETINGS, () => {
    if (!works) return Promise.reject(new Error("The disk is away"));
    return Promise.resolve([{ service: "meetings", kind: "events", handle: () => Promise.resolve("applied") }]);
  }));
  const event = sampleEvent("calendars");
  await assert.rejects(late.handle(event, null, DELIVERY), { code: "services_not_loaded", scope: "whole" });
  works = true;
  assert.equal(await late.handle(event, null, DELIVERY), "applied");
});

Deno.test("lateConsumers() fails a message of a service that has no consumer", async () => {
  const late = eventsOf(lateConsumers(OF_MEETINGS, () => Promise.resolve([])));
  await assert.rejects(late.handle(sampleEvent("calendars"), null, DELIVERY), /no such consumer/);
});
