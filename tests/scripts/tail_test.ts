import assert from "node:assert/strict";
import fc from "fast-check";
import { writeInstanceFile } from "../../instance_file.ts";
import { eventData, lineOf, tail } from "../../scripts/tail.ts";
import type { Fetch } from "../../shared/contracts/deps.ts";
import type { FeedEvent } from "../../shared/contracts/feed.ts";
import { Secret } from "../../shared/contracts/secret.ts";
import { openBundle } from "../routes/app_bundle.ts";

const event: FeedEvent = {
  time: "2026-03-02T09:00:01.000Z",
  operation: "create",
  provider: "microsoft",
  doc_type: "email",
  doc_id: "0".repeat(32),
  title: "Quarterly numbers",
  folder: "Inbox",
};

Deno.test("tail prints each change of the person that the running instance handles, until it is stopped", async () => {
  const { app, feed, state } = await openBundle();
  const DATA_DIR = await Deno.makeTempDir();
  const token = new Secret("the-operator-token-of-instance-json");
  await writeInstanceFile(DATA_DIR, { url: "http://127.0.0.1:1", token, pid: 1 });
  const stop = new AbortController();
  const first = Promise.withResolvers<string>();
  const watching = Promise.withResolvers<void>();
  const fetch: Fetch = async (input, init) => {
    const response = await app.request(String(input), init);
    const body = response.body?.pipeThrough(new TransformStream(), { signal: stop.signal }) ?? null;
    return new Response(body, response);
  };
  const warn = (line: string) => line.startsWith("Watching") && watching.resolve();
  const out = { env: { DATA_DIR }, fetch, say: first.resolve, warn, signal: stop.signal };
  const ended = tail(["--user", "ada"], out);
  await watching.promise;
  feed.publish("ben", { ...event, title: "not for ada" });
  feed.publish("ada", event);
  assert.equal(await first.promise, "09:00:01  create  email     Quarterly numbers  [Inbox]");
  stop.abort();
  assert.equal(await ended, 0);
  await state.close();
  await Deno.remove(DATA_DIR, { recursive: true });
});

Deno.test("tail says that nothing runs with 3, and wrong usage with 2", async () => {
  const DATA_DIR = await Deno.makeTempDir();
  const warned: string[] = [];
  const fetch: Fetch = () => Promise.reject(new TypeError("connection refused"));
  const out = { env: { DATA_DIR }, fetch, say: () => {}, warn: (line: string) => warned.push(line) };
  assert.equal(await tail(["--user", "ada"], out), 3);
  await writeInstanceFile(DATA_DIR, { url: "http://127.0.0.1:1", token: new Secret("x".repeat(32)), pid: 1 });
  assert.equal(await tail(["--user", "ada"], out), 3);
  assert.match(warned.at(-1) ?? "", /No Millrace answers at http:\/\/127\.0\.0\.1:1/);
  assert.equal(await tail([], out), 2);
  assert.equal(await tail(["--users", "ada"], out), 2);
  await Deno.remove(DATA_DIR, { recursive: true });
});

Deno.test("eventData() finds the events however the stream is cut into chunks", async () => {
  const text = ': watching\n\nevent: change\ndata: {"a":"ü"}\n\n: still here\n\nevent: change\ndata: 1\ndata: 2\n\n';
  const bytes = new TextEncoder().encode(text);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
      const at = [0, ...cuts.sort((one, other) => one - other), bytes.length];
      const chunks = at.slice(1).map((end, index) => bytes.slice(at[index], end));
      assert.deepEqual(await Array.fromAsync(eventData(ReadableStream.from(chunks))), ['{"a":"ü"}', "1\n2"]);
    }),
    { numRuns: 50 },
  );
});

Deno.test("lineOf() prints nothing that moves a cursor, and leaves out what a delete does not have", () => {
  assert.doesNotMatch(lineOf({ ...event, title: "a\u001b[2J\r\nb\u202ec", folder: "\u0007" }), /\p{C}/u);
  assert.equal(lineOf({ ...event, operation: "delete", title: "", folder: "" }), "09:00:01  delete  email");
});
