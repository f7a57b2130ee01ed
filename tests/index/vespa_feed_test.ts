/** What the adapter writes to Vespa, and how it takes Vespa's answers. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Consumer } from "../../consumers/registry.ts";
import { withAlarm } from "../../consumers/vespa_loader/mod.ts";
import { PermanentError, StoreAwayError, TransientError } from "../../shared/contracts/errors.ts";
import { VespaClient } from "../../shared/index/vespa/client.ts";
import { VespaIndex } from "../../shared/index/vespa/index.ts";
import { cleanText, guarded, searchedText, shownText, unguarded } from "../../shared/index/vespa/text.ts";
import { docIdOf, put, query, removal } from "../adapters/index_samples.ts";
import { sampleEvent } from "../contracts/event_samples.ts";
import { testDeps } from "../routes/test_app.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";
import { VespaDouble } from "./vespa_double.ts";

async function world() {
  const vespa = await VespaDouble.start();
  const clock = new SimulatedClock();
  const client = new VespaClient({
    endpoint: "https://vespa.test:8443",
    clock,
    random: seededRandom(1),
    fetch: vespa.fetch,
  });
  const index = new VespaIndex(client, clock, 1);
  /** Moves time on until it is settled. */
  const settled = async <T>(working: Promise<T>): Promise<PromiseSettledResult<T>> => {
    const settling = Promise.allSettled([working]);
    await clock.runUntil(settling, { stepMs: 50 });
    return (await settling)[0];
  };
  return { vespa, clock, client, index, settled };
}

function isWhole(code: string) {
  return (error: unknown) => error instanceof TransientError && error.code === code && error.scope === "whole";
}

Deno.test("Vespa feed: a write carries its revision as the condition, in its person's group", async () => {
  const { index, vespa } = await world();
  await index.feed([put(7, { revision: 42, title: "x" })]);
  const [asked] = vespa.asked;
  assert.equal(asked?.path, `/document/v1/millrace/item/group/ada/${docIdOf(7)}`);
  const body = asked?.body as { condition: string; create: boolean };
  assert.deepEqual([body.condition, body.create], ["item.revision < 42", true]);
});

Deno.test("Vespa feed: a delete is a tombstone that no late write undoes", async () => {
  const { index, vespa } = await world();
  assert.deepEqual(await index.feed([put(1, { revision: 5 }), removal(1, 6), put(1, { revision: 5 })]), [
    "applied",
    "applied",
    "stale",
  ]);
  assert.equal(vespa.stored("ada", docIdOf(1))?.deleted, true);
});

Deno.test("Vespa feed: one document has one write under way, others have many", async () => {
  const { index, vespa } = await world();
  await index.feed(Array.from({ length: 5 }, (_, at) => put(1, { revision: at + 1 })));
  assert.equal(vespa.most, 1);
  await index.feed(Array.from({ length: 40 }, (_, at) => put(at)));
  assert.ok(vespa.most > 8, String(vespa.most));
});

Deno.test("Vespa feed: 429 halves what may be under way, is tried until it works, and success grows it again", async () => {
  const { index, vespa, client, settled } = await world();
  const before = client.concurrency;
  vespa.answerWith(429, 429);
  assert.equal((await settled(index.feed([put(1)]))).status, "fulfilled");
  assert.equal(client.concurrency, before / 4);
  for (let at = 0; at < 25; at++) await index.feed([put(100 + at)]);
  assert.ok(client.concurrency > before / 4 + 1);
  vespa.answerWith(...Array.from({ length: 12 }, () => 429));
  assert.equal((await settled(index.feed([put(2)]))).status, "fulfilled");
  assert.ok(client.concurrency >= 2);
});

Deno.test("Vespa feed: 503 and no answer are tried ten times, then the store is away", async () => {
  const { index, vespa, settled } = await world();
  vespa.answerWith(503, "away", 503);
  assert.equal((await settled(index.feed([put(1)]))).status, "fulfilled");
  assert.equal(vespa.asked.length, 4);
  vespa.answerWith(...Array.from({ length: 10 }, () => 503));
  const failed = await settled(index.feed([put(2)]));
  assert.ok(failed.status === "rejected" && failed.reason instanceof StoreAwayError);
  assert.equal(vespa.asked.length, 14);
});

Deno.test("Vespa feed: after ten seconds of failures one request probes and the others fail at once", async () => {
  const { index, vespa, clock, settled } = await world();
  const fail = () => vespa.answerWith(500);
  fail();
  await assert.rejects(index.feed([put(1)]), StoreAwayError);
  await clock.advance(10_000);
  const asked = vespa.asked.length;
  fail();
  const all = await settled(Promise.allSettled([1, 2, 3, 4].map((number) => index.feed([put(number)]))));
  assert.ok(all.status === "fulfilled" && all.value.every(({ status }) => status === "rejected"));
  assert.equal(vespa.asked.length - asked, 1, "only the probe is sent");
  assert.deepEqual(await index.feed([put(9)]), ["applied"]);
  assert.deepEqual(await index.feed([put(1), put(2)]), ["applied", "applied"]);
});

