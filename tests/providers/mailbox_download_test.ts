/** Files through the mailbox: their bytes whole, within a size limit and a time limit of their own. */
import assert from "node:assert/strict";
import { DOWNLOAD_MS_MAX, EXCHANGE_MS_MAX } from "../../shared/providers/http.ts";
import { HOST, mailboxBundle } from "./mailbox_bundle.ts";

const URL = `${HOST}/file`;

Deno.test("request() gives a file's bytes as they are", async () => {
  const sent = Uint8Array.from({ length: 70_000 }, (_, at) => at * 7 % 256);
  const bundle = await mailboxBundle({ fetch: () => new Response(sent) });
  const answer = await bundle.run(bundle.open().request(URL, { bytes_max: sent.length }));
  assert.deepEqual(answer.bytes, sent);
  assert.deepEqual([answer.json, answer.text], [null, ""]);
});

Deno.test("request() stops reading a file that is larger than it may be", async () => {
  let chunks = 0;
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      chunks++;
      controller.enqueue(new Uint8Array(1_000));
    },
    cancel: () => {
      cancelled = true;
    },
  });
  const bundle = await mailboxBundle({ fetch: () => new Response(endless) });
  const answer = await bundle.run(bundle.open().request(URL, { bytes_max: 9_999 }));
  assert.equal(answer.bytes, null);
  assert.ok(cancelled && chunks < 20);
});

Deno.test("request() reads an error in place of a file as an error", async () => {
  const bundle = await mailboxBundle({ fetch: () => Response.json({ error: "no" }, { status: 404 }) });
  const answer = await bundle.run(bundle.open().request(URL, { bytes_max: 10 }));
  assert.deepEqual([answer.status, answer.json, answer.bytes], [404, { error: "no" }, undefined]);
});

Deno.test("request() waits longer for a file than for an answer, and keeps its slot as long", async () => {
  const bundle = await mailboxBundle({
    fetch: async (request, clock) => {
      await clock.sleep(EXCHANGE_MS_MAX + 30_000, request.signal);
      return new Response("late");
    },
  });
  const mailboxes = [1, 2, 3].map(() => bundle.open());
  const answers = await bundle.run(Promise.all(mailboxes.map((one) => one.request(URL, { bytes_max: 10 }))));
  assert.ok(answers.every(({ bytes }) => bytes?.length === 4));
  assert.equal(bundle.requests.length, 3);
  assert.ok(DOWNLOAD_MS_MAX > EXCHANGE_MS_MAX + 30_000);
});
