/** The bench's own form and arithmetic; nothing is measured here. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { bench } from "../../scripts/bench.ts";
import { callsMax } from "../../scripts/bench/burst.ts";
import { compare, figure, median, percentile, WARM_UP_ROUNDS } from "../../scripts/bench/compare.ts";
import { sampleEvent } from "../../scripts/bench/events.ts";
import { lines } from "../../scripts/bench/lines.ts";
import { type Measure, ratioResult, type Result, skipped, valueResult } from "../../scripts/bench/measure.ts";
import { MEASURES } from "../../scripts/bench/mod.ts";
import { table } from "../../scripts/bench/report.ts";
import { requestBytes } from "../../scripts/bench/requests.ts";
import { type Account, measureSync } from "../../scripts/bench/sync.ts";
import { NormalisedDocument } from "../../shared/contracts/documents.ts";
import { Event } from "../../shared/contracts/event.ts";
import { PushBody } from "../../shared/contracts/push.ts";
import { parseNotifications } from "../../shared/providers/microsoft/notification.ts";

const FAST = { name: "fast", unit: "events/s", target: 2, better: "higher" } as const;
const SLOW = { name: "slow", unit: "ms", target: 2, better: "lower" } as const;

function measureOf(...results: Result[]): Measure {
  return {
    names: results.map(({ name }) => name),
    about: "a measure",
    run: () => Promise.resolve(results.map((result) => ({ result, notes: [`a note on ${result.name}`] }))),
  };
}

async function run(args: readonly string[], measures: readonly Measure[]) {
  const said: string[] = [], warned: string[] = [];
  const code = await bench(args, { measures, say: (line) => said.push(line), warn: (line) => warned.push(line) });
  return { code, said, warned: warned.join("\n") };
}

const good = measureOf(ratioResult(FAST, { value: 30, baseline: 10, ratio: 3 }));
const bad = measureOf(valueResult(SLOW, 3));

Deno.test("the names are the ones that DESIGN fixes", () => {
  assert.deepEqual(MEASURES.flatMap(({ names }) => names).sort(), [
    "batch-fairness",
    "batch-first-searchable",
    "burst-5",
    "burst-50",
    "claims",
    "cold-start",
    "contacts-rate",
    "contacts-rate-redis",
    "index-rate",
    "library-minisearch-memory",
    "library-minisearch-query",
    "library-minisearch-rate",
    "library-orama-memory",
    "library-orama-query",
    "library-orama-rate",
    "loader-rate",
    "loader-rate-redis",
    "meetings-rate",
    "meetings-rate-redis",
    "publish",
    "push-embedded",
    "push-redis",
    "query-100k-p50",
    "query-100k-p99",
    "query-10k-p50",
    "query-10k-p99",
    "relevance-held-out-ndcg",
    "relevance-held-out-recall",
    "relevance-ndcg",
    "relevance-recall",
    "replay-100k",
    "searchable-p50",
    "searchable-p99",
    "shipments-precision",
    "shipments-precision-held-out",
    "shipments-rate",
    "shipments-rate-redis",
    "shipments-recall",
    "shipments-recall-held-out",
    "shipments-status",
    "shipments-status-held-out",
    "sync-calendar",
    "sync-calendar-memory",
    "sync-google",
    "sync-google-memory",
    "sync-microsoft",
    "sync-microsoft-memory",
    "telemetry",
    "verify-requests",
    "vespa-puts",
    "vespa-puts-memory",
    "watchers-1000",
    "webhook",
  ]);
});

Deno.test("bench() with --json says one object a line, with the eight fields in order and nothing else", async () => {
  const { code, said } = await run(["--json"], [good, bad]);
  assert.deepEqual(said, [
    '{"name":"fast","value":30,"unit":"events/s","baseline":10,"ratio":3,"target":2,"better":"higher","ok":true}',
    '{"name":"slow","value":3,"unit":"ms","baseline":null,"ratio":null,"target":2,"better":"lower","ok":false}',
  ]);
  assert.equal(code, 1);
});

Deno.test("bench() takes only what is named, and no measure of which nothing is wanted", async () => {
  const never: Measure = { names: ["never"], about: "", run: () => Promise.reject(new Error("It was run")) };
  const { code, said } = await run(["fast", "--json"], [never, good, bad]);
  assert.equal(said.length, 1);
  assert.equal(code, 0);
});

Deno.test("bench() leaves out what a measure gives beside what is wanted", async () => {
  const two = measureOf(valueResult(SLOW, 1), valueResult({ ...SLOW, name: "other" }, 9));
  const { code, said } = await run(["slow", "--json"], [two]);
  assert.equal(said.length, 1);
  assert.equal(code, 0);
});

Deno.test("bench() takes the first word of several names for all of them", async () => {
  const two = measureOf(valueResult({ ...SLOW, name: "slow-a" }, 1), valueResult({ ...SLOW, name: "slow-b" }, 1));
  const { code, said } = await run(["slow", "--json"], [two, measureOf(valueResult({ ...SLOW, name: "slower" }, 1))]);
  assert.deepEqual(said.map((line) => JSON.parse(line).name), ["slow-a", "slow-b"]);
  assert.equal(code, 0);
});

Deno.test("bench() refuses an unknown name or option, lists the names, and measures nothing", async () => {
  for (const args of [["fats"], ["fast", "nothing"], ["--jsno"]]) {
    const { code, said, warned } = await run(args, [good, bad]);
    assert.equal(code, 2);
    assert.deepEqual(said, []);
    assert.match(warned, /fast, slow/);
  }
});

Deno.test("bench() without --json says a table, with each figure's notes", async () => {
  const { said, warned } = await run([], [good, bad]);
  const [text = ""] = said;
  assert.match(text, /^measure +value +baseline +ratio +target$/m);
  assert.match(text, /^fast +30 events\/s +10 events\/s +3 +at least 2 +ok$/m);
  assert.match(text, /^slow +3 ms +at most 2 +MISSED$/m);
  assert.match(text, /a note on slow/);
  assert.match(warned, /a measure/);
});

Deno.test("bench() goes on after a measure that fails, and ends with 1", async () => {
  const broken: Measure = { names: ["broken"], about: "", run: () => Promise.reject(new Error("The disk is full")) };
  const { code, said, warned } = await run(["--json"], [broken, good]);
  assert.equal(code, 1);
  assert.equal(said.length, 1);
  assert.match(warned, /broken could not be measured: The disk is full/);
});

Deno.test("bench() ends with 0 when a service is absent; the figure is null", async () => {
  const outcome = skipped(FAST, "skipped redis");
  const absent: Measure = { names: ["fast"], about: "", run: () => Promise.resolve([outcome]) };
  const { code, said, warned } = await run(["--json"], [absent]);
  assert.equal(code, 0);
  assert.match(said[0] ?? "", /"value":null,.*"ok":null/);
  assert.match(warned, /skipped redis/);
  assert.match(table([outcome]), /^fast +not measured/m);
});

Deno.test("bench() with --help says the names, the options and the exit codes", async () => {
  const { code, said } = await run(["--help"], MEASURES);
  assert.equal(code, 0);
  for (const word of ["burst-50", "--json", "Exit code"]) assert.ok(said[0]?.includes(word), word);
});

Deno.test("ratioResult() and valueResult() are ok at the target and on its good side", () => {
  const ratio = (judged: typeof FAST | typeof SLOW, ratio: number) =>
    ratioResult(judged, { value: 1, baseline: 1, ratio }).ok;
  assert.deepEqual([1.9, 2, 2.1].map((at) => ratio(FAST, at)), [false, true, true]);
  assert.deepEqual([1.9, 2, 2.1].map((at) => ratio(SLOW, at)), [true, true, false]);
  assert.deepEqual([1.9, 2, 2.1].map((at) => valueResult(SLOW, at).ok), [true, true, false]);
});

Deno.test("compare() takes the median of the pairs' ratios, by turns, without the first rounds", async () => {
  const order: string[] = [];
  const from = (name: string, figures: number[]) => () => {
    order.push(name);
    return Promise.resolve(figures.shift() ?? NaN);
  };
  const ignored = Array.from({ length: WARM_UP_ROUNDS }, () => 999);
  const ours = from("ours", [...ignored, 10, 40, 9]);
  const baseline = from("baseline", [...ignored, 5, 10, 9]);
  const compared = await compare(3, { ours, baseline }, () => {});
  assert.deepEqual(compared, { value: 10, baseline: 9, ratio: 2 });
  assert.deepEqual(order.slice(2 * WARM_UP_ROUNDS), ["baseline", "ours", "ours", "baseline", "baseline", "ours"]);
});

Deno.test("percentile() lies between the values around its place, and grows with it", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.equal(percentile([5], 0.99), 5);
  assert.throws(() => median([]), RangeError);
  const values = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1 });
  fc.assert(fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
    const found = percentile(values, share);
    const below = values.filter((value) => value < found).length;
    assert.ok(below <= Math.ceil(share * (values.length - 1)));
    assert.ok(percentile(values, 0) <= found && found <= percentile(values, 1));
  }));
});

Deno.test("figure() keeps three digits that mean something", () => {
  assert.deepEqual([12345.6, 100.4, 99.96, 0.123456, 2].map(figure), ["12346", "100", "100", "0.123", "2"]);
});

Deno.test("callsMax() allows five rounds of the folders, their list and a lookup", () => {
  assert.deepEqual([5, 50].map(callsMax), [35, 260]);
});

Deno.test("lines() puts lines together whatever the chunks are", async () => {
  const text = "one\n\nthrée\nrest";
  for (let size = 1; size < 12; size++) {
    const bytes = new TextEncoder().encode(text);
    const chunks = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, at) => bytes.slice(at * size, at * size + size),
    );
    assert.deepEqual(await Array.fromAsync(lines(ReadableStream.from(chunks))), ["one", "", "thrée"]);
  }
});

Deno.test("sampleEvent() keeps its contracts, has 2 KB, and is another for each number", () => {
  const events = [0, 1, 123_456].map(sampleEvent);
  for (const event of events) {
    assert.deepEqual(Event.parse(event), event);
    NormalisedDocument.parse(JSON.parse(event.data));
    const bytes = new TextEncoder().encode(JSON.stringify(event)).length;
    assert.ok(bytes > 1_900 && bytes < 2_200, `${bytes} bytes`);
  }
  assert.equal(new Set(events.map(({ event_id }) => event_id)).size, 3);
  assert.equal(new Set(events.map(({ doc_id }) => doc_id)).size, 3);
});

Deno.test("requestBytes() writes requests whose length is right and whose body the routes take", () => {
  for (const kind of ["webhook", "push"] as const) {
    const text = new TextDecoder().decode(requestBytes({ kind, path: "/some/path", token: "secret" }, 7));
    const [head = "", body = ""] = text.split("\r\n\r\n");
    assert.match(head, /^POST \/some\/path\S* HTTP\/1\.1\r\n/);
    assert.match(head, /^authorization: Bearer secret$/m);
    assert.equal(Number(/content-length: (\d+)/.exec(head)?.[1]), new TextEncoder().encode(body).length);
    if (kind === "push") Event.parse(JSON.parse(atob(PushBody.parse(JSON.parse(body)).data_base64)));
    else assert.equal(parseNotifications(JSON.parse(body)).items.length, 1);
  }
});

Deno.test("measureSync() reads every mail and event of a small account, and counts what it asked for", async () => {
  const accounts: readonly Account[] = [
    { name: "mails", provider: "microsoft", resource: "mail", size: 60, things: "messages" },
    { name: "gmails", provider: "google", resource: "mail", size: 60, things: "messages" },
    { name: "events", provider: "google", resource: "calendar", size: 60, things: "events" },
  ];
  await Promise.all(accounts.map(async (account) => {
    const [speed, memory] = await measureSync(account, () => {});
    const { value, baseline, ratio } = speed?.result ?? {};
    for (const figure of [value, baseline, ratio, memory?.result.value]) assert.ok((figure ?? 0) > 0, account.name);
    assert.deepEqual([speed?.result.name, memory?.result.name], [account.name, `${account.name}-memory`]);
    const notes = (speed?.notes ?? []).join("\n");
    assert.match(notes, new RegExp(`^(6\\d|7\\d) ${account.things} in`));
    assert.match(notes, /\d+ % in our code/);
    assert.match(notes, /requests/);
    assert.equal(/quota units/.test(notes), account.provider === "google");
    assert.match(notes, /nothing had changed: [1-9]\d* requests, \S+ ms/);
  }));
});
