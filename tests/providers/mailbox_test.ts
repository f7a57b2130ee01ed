/** The mailbox: what it promises of requests, of retries, of the budget and of where requests go. */
import assert from "node:assert/strict";
import { EXCHANGE_MS_MAX } from "../../shared/providers/http.ts";
import { usedFor } from "../../shared/providers/purpose.ts";
import { bearer, HOST, mailboxBundle } from "./mailbox_bundle.ts";
import { TEST_CONNECTION } from "./scripted_mailbox.ts";

/** The budget is the account's, whoever has connected it: a provider counts by mailbox. */
const SLOTS = `mailbox:${TEST_CONNECTION.provider}:${TEST_CONNECTION.account_id}`;

// ── requests ──────────────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("request() sends method, headers and JSON with the access token, and gives status, JSON and text", async () => {
  const bundle = await mailboxBundle({
    fetch: async (request) => Response.json({ echo: await request.json() }, { status: 418 }),
  });
  const answer = await bundle.run(
    bundle.open().request(`${HOST}/things`, { method: "POST", headers: { prefer: "x" }, body: { a: 1 } }),
  );
  assert.deepEqual([answer.status, answer.json, answer.text], [418, { echo: { a: 1 } }, '{"echo":{"a":1}}']);
  const [request] = bundle.requests;
  assert.equal(request?.method, "POST");
  assert.equal(request?.headers.get("prefer"), "x");
  assert.equal(request?.headers.get("content-type"), "application/json");
  assert.equal(bearer(request), "Bearer access-0");
});

Deno.test("request() gives null for a body that is empty or not JSON", async () => {
  for (const body of ["", "<html>no</html>", "{half"]) {
    const bundle = await mailboxBundle({ fetch: () => new Response(body) });
    assert.equal((await bundle.run(bundle.open().request(HOST + "/x"))).json, null);
  }
});

Deno.test("request() refuses every address outside the configured host, and sends nothing", async () => {
  const bundle = await mailboxBundle();
  const mailbox = bundle.open();
  const foreign = [
    "https://evil.test/v1.0/x",
    "https://provider.test.evil.test/v1.0/x",
    "https://provider.test:444/v1.0/x",
    "http://provider.test/v1.0/x",
    "https://user@provider.test/v1.0/x",
    "https://provider.test/v1.0evil/x",
    "https://provider.test/v1.0/../beta/x",
    "https://provider.test/beta/x",
    "file:///etc/passwd",
    "//evil.test/v1.0",
    "",
  ];
  for (const url of foreign) await assert.rejects(mailbox.request(url), { code: "foreign_link" }, url);
  assert.equal(bundle.requests.length, 0);
  assert.equal((await bundle.run(mailbox.request(`${HOST}/x?$skiptoken=a%2Fb`))).status, 200);
});

Deno.test("request() does not follow a redirect", async () => {
  const bundle = await mailboxBundle({
    fetch: () => new Response(null, { status: 302, headers: { location: "https://evil.test" } }),
  });
  assert.equal((await bundle.run(bundle.open().request(`${HOST}/x`))).status, 302);
  assert.equal(bundle.requests.length, 1);
  assert.equal(bundle.requests[0]?.redirect, "manual");
});

// ── retries ───────────────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("request() repeats what failed for now at most three times, waiting longer each time", async () => {
  for (const status of [500, 502, 503, 504]) {
    const times: number[] = [];
    const bundle = await mailboxBundle({
      fetch: (_, clock) => {
        times.push(clock.now());
        return new Response("<html>", { status });
      },
    });
    await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), { code: "provider_away" });
    assert.equal(times.length, 4);
    const waits = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    for (const [at, wait] of waits.entries()) {
      assert.ok(wait >= 2 ** at * 1000 && wait <= 2 ** at * 1000 + 1_100, `wait ${at} is ${wait} ms`);
    }
  }
});

Deno.test("request() repeats after a network failure and gives the answer that comes then", async () => {
  let failures = 2;
  const bundle = await mailboxBundle({
    fetch: () => failures-- > 0 ? Promise.reject(new TypeError("connection reset")) : Response.json({ ok: true }),
  });
  assert.deepEqual((await bundle.run(bundle.open().request(`${HOST}/x`))).json, { ok: true });
  assert.equal(bundle.requests.length, 3);
});

Deno.test("request() does not repeat what a repetition can't change", async () => {
  for (const status of [400, 403, 404, 409, 410, 412]) {
    const bundle = await mailboxBundle({ fetch: () => new Response("{}", { status }) });
    assert.equal((await bundle.run(bundle.open().request(`${HOST}/x`))).status, status);
    assert.equal(bundle.requests.length, 1);
  }
});

