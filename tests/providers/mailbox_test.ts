/** The mailbox: what it promises of tokens, of the budget, of retries and of where requests go. */
import assert from "node:assert/strict";
import { COLLECTIONS, Connection } from "../../shared/contracts/records.ts";
import type { Fetch } from "../../shared/contracts/deps.ts";
import { PermanentError } from "../../shared/contracts/errors.ts";
import { EXCHANGE_MS_MAX } from "../../shared/providers/http.ts";
import { openMailbox } from "../../shared/providers/mailbox.ts";
import type { OAuth, Tokens } from "../../shared/providers/port.ts";
import { readTokens, replaceTokens, tokenRecord } from "../../shared/providers/tokens.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";
import { openCounters } from "../../shared/telemetry/counters.ts";
import { PLAIN_VAULT, SILENT_LOG } from "./account.ts";
import { memoryState } from "./memory_state.ts";
import { TEST_CONNECTION } from "./scripted_mailbox.ts";

const HOST = "https://provider.test/v1.0";
const { connection_id, user_id } = TEST_CONNECTION;

interface Setup {
  readonly fetch?: (request: Request, clock: SimulatedClock) => Response | Promise<Response>;
  readonly refresh?: (tokens: Tokens, clock: SimulatedClock) => Promise<Tokens>;
  /** How long the stored access token is still good for. */
  readonly life_ms?: number;
}

async function setup(options: Setup = {}) {
  const clock = new SimulatedClock({ settlePauses: 0 });
  const counters = openCounters();
  const state = memoryState(clock);
  const requests: Request[] = [];
  const refreshed: Tokens[] = [];
  const fetch: Fetch = async (input, init) => {
    const request = new Request(input, init);
    requests.push(request);
    const answer = options.fetch ?? (() => Response.json({}));
    return await answer(request, clock);
  };
  const stored: Tokens = {
    access_token: "access-0",
    refresh_token: "refresh-0",
    expires_at_ms: clock.now() + (options.life_ms ?? 3_600_000),
    scopes: ["Mail.Read"],
  };
  const oauth: OAuth = {
    authorizeUrl: () => Promise.reject(new Error("unused")),
    exchange: () => Promise.reject(new Error("unused")),
    revoke: () => Promise.resolve(),
    account: () => Promise.reject(new Error("unused")),
    async refresh(tokens) {
      refreshed.push(tokens);
      return await (options.refresh ?? nextTokens)(tokens, clock);
    },
  };
  await state.records({ user_id }).commit([
    { op: "put", collection: COLLECTIONS.connections, id: connection_id, value: TEST_CONNECTION },
    {
      op: "put",
      collection: COLLECTIONS.tokens,
      id: connection_id,
      value: await tokenRecord(PLAIN_VAULT, connection_id, stored),
    },
  ]);
  const stop = new AbortController();
  const open = () =>
    openMailbox({
      deps: { clock, counters, fetch, random: seededRandom(7), log: SILENT_LOG },
      state,
      vault: PLAIN_VAULT,
      provider: { oauth },
      connection: TEST_CONNECTION,
      signal: stop.signal,
      hosts: [HOST],
    });
  const run = <T>(work: Promise<T>) => clock.runUntil(work, { stepMs: 50 });
  const connectionState = async () =>
    Connection.parse((await state.records({ user_id }).get(COLLECTIONS.connections, connection_id))?.value).state;
  const tokensNow = async () => (await readTokens(state, PLAIN_VAULT, TEST_CONNECTION)).tokens;
  const count = (name: string) =>
    counters.snapshot().filter((series) => series.name === name).reduce((sum, series) => sum + series.value, 0);
  return { clock, state, requests, refreshed, stop, open, run, connectionState, tokensNow, count };
}

function nextTokens(tokens: Tokens, clock: SimulatedClock): Promise<Tokens> {
  const number = Number(tokens.refresh_token.split("-")[1]) + 1;
  return Promise.resolve({
    ...tokens,
    access_token: `access-${number}`,
    refresh_token: `refresh-${number}`,
    expires_at_ms: clock.now() + 3_600_000,
  });
}

function bearer(request: Request | undefined): string {
  return request?.headers.get("authorization") ?? "";
}

// ── requests ──────────────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("request() sends method, headers and JSON with the access token, and gives status, JSON and text", async () => {
  const bundle = await setup({
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
    const bundle = await setup({ fetch: () => new Response(body) });
    assert.equal((await bundle.run(bundle.open().request(HOST + "/x"))).json, null);
  }
});

