import assert from "node:assert/strict";
import type { FeedEvent } from "../../shared/contracts/feed.ts";
import { openBundle } from "./app_bundle.ts";

const event = (title: string): FeedEvent => ({
  time: "2026-03-02T09:00:00.000Z",
  operation: "create",
  provider: "microsoft",
  doc_type: "email",
  doc_id: "0".repeat(32),
  title,
  folder: "Inbox",
});

/** Reads chunks until one matches. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, pattern: RegExp): Promise<string> {
  let text = "";
  while (!pattern.test(text)) {
    const { done, value } = await reader.read();
    if (done) throw new assert.AssertionError({ message: `the stream ended: ${text}` });
    text += new TextDecoder().decode(value);
  }
  return text;
}

Deno.test("/v1/events streams a person's own changes, with a sign of life between", async () => {
  const { app, as, deps, feed, state } = await openBundle();
  const response = await app.request("/v1/events", { headers: await as("ada") });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const reader = response.body!.getReader();
  await readUntil(reader, /: watching/);
  feed.publish("ben", event("of ben"));
  feed.publish("ada", event("of ada"));
  const text = await readUntil(reader, /\n\n$/);
  assert.match(text, /^id: test-1\nevent: change\ndata: \{.*"title":"of ada"/);
  await deps.clock.advance(15_000);
  await readUntil(reader, /: still here/);
  await reader.cancel();
  await deps.clock.settle();
  assert.equal(deps.clock.sleeping, 0);
  await state.close();
});

Deno.test("/v1/events ends the stream of a reader that does not read, and frees its place", async () => {
  const { app, as, deps, feed, state } = await openBundle();
  const headers = await as("ada");
  const bodies = [];
  for (let count = 0; count < 5; count++) bodies.push((await app.request("/v1/events", { headers })).body!);
  const refused = await app.request("/v1/events", { headers });
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("retry-after"), "10");
  for (let count = 0; count < 1_100; count++) feed.publish("ada", event(`${count}`));
  await deps.clock.settle();
  assert.equal(deps.clock.sleeping, 0);
  assert.equal((await app.request("/v1/events", { headers })).status, 200);
  await state.close();
});

Deno.test("/v1/events goes on after Last-Event-ID, and says that there is a gap where that is not known", async () => {
  const { app, as, feed, state } = await openBundle();
  const headers = await as("ada");
  const watch = async (seen?: string) => {
    const response = await app.request("/v1/events", {
      headers: { ...headers, ...(seen === undefined ? {} : { "last-event-id": seen }) },
    });
    return response.body!.getReader();
  };
  const first = await watch();
  feed.publish("ada", event("one"));
  const [, id = ""] = /^id: (.*)$/m.exec(await readUntil(first, /"one"/)) ?? [];
  await first.cancel();
  feed.publish("ada", event("two"));
  feed.publish("ben", event("of ben"));
  const again = await watch(id);
  const text = await readUntil(again, /"two"/);
  assert.doesNotMatch(text, /"one"|of ben|gap/);
  await again.cancel();
  const elsewhere = await watch("another-instance-7");
  await readUntil(elsewhere, /^event: gap$/m);
  await elsewhere.cancel();
  await state.close();
});