Deno.test("request() sleeps a short Retry-After and never comes early", async () => {
  const times: number[] = [];
  const bundle = await mailboxBundle({
    fetch: (_, clock) => {
      times.push(clock.now());
      return times.length > 1
        ? Response.json({})
        : new Response("{}", { status: 429, headers: { "retry-after": "5" } });
    },
  });
  assert.equal((await bundle.run(bundle.open().request(`${HOST}/x`))).status, 200);
  const waited = (times[1] ?? 0) - (times[0] ?? 0);
  assert.ok(waited >= 5_000 && waited < 5_500, `waited ${waited} ms`);
  assert.equal(bundle.count("provider_throttled_total"), 1);
});

Deno.test("request() hands a long wait back at once, with its exact length", async () => {
  const at = "2026-03-02T09:02:00Z";
  const gmail = {
    error: { message: `User-rate limit exceeded.  Retry after ${at}`, errors: [{ reason: "rateLimitExceeded" }] },
  };
  const answers: [() => Response, number][] = [
    [() => new Response("{}", { status: 429, headers: { "retry-after": "120" } }), 120_000],
    [() => new Response("{}", { status: 503, headers: { "retry-after": "6" } }), 6_000],
    [() => new Response("{}", { status: 429, headers: { "retry-after": new Date(at).toUTCString() } }), 120_000],
    // An answer that nobody meant must not silence a mailbox for years: it is asked again after a day.
    [() => new Response("{}", { status: 429, headers: { "retry-after": "9".repeat(30) } }), 86_400_000],
    [
      () => new Response("{}", { status: 503, headers: { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" } }),
      86_400_000,
    ],
    [() => Response.json(gmail, { status: 403 }), 120_000],
    [() => Response.json(gmail, { status: 429 }), 120_000],
  ];
  for (const [answer, retry_after_ms] of answers) {
    const bundle = await mailboxBundle({ fetch: answer });
    await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), { code: "throttled", retry_after_ms });
    assert.equal(bundle.requests.length, 1);
  }
});

Deno.test("request() gives up on a provider that throttles without saying for how long", async () => {
  for (const reason of ["rateLimitExceeded", "userRateLimitExceeded"]) {
    const body = { error: { errors: [{ reason }] } };
    const bundle = await mailboxBundle({ fetch: () => Response.json(body, { status: 403 }) });
    await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), { code: "throttled" });
    assert.equal(bundle.requests.length, 4);
  }
});

Deno.test("request() stays away at once, and for long, where a quota is used up", async () => {
  for (const [reason, retry_after_ms] of [["quotaExceeded", 600_000], ["dailyLimitExceeded", 3_600_000]] as const) {
    const body = { error: { errors: [{ reason }] } };
    const bundle = await mailboxBundle({ fetch: () => Response.json(body, { status: 403 }) });
    await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), { code: "throttled", retry_after_ms });
    assert.equal(bundle.requests.length, 1);
  }
});

Deno.test("request() gives up an exchange that takes too long", async () => {
  const bundle = await mailboxBundle({
    fetch: (request) =>
      new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason))),
  });
  const begun = bundle.clock.now();
  await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), { code: "provider_away" });
  assert.equal(bundle.requests.length, 4);
  assert.ok(bundle.clock.now() - begun >= 4 * EXCHANGE_MS_MAX);
  assert.equal(bundle.clock.sleeping, 0);
});

Deno.test("request() ends with the holder's reason when its time is up, in an exchange and in a wait", async () => {
  const hanging = (request: Request) =>
    new Promise<Response>((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason)));
  for (const fetch of [hanging, () => new Response("{}", { status: 503 })]) {
    const bundle = await mailboxBundle({ fetch });
    const work = bundle.open().request(`${HOST}/x`);
    const outcome = assert.rejects(work, { message: "time is up" });
    await bundle.clock.advance(500);
    bundle.stop.abort(new Error("time is up"));
    await bundle.run(outcome);
    assert.equal(bundle.requests.length, 1);
    assert.equal(bundle.clock.sleeping, 0);
  }
});

