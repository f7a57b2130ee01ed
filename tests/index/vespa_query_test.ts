/** How the adapter asks Vespa, and how it takes its answers. */
import assert from "node:assert/strict";
import { StoreAwayError } from "../../shared/contracts/errors.ts";
import type { Fetch } from "../../shared/contracts/deps.ts";
import { openVespaIndex } from "../../shared/index/vespa/mod.ts";
import { condition, fragmentsOf, put, query } from "../adapters/index_samples.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";
import { VespaDouble } from "./vespa_double.ts";

function open(fetch: Fetch) {
  return openVespaIndex({
    endpoint: "https://vespa.test",
    clock: new SimulatedClock(),
    random: seededRandom(1),
    fetch,
  });
}

Deno.test("Vespa query: each is of one person's group, and names its texts as parameters", async () => {
  const vespa = await VespaDouble.start();
  const index = open(vespa.fetch);
  await index.search(query("budget berlin ", { conditions: [condition("from", "Ada@Example.com")], limit: 5 }));
  const [asked] = vespa.asked;
  assert.deepEqual([asked?.method, asked?.path], ["POST", "/search/"]);
  const body = asked?.body as Record<string, unknown>;
  assert.equal(body["streaming.groupname"], "ada");
  const yql = String(body.yql);
  assert.match(yql, /^select \* from item where deleted = false and .* limit 6 \| all\(/);
  assert.doesNotMatch(yql, /budget|berlin|example/i);
  assert.equal(body.text, "budget berlin");
  const named = [...yql.matchAll(/@(w\d+)/g)].map(([, name = ""]) => body[name]);
  for (const text of ["budget", "berlin", "ada@example.com"]) assert.ok(named.includes(text), text);
});

Deno.test("Vespa query: an answer with errors, or of a part of the documents, is none", async () => {
  const roots = [
    { errors: [{ code: 12, summary: "Timed out" }] },
    { coverage: { full: false } },
    { coverage: { full: true, degraded: { timeout: true } } },
  ];
  for (const root of roots) {
    const index = open(() => Promise.resolve(Response.json({ root })));
    await assert.rejects(index.search(query("x")), StoreAwayError, JSON.stringify(root));
    await assert.rejects(index.stats("ada"), StoreAwayError);
    await assert.rejects(index.suggest("ada", "x", 3), StoreAwayError);
  }
});

Deno.test("Vespa query: a text that holds Vespa's own marks is not taken for a match", async () => {
  const vespa = await VespaDouble.start();
  const index = open(vespa.fetch);
  const body = "needle <hi>fake</hi> <sep /> end";
  await index.feed([put(1, { body, fragments: fragmentsOf(body) })]);
  const [hit] = (await index.search(query("needle "))).hits;
  assert.equal(hit?.snippet, "<mark>needle</mark> &lt;hi&gt;fake&lt;/hi&gt; &lt;sep /&gt; end");
});

Deno.test("Vespa query: an index that was closed answers nobody", async () => {
  const vespa = await VespaDouble.start();
  const index = open(vespa.fetch);
  await index.close();
  await assert.rejects(index.stats("ada"), StoreAwayError);
  assert.equal(vespa.asked.length, 0);
});