Deno.test("request() refuses every address outside the configured host, and sends nothing", async () => {
  const bundle = await setup();
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
  const bundle = await setup({
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
    const bundle = await setup({
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
  const bundle = await setup({
    fetch: () => failures-- > 0 ? Promise.reject(new TypeError("connection reset")) : Response.json({ ok: true }),
  });
  assert.deepEqual((await bundle.run(bundle.open().request(`${HOST}/x`))).json, { ok: true });
  assert.equal(bundle.requests.length, 3);
});

Deno.test("request() does not repeat what a repetition can't change", async () => {
  for (const status of [400, 403, 404, 409, 410, 412]) {
    const bundle = await setup({ fetch: () => new Response("{}", { status }) });
    assert.equal((await bundle.run(bundle.open().request(`${HOST}/x`))).status, status);
    assert.equal(bundle.requests.length, 1);
  }
});

Deno.test("request() sleeps a short Retry-After and never comes early", async () => {
  const times: number[] = [];
  const bundle = await setup({
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
    [() => Response.json(gmail, { status: 403 }), 120_000],
    [() => Response.json(gmail, { status: 429 }), 120_000],
  ];
  for (const [answer, retry_after_ms] of answers) {
    const bundle = await setup({ fetch: answer });
    await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), { code: "throttled", retry_after_ms });
    assert.equal(bundle.requests.length, 1);
  }
});

Deno.test("request() gives up on a provider that throttles without saying for how long", async () => {
  for (const reason of ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"]) {
    const body = { error: { errors: [{ reason }] } };
    const bundle = await setup({ fetch: () => Response.json(body, { status: 403 }) });
    await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), { code: "throttled" });
    assert.equal(bundle.requests.length, 4);
  }
});

Deno.test("request() gives up an exchange that takes too long", async () => {
  const bundle = await setup({
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
    const bundle = await setup({ fetch });
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
  const bundle = await setup({
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
  assert.equal(bundle.state.mostTaken(`mailbox:${connection_id}`), 3);
  assert.equal(bundle.state.taken(`mailbox:${connection_id}`), 0);
  assert.ok(bundle.count("provider_budget_waits_total") > 0);
});

Deno.test("request() gives its slot back when the exchange fails, and while it waits for the next try", async () => {
  const bundle = await setup({ fetch: () => Promise.reject(new TypeError("no route")) });
  const work = bundle.open().request(`${HOST}/x`);
  const outcome = assert.rejects(work, { code: "provider_away" });
  await bundle.clock.advance(10);
  assert.equal(bundle.state.taken(`mailbox:${connection_id}`), 0);
  await bundle.run(outcome);
  assert.equal(bundle.state.taken(`mailbox:${connection_id}`), 0);
});

Deno.test("request() puts the work off when the budget never gets free", async () => {
  const bundle = await setup();
  for (let at = 0; at < 3; at++) await bundle.state.slots.take(`mailbox:${connection_id}`, 3, 3_600_000);
  await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), { code: "provider_busy" });
  assert.equal(bundle.requests.length, 0);
});

// ── tokens ────────────────────────────────────────────────────────────────────────────────────────────────────────

Deno.test("request() renews a token that expires within five minutes, once for all that wait", async () => {
  const bundle = await setup({
    life_ms: 4 * 60_000,
    refresh: async (tokens, clock) => {
      await clock.sleep(700);
      return await nextTokens(tokens, clock);
    },
  });
  const mailboxes = [bundle.open(), bundle.open()];
  await bundle.run(Promise.all(Array.from({ length: 10 }, (_, at) => mailboxes[at % 2]?.request(`${HOST}/${at}`))));
  assert.equal(bundle.refreshed.length, 1);
  assert.deepEqual(new Set(bundle.requests.map(bearer)), new Set(["Bearer access-1"]));
  assert.equal((await bundle.tokensNow()).refresh_token, "refresh-1");
});

Deno.test("request() leaves a token alone that is good for longer", async () => {
  const bundle = await setup({ life_ms: 6 * 60_000 });
  await bundle.run(bundle.open().request(`${HOST}/x`));
  assert.equal(bundle.refreshed.length, 0);
});

Deno.test("request() renews once on 401, for claims challenges too, and repeats the request", async () => {
  const challenge = 'Bearer error="insufficient_claims", claims="eyJhY2Nlc3MifQ=="';
  for (const header of ["Bearer", challenge]) {
    const bundle = await setup({
      fetch: (request) =>
        bearer(request) === "Bearer access-1"
          ? Response.json({ ok: true })
          : new Response("{}", { status: 401, headers: { "www-authenticate": header } }),
    });
    assert.deepEqual((await bundle.run(bundle.open().request(`${HOST}/x`))).json, { ok: true });
    assert.equal(bundle.refreshed.length, 1);
    assert.equal(await bundle.connectionState(), "active");
  }
});

Deno.test("request() says needs_reauth when a new token is refused too", async () => {
  const bundle = await setup({ fetch: () => new Response("{}", { status: 401 }) });
  await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), {
    name: "PermanentError",
    code: "needs_reauth",
  });
  assert.equal(bundle.requests.length, 2);
  assert.equal(bundle.refreshed.length, 1);
  assert.equal(await bundle.connectionState(), "needs_reauth");
});

Deno.test("request() uses the token that another instance has stored instead of renewing it again", async () => {
  const bundle = await setup({
    fetch: (request) => bearer(request) === "Bearer access-9" ? Response.json({}) : new Response("{}", { status: 401 }),
  });
  const mailbox = bundle.open();
  const read = await readTokens(bundle.state, PLAIN_VAULT, TEST_CONNECTION);
  const theirs = { ...read.tokens, access_token: "access-9", refresh_token: "refresh-9" };
  await replaceTokens(bundle.state, PLAIN_VAULT, TEST_CONNECTION, read, theirs);
  assert.equal((await bundle.run(mailbox.request(`${HOST}/x`))).status, 200);
  assert.equal(bundle.refreshed.length, 0);
});

Deno.test("request() marks the connection when the grant is refused, and throws needs_reauth", async () => {
  const bundle = await setup({
    life_ms: 0,
    refresh: () => Promise.reject(new PermanentError("needs_reauth", "The grant is refused")),
  });
  await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), {
    name: "PermanentError",
    code: "needs_reauth",
  });
  assert.equal(await bundle.connectionState(), "needs_reauth");
  assert.equal(bundle.requests.length, 0);
  assert.equal(bundle.state.taken(`refresh:${connection_id}`), 0);
});