// ── budget ────────────────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("request() lets three requests run at once over all instances, and the others wait", async () => {
  let now = 0, most = 0;
  const bundle = await mailboxBundle({
    fetch: async (_, clock) => {
      most = Math.max(most, ++now);
      await clock.sleep(1_000);
      now--;
      return Response.json({});
    },
  });
  const mailboxes = [bundle.open(), bundle.open(), bundle.open()];
  const work = Array.from({ length: 12 }, (_, at) => mailboxes[at % 3]?.request(`${HOST}/${at}`));
  await bundle.run(Promise.all(work));
  assert.equal(bundle.requests.length, 12);
  assert.equal(most, 3);
  assert.equal(bundle.state.mostTaken(SLOTS), 3);
  assert.equal(bundle.state.taken(SLOTS), 0);
  assert.ok(bundle.count("provider_budget_waits_total") > 0);
});

Deno.test("request() lets what changes now go ahead of a backfill, which never takes the last slot", async () => {
  const order: string[] = [];
  const bundle = await mailboxBundle({
    fetch: async (request, clock) => {
      order.push(new URL(request.url).pathname.split("/").at(-1) ?? "");
      await clock.sleep(10_000);
      return Response.json({});
    },
  });
  const slow = Array.from(
    { length: 4 },
    (_, at) => usedFor(bundle.open(), { resource: "mail", backfill: true }).request(`${HOST}/slow-${at}`),
  );
  await bundle.clock.advance(5_000);
  assert.equal(bundle.state.taken(SLOTS), 2);
  const live = usedFor(bundle.open(), { resource: "calendar", backfill: false }).request(`${HOST}/live`);
  await bundle.clock.advance(10);
  assert.equal(order.at(-1), "live", "it did not wait");
  assert.equal(order.length, 3);
  await bundle.run(Promise.all([...slow, live]));
  assert.equal(order.length, 5);
});

Deno.test("requests, throttles and waits for the budget are counted by resource", async () => {
  let throttles = 1;
  const bundle = await mailboxBundle({
    fetch: async (_, clock) => {
      await clock.sleep(1_000);
      return throttles-- > 0 ? new Response("{}", { status: 429, headers: { "retry-after": "1" } }) : Response.json({});
    },
  });
  const mail = usedFor(bundle.open(), { resource: "mail", backfill: false });
  await bundle.run(mail.request(`${HOST}/x`));
  const todos = usedFor(bundle.open(), { resource: "todos", backfill: false });
  await bundle.run(Promise.all(Array.from({ length: 4 }, () => todos.request(`${HOST}/x`))));
  await bundle.run(bundle.open().request(`${HOST}/subscriptions`));
  const { provider } = TEST_CONNECTION;
  assert.deepEqual(bundle.series("provider_requests_total"), [
    [{ provider, resource: "account", status: "2xx" }, 1],
    [{ provider, resource: "mail", status: "2xx" }, 1],
    [{ provider, resource: "mail", status: "4xx" }, 1],
    [{ provider, resource: "todos", status: "2xx" }, 4],
  ]);
  assert.deepEqual(bundle.series("provider_throttled_total"), [[{ provider, resource: "mail" }, 1]]);
  assert.deepEqual(bundle.series("provider_budget_waits_total"), [[{ provider, resource: "todos" }, 1]]);
});

Deno.test("request() pays for each repetition, and waits until it can", async () => {
  let failures = 1;
  const bundle = await mailboxBundle({
    fetch: () => new Response("{}", { status: failures-- > 0 ? 503 : 200 }),
  });
  const cost = { api: "gmail", name: "user", units: 5, limit: 10, within_ms: 60_000 };
  await bundle.run(bundle.open().request(`${HOST}/x`, { costs: [cost] }));
  assert.equal(bundle.count("provider_quota_units_total"), 10);
  await assert.rejects(bundle.open().request(`${HOST}/x`, { costs: [cost] }), { code: "throttled" });
  assert.equal(bundle.requests.length, 2);
});

Deno.test("request() gives its slot back when the exchange fails, and while it waits for the next try", async () => {
  const bundle = await mailboxBundle({ fetch: () => Promise.reject(new TypeError("no route")) });
  const work = bundle.open().request(`${HOST}/x`);
  const outcome = assert.rejects(work, { code: "provider_away" });
  await bundle.clock.advance(10);
  assert.equal(bundle.state.taken(SLOTS), 0);
  await bundle.run(outcome);
  assert.equal(bundle.state.taken(SLOTS), 0);
});

Deno.test("request() puts the work off when the budget never gets free", async () => {
  const bundle = await mailboxBundle();
  for (let at = 0; at < 3; at++) await bundle.state.slots.take(SLOTS, 3, 3_600_000);
  await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), { code: "provider_busy" });
  assert.equal(bundle.requests.length, 0);
});
