import assert from "node:assert/strict";
import fc from "fast-check";
import { awayError, codeOf, detailOf, GRPC } from "../../shared/bus/pubsub/errors.ts";
import { Flow } from "../../shared/bus/pubsub/flow.ts";
import {
  Publisher,
  REQUEST_BYTES_MAX,
  REQUEST_MESSAGES_MAX,
  type Send,
  type WireMessage,
} from "../../shared/bus/pubsub/publisher.ts";
import { SimulatedClock } from "../simulation/clock.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

function message(text: string): WireMessage {
  return { data: encoder.encode(text), attributes: { a: "b" } };
}

function grpcError(code: number): Error {
  return Object.assign(new Error(`${code}: it failed`), { code, details: "it failed" });
}

/** A server that gives each message its text as its id, and can be made to wait or fail. */
function fakeServer() {
  const requests: string[][] = [];
  const answers: (() => void)[] = [];
  const server = {
    requests,
    /** How many requests wait for `answerOne`. */
    waiting: answers,
    hold: false,
    fail: (_texts: readonly string[]): Error | undefined => undefined,
    send: (async (_topic, messages) => {
      const texts = messages.map(({ data }) => decoder.decode(data));
      requests.push(texts);
      if (server.hold) await new Promise<void>((resolve) => answers.push(resolve));
      const error = server.fail(texts);
      if (error !== undefined) throw error;
      return texts.map((text) => `id of ${text}`);
    }) as Send,
  };
  return server;
}

function setup() {
  const server = fakeServer();
  const clock = new SimulatedClock({ settlePauses: 0 });
  return { server, clock, publisher: new Publisher(server.send, clock) };
}

const published = (text: string) => ({ kind: "published", message_id: `id of ${text}` });
const texts = (count: number, prefix = "m") => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

Deno.test("Publisher sends what is published in one turn of the event loop in one request", async () => {
  const { server, publisher } = setup();
  const results = await Promise.all(texts(50).map((text) => publisher.publish("emails", [message(text)])));
  assert.equal(server.requests.length, 1);
  assert.deepEqual(results.flat(), texts(50).map(published));
});

Deno.test("Publisher gathers while a request of the topic is under way, but no longer than a few milliseconds", async () => {
  const { server, clock, publisher } = setup();
  server.hold = true;
  publisher.publish("emails", [message("first")]);
  await clock.settle();
  publisher.publish("emails", [message("second")]);
  await clock.settle();
  assert.deepEqual(server.requests, [["first"]]);
  await clock.advance(2);
  publisher.publish("emails", [message("third")]);
  await clock.advance(2);
  assert.deepEqual(server.requests, [["first"], ["second", "third"]]);
});

Deno.test("Publisher does not keep one topic waiting for another", async () => {
  const { server, clock, publisher } = setup();
  server.hold = true;
  publisher.publish("emails", [message("mail")]);
  await clock.settle();
  publisher.publish("todos", [message("todo")]);
  await clock.settle();
  assert.deepEqual(server.requests, [["mail"], ["todo"]]);
});

Deno.test("Publisher splits a long list by count and by bytes, and answers in the list's order", async () => {
  const { server, publisher } = setup();
  const many = texts(REQUEST_MESSAGES_MAX * 2 + 1);
  assert.deepEqual(await publisher.publish("emails", many.map(message)), many.map(published));
  assert.deepEqual(server.requests.map(({ length }) => length), [REQUEST_MESSAGES_MAX, REQUEST_MESSAGES_MAX, 1]);
  server.requests.length = 0;
  const large = texts(3).map((text) => text.repeat(REQUEST_BYTES_MAX / 4));
  await publisher.publish("emails", large.map(message));
  assert.deepEqual(server.requests.map(({ length }) => length), [1, 1, 1]);
  assert.deepEqual(await publisher.publish("emails", []), []);
});

Deno.test("Publisher keeps a bounded number of requests under way and lets callers wait", async () => {
  const { server, clock, publisher } = setup();
  server.hold = true;
  const all = Promise.all(
    texts(40, "topic").map((topic) => publisher.publish(topic, texts(2, topic).map(message))),
  );
  await clock.settle();
  assert.equal(server.requests.length, 16);
  server.waiting.shift()?.();
  await clock.settle();
  assert.equal(server.requests.length, 17);
  server.hold = false;
  while (server.waiting.length > 0) {
    server.waiting.shift()?.();
    await clock.settle();
  }
  assert.equal((await all).flat().length, 80);
});

Deno.test("Publisher refuses by themselves the messages that the server's schema refuses, and publishes the others", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
    async (bad) => {
      const { server, publisher } = setup();
      server.fail = (texts) =>
        texts.some((text) => text.startsWith("bad")) ? grpcError(GRPC.invalid_argument) : undefined;
      const names = bad.map((isBad, n) => `${isBad ? "bad" : "good"} ${n}`);
      const results = await publisher.publish("emails", names.map(message));
      assert.deepEqual(
        results,
        names.map((name, n) =>
          bad[n] ? { kind: "refused", field: "", reason: "Pub/Sub refuses it: it failed" } : published(name)
        ),
      );
      const accepted = server.requests.filter((texts) => server.fail(texts) === undefined).flat();
      assert.equal(new Set(accepted).size, accepted.length, "each good one once");
    },
  ));
});

Deno.test("Publisher rejects all calls of a request that failed, and goes on with the next", async () => {
  const { server, publisher } = setup();
  server.fail = () => grpcError(GRPC.unavailable);
  const failed = await Promise.allSettled([
    publisher.publish("emails", [message("a")]),
    publisher.publish("emails", [message("b")]),
  ]);
  for (const one of failed) assert.equal(one.status === "rejected" && one.reason.code, "store_away");
  assert.equal(server.requests.length, 1);
  server.fail = () => undefined;
  assert.deepEqual(await publisher.publish("emails", [message("c")]), [published("c")]);
});

Deno.test("Publisher rejects when the server's answer has not an id for each message", async () => {
  const clock = new SimulatedClock({ settlePauses: 0 });
  const publisher = new Publisher(() => Promise.resolve(["only one"]), clock);
  await assert.rejects(publisher.publish("emails", texts(2).map(message)), { code: "store_away" });
});

Deno.test("Flow lets a request pass that is larger than everything allowed, alone", async () => {
  const flow = new Flow({ requests: 2, bytes: 100 });
  const entered: string[] = [];
  await flow.enter(60).then(() => entered.push("a"));
  const large = flow.enter(500).then(() => entered.push("large"));
  const small = flow.enter(10).then(() => entered.push("small"));
  await Promise.resolve();
  assert.deepEqual(entered, ["a"], "who comes later does not overtake");
  flow.leave(60);
  await large;
  assert.deepEqual(entered, ["a", "large"]);
  flow.leave(500);
  await small;
  flow.leave(10);
});

Deno.test("codeOf() and detailOf() read the library's errors and nothing else", () => {
  assert.equal(codeOf(grpcError(5)), 5);
  assert.equal(codeOf(Object.assign(new Error("x"), { code: "ENOENT" })), undefined);
  assert.equal(codeOf("x"), undefined);
  assert.equal(detailOf(grpcError(5)), "it failed");
  assert.equal(detailOf(new Error("y".repeat(1_000))).length, 200);
  assert.equal(detailOf(undefined), "unknown");
  const away = awayError(grpcError(5));
  assert.equal(awayError(away), away);
});