Deno.test("Vespa feed: each refusal means what it should to the message that brought the write", async () => {
  const { index, vespa } = await world();
  for (const [status, code] of [[507, "index_full"], [403, "index_refuses"], [401, "index_refuses"]] as const) {
    vespa.answerWith(status);
    await assert.rejects(index.feed([put(1)]), isWhole(code), String(status));
  }
  for (const status of [500, 504]) {
    vespa.answerWith(status);
    await assert.rejects(index.feed([put(1)]), StoreAwayError, String(status));
  }
  for (const status of [400, 405, 413]) {
    vespa.answerWith(status);
    await assert.rejects(index.feed([put(1)]), PermanentError, String(status));
  }
  vespa.answerWith(412);
  assert.deepEqual(await index.feed([put(1)]), ["stale"]);
  // The package is not deployed: nothing is wrong with the document.
  vespa.answerWith(404);
  await assert.rejects(index.feed([put(1)]), StoreAwayError);
});

Deno.test("Vespa feed: a refused document holds no other, and its text is in no message", async () => {
  const { index, vespa } = await world();
  vespa.answerWith(400);
  const [refused, taken] = await Promise.allSettled([index.feed([put(1, { title: "secret" })]), index.feed([put(2)])]);
  assert.ok(refused?.status === "rejected" && !String(refused.reason).includes("secret"));
  assert.equal(taken?.status, "fulfilled");
});

Deno.test("Vespa feed: nobody's id reaches another person's group", async () => {
  const { index, vespa } = await world();
  for (const user_id of ['x" or id.group=="ada', "", "a/b", "a%2Fb", "ü", "a".repeat(65)]) {
    for (
      const working of [
        () => index.feed([put(1, { user_id })]),
        () => index.search(query("x", { user_id })),
        () => index.document(user_id, docIdOf(1)),
        () => index.purge(user_id),
        () => index.stats(user_id),
      ]
    ) await assert.rejects(working, PermanentError);
  }
  assert.equal(vespa.asked.length, 0);
});

Deno.test("Vespa feed: what is typed never stands in the statement", async () => {
  const { index, vespa } = await world();
  const typed = fc.stringMatching(/^[a-z]{3}["') ]{0,3}or deleted = true[\\"'@]{0,2}$/);
  await fc.assert(fc.asyncProperty(typed, async (text) => {
    await index.search(query(text, { conditions: [{ field: "in", value: text, negated: false }] }));
    const asked = vespa.asked.at(-1)?.body as { yql: string };
    assert.match(asked.yql, /^[\w\s@(){}<>=!:|,*-]*$/);
    assert.equal(asked.yql.match(/deleted = /g)?.length, 1);
  }));
});

Deno.test("Vespa text: cleaned texts hold nothing that Vespa refuses, and searched ones come back as cleaned", async () => {
  const { index } = await world();
  const texts = fc.string({ unit: "binary", maxLength: 60 }).map((text) => `${text}\ud800日本<hi>\ufdd0\u{1ffff}`);
  let revision = 1;
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      assert.equal(shownText(searchedText(text)), cleanText(text));
      assert.equal(unguarded(guarded(text)), text);
      assert.doesNotMatch(searchedText(text), /<\/?hi>/);
      // The double refuses what Vespa refuses.
      const written = put(1, {
        revision: revision++,
        title: text,
        body: text,
        data: text,
        details: text,
        url: text,
        people: [{ name: text, address: text }],
        from: [text],
        folder: { role: "", name: text },
      });
      assert.deepEqual(await index.feed([written]), ["applied"]);
      assert.equal((await index.document("ada", docIdOf(1)))?.document.data, text);
    }),
    { numRuns: 60 },
  );
});

Deno.test("Vespa feed: a feed block pauses the loader's subscription for minutes, is counted, and said once a minute", async () => {
  const { index, vespa, clock } = await world();
  const deps = { ...testDeps(), clock };
  const feeding: Consumer = {
    service: "vespa-loader",
    kind: "events",
    handle: async () => (await index.feed([put(1)]))[0] ?? "stale",
  };
  const loader = withAlarm(feeding, deps);
  assert.ok(loader.kind === "events");
  const delivery = {
    subscription: "vespa-loader-emails",
    message_id: "1",
    published_at: "2026-03-02T09:00:00.000Z",
    attempt: 1,
    signal: new AbortController().signal,
    attributes: {},
  };
  const handled = () => loader.handle(sampleEvent(), null, delivery);
  vespa.answerWith(507, 507);
  for (const _ of [1, 2]) {
    await assert.rejects(
      handled(),
      (error) => error instanceof TransientError && error.scope === "whole" && error.retry_after_ms >= 5 * 60_000,
    );
  }
  assert.equal(await handled(), "applied");
  const full = deps.counters.snapshot().filter(({ name }) => name === "index_full_total");
  assert.deepEqual(full.map(({ value }) => value), [2]);
  assert.deepEqual(deps.lines.map(({ level, message }) => [level, message]), [["warn", "index.full"]]);
});
