import assert from "node:assert/strict";
import { ownName, pubsubHost, redisUrl, servicesTest } from "./available.ts";

servicesTest(
  "servicesTest() gives the addresses that the run has when its services are there",
  ["redis", "pubsub"],
  (at) => {
    assert.deepEqual(at, { redis: redisUrl, pubsub: pubsubHost });
    assert.match(at.redis, /^rediss?:\/\//);
    assert.match(at.pubsub, /:\d+$/);
  },
);

Deno.test("ownName() is a Google Cloud project id and differs", () => {
  assert.match(ownName(), /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
  assert.notEqual(ownName(), ownName());
});