Deno.test("request() of the loser of a race keeps the winner's tokens: its invalid_grant proves nothing", async () => {
  const bundle: Awaited<ReturnType<typeof setup>> = await setup({
    life_ms: 0,
    refresh: async (_, clock) => {
      // Meanwhile another instance, whose slot this one outlived, has renewed the tokens; ours are used up.
      const read = await readTokens(bundle.state, PLAIN_VAULT, TEST_CONNECTION);
      const theirs = { ...read.tokens, access_token: "access-9", refresh_token: "refresh-9" };
      await replaceTokens(bundle.state, PLAIN_VAULT, TEST_CONNECTION, read, {
        ...theirs,
        expires_at_ms: clock.now() + 3_600_000,
      });
      throw new PermanentError("needs_reauth", "The grant is refused");
    },
  });
  assert.equal((await bundle.run(bundle.open().request(`${HOST}/x`))).status, 200);
  assert.equal(bearer(bundle.requests[0]), "Bearer access-9");
  assert.equal(await bundle.connectionState(), "active");
  assert.equal((await bundle.tokensNow()).refresh_token, "refresh-9");
});

Deno.test("request() does not bring back the tokens of a connection that was ended during a refresh", async () => {
  const bundle: Awaited<ReturnType<typeof setup>> = await setup({
    life_ms: 0,
    refresh: async (tokens, clock) => {
      await bundle.state.records({ user_id }).commit([
        { op: "delete", collection: COLLECTIONS.tokens, id: connection_id },
        { op: "delete", collection: COLLECTIONS.connections, id: connection_id },
      ]);
      return await nextTokens(tokens, clock);
    },
  });
  await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), { code: "needs_reauth" });
  assert.equal(await bundle.state.records({ user_id }).get(COLLECTIONS.tokens, connection_id), null);
  assert.equal(bundle.requests.length, 0);
});

Deno.test("request() leaves the connection alone when the token endpoint is only away", async () => {
  const { away } = await import("../../shared/providers/http.ts");
  const bundle = await setup({ life_ms: 0, refresh: () => Promise.reject(away("No answer")) });
  await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), {
    name: "TransientError",
    code: "provider_away",
  });
  assert.equal(await bundle.connectionState(), "active");
  assert.equal((await bundle.tokensNow()).refresh_token, "refresh-0");
});
